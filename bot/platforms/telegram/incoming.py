"""Telegram's updates, understood: plain JSON → Ask. PTB's Update objects would cost some thirty times as much."""

import unicodedata
from dataclasses import dataclass

from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, unsigil
from bot.platforms.telegram.entities import read_spans
from bot.platforms.telegram.memberships import KINDS, NAME, Json, read_membership, read_move
from bot.platforms.telegram.references import refer

ANONYMOUS_ADMIN = 1087968824
"""GroupAnonymousBot, behind which a group's admins may speak."""
CHANNEL_BOT = 136817688
"""Channel_Bot, behind which people speak in a group as a channel of theirs: nobody knows who."""
_WORDLESS = (
    *("photo", "sticker", "voice", "video", "video_note", "audio", "document", "animation", "contact", "location"),
    *("venue", "poll", "dice", "story", "paid_media", "game", "checklist"),
)
"""What a person may send instead of text. The rest are notices of Telegram's own, which nobody said to the bot."""
_SECOND_HAND = ("via_bot", "forward_origin", "is_automatic_forward")
"""Marks of words that came from elsewhere. Among several people they command nothing."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who this bot is."""

    id: int
    username: str


def understand(update: Json, me: Me) -> list[Ask]:
    """What was said or has happened; nothing where it is not for this bot.

    LookupError, TypeError or AttributeError where the update is not built as Telegram builds them.
    """
    event = str(update["update_id"])
    if "message" in update:
        message = update["message"]
        said = _read_message(event, message, me)
        return read_move(event, message) if said is None else [said]
    if "callback_query" in update:
        pressed = _read_press(event, update["callback_query"])
        return [] if pressed is None else [pressed]
    if "my_chat_member" in update:
        return read_membership(event, update["my_chat_member"])
    if "channel_post" in update:
        posted = _read_post(event, update["channel_post"], me)
        return [] if posted is None else [posted]
    return []


def _read_message(event: str, message: Json, me: Me) -> Ask | None:
    speaker, chat = message.get("from"), message["chat"]
    if speaker is None:
        return None
    kind = KINDS[chat["type"]]
    if kind is not ChatKind.PRIVATE:
        return _read_aloud(event, message, me, speaker)
    if speaker["is_bot"]:
        return None
    said: str = message.get("text", "")
    command = unsigil(said)
    if command is not None:
        command = _strip_name(command, me.username)
        if command is None:
            return None
    elif not said:
        if not any(sort in message for sort in _WORDLESS):
            return None
        # An album comes as one update a picture, and is answered once.
        event = f"album:{message['media_group_id']}" if "media_group_id" in message else event
    return Ask(
        id=event,
        address=_place(chat, message),
        kind=kind,
        text=said if command is None else command,
        addressed=command is not None,
        reports=speaker.get("language_code"),
        spans=read_spans(said, message["entities"]) if "entities" in message else None,
        forwarded="forward_origin" in message,
    )


def _read_aloud(event: str, message: Json, me: Me, speaker: Json) -> Ask | None:
    """A command said among several people; nothing else is read there."""
    chat = message["chat"]
    command = _read_command(message, me)
    if command is None or chat.get("is_direct_messages"):
        return None
    if speaker["is_bot"]:
        voice = message.get("sender_chat", {}).get("id")
        anonymous = speaker["id"] == ANONYMOUS_ADMIN and voice == chat["id"]
        if not anonymous and (speaker["id"] != CHANNEL_BOT or voice is None):
            return None
    return Ask(
        id=event,
        address=_place(chat, message),
        kind=KINDS[chat["type"]],
        text=command,
        addressed=True,
        speaker=str(speaker["id"]),
        reports=speaker.get("language_code"),
    )


def _read_post(event: str, post: Json, me: Me) -> Ask | None:
    """A command posted by the channel itself: whoever can do that is its admin."""
    chat = post["chat"]
    command = _read_command(post, me)
    if command is None or post.get("sender_chat", {}).get("id") != chat["id"]:
        return None
    return Ask(
        id=event,
        address=_place(chat, post),
        kind=KINDS[chat["type"]],
        text=command,
        addressed=True,
        may_set=True,
    )


def _read_command(message: Json, me: Me) -> str | None:
    """The command for this bot. Among several people ``!`` is other bots' sign, and words from elsewhere are talk."""
    said: str = message.get("text", "")
    command = unsigil(said)
    if command is None or unicodedata.normalize("NFKC", said.lstrip()[0]) != "/":
        return None
    if any(message.get(mark) for mark in _SECOND_HAND):
        return None
    return _strip_name(command, me.username)


def _read_press(event: str, query: Json) -> Ask | None:
    message, command, speaker = query.get("message"), query.get("data"), query["from"]
    if message is None or command is None:
        return None  # from an inline message or a game: this bot has neither
    chat = message["chat"]
    kind = KINDS[chat["type"]]
    within_reach = message["date"] != 0  # Telegram's mark of a message that a bot can no longer touch
    bare = unsigil(command)
    return Ask(
        id=event,
        address=_place(chat, message),
        kind=kind,
        text=command if bare is None else bare,
        addressed=True,
        pressed=True,
        panel=refer(chat["id"], message["message_id"]) if within_reach else None,
        receipt=query["id"],
        speaker=None if kind is ChatKind.PRIVATE else str(speaker["id"]),
        reports=speaker.get("language_code"),
    )


def _place(chat: Json, message: Json) -> Address:
    topic = str(message["message_thread_id"]) if message.get("is_topic_message") else None
    return Address(NAME, str(chat["id"]), topic)


def _strip_name(command: str, username: str) -> str | None:
    """The command without ``@this_bot`` behind its name; None where it is said to another bot."""
    parts = command.split(maxsplit=1)
    if not parts:
        return command
    first = parts[0]
    name, at, target = unicodedata.normalize("NFKC", first).partition("@")
    if not at:
        return command
    if target.casefold() != username.casefold():
        return None
    return name + command[command.index(first) + len(first) :]
