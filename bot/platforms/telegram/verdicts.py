"""What a failed call means. The one place that reads Telegram's words; every code here is free of ids and text."""

from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.model.delivery import Gone, Later, Moved, Refused, Unsure, Verdict
from bot.model.people import Address
from bot.platforms.telegram.transport import Limited, Unsent

OUTAGE_SECONDS = 1.0
"""Before the first further try where no call can succeed; ``holds`` makes it longer from one to the next."""
MUTED = Refused("no_rights")
"""The bot is there and may not write: the chat keeps what it chose."""
TOKEN_REFUSED = (InvalidToken, EndPointNotFound)
"""A token that the server does not know (any more); PTB knows two names for it."""

_GONE = (
    *("chat not found", "peer_id_invalid", "user not found", "user_is_blocked", "input_user_deactivated"),
    *("was blocked", "was kicked", "not a member", "is deactivated", "was deactivated", "chat was deleted"),
    *("can't initiate", "messages to bots", "channel_private", "user_deactivated", "chat_id_invalid"),
)
_SILENCED = (
    *("not enough rights", "no rights to", "administrator rights", "write_forbidden", "restricted"),
    *("chat_admin_required", "plain_forbidden"),
)
_TOPIC_SHUT = ("topic_closed", "topic_deleted", "topic_id_invalid", "thread not found")
_UNCHANGED = ("message is not modified",)
_PANEL_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
)
_ALREADY_AWAY = ("message to delete not found", "message_id_invalid")
_STALE_PRESS = ("query is too old", "query id is invalid", "query_id_invalid")
_CODES = {
    "message is too long": "too_long",
    "message_too_long": "too_long",
    "text is empty": "empty",
    "thread not found": "topic_gone",
    "topic_deleted": "topic_gone",
    "topic_id_invalid": "topic_gone",
    "topic": "topic_closed",
    "entit": "entities",
    "button": "buttons",
    "markup": "buttons",
    "too large": "too_large",
}


def judge(error: TelegramError, address: Address) -> Verdict:
    """The verdict on a message to that chat whose call ended so."""
    match error:
        case Limited():
            return Later(error.seconds)
        case Unsent() | InvalidToken() | EndPointNotFound():
            # Whether the token was revoked, the poll finds out; until then nothing is lost.
            return Later(OUTAGE_SECONDS, everyone=True)
        case ChatMigrated():
            return Moved(Address(address.platform, str(error.new_chat_id), address.topic))
        case Forbidden() | BadRequest():
            return _judge_refusal(error)
        case _:  # TimedOut, 5xx, a lost connection, a reply that is none
            return Unsure()


def _judge_refusal(error: Forbidden | BadRequest) -> Verdict:
    if _says(error, _SILENCED):
        return MUTED
    if _says(error, _GONE):
        return Gone()
    words = error.message.casefold()
    other = "forbidden" if isinstance(error, Forbidden) else "bad_request"
    return Refused(next((code for phrase, code in _CODES.items() if phrase in words), other))


def is_unchanged(error: BadRequest) -> bool:
    """The panel already shows just that."""
    return _says(error, _UNCHANGED)


def is_panel_gone(error: BadRequest) -> bool:
    """There is nothing left to edit: what it should show is said anew."""
    return _says(error, _PANEL_GONE)


def is_already_away(error: BadRequest) -> bool:
    """What should be deleted is not there."""
    return _says(error, _ALREADY_AWAY)


def is_stale_press(error: BadRequest) -> bool:
    """The press was acknowledged before, or is too old to be."""
    return _says(error, _STALE_PRESS)


def is_topic_shut(error: BadRequest) -> bool:
    """The topic was closed or deleted; the group itself is there."""
    return _says(error, _TOPIC_SHUT)


def is_webhook(error: TelegramError) -> bool:
    """Polling is refused because of a webhook, not of another poll."""
    return _says(error, ("webhook",))


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    words = error.message.casefold()
    return any(phrase in words for phrase in phrases)
