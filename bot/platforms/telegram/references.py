"""How a Telegram message is named in the store: ``chat:message``, since message ids repeat from chat to chat."""


def refer(chat: object, message: object) -> str:
    """The reference of a message."""
    return f"{chat}:{message}"


def message_of(reference: str) -> int:
    """The message's id within its chat. ValueError where the reference is not one of ours."""
    return int(reference.rpartition(":")[2])


def chat_of(reference: str) -> str:
    """The chat that the message is in."""
    return reference.rpartition(":")[0]
