"""Telegram's updates, understood: plain JSON → Ask. PTB's Update objects would cost some thirty times as much."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, unsigil
from bot.platforms.telegram.references import refer

NAME = "telegram"
ANONYMOUS_ADMIN = 1087968824
"""GroupAnonymousBot, behind which a group's admins may speak."""
_KINDS = {
    "private": ChatKind.PRIVATE,
    "group": ChatKind.GROUP,
    "supergroup": ChatKind.GROUP,
    "channel": ChatKind.CHANNEL,
}
_WORDLESS = (
    *("photo", "sticker", "voice", "video", "video_note", "audio", "document", "animation", "contact", "location"),
    *("venue", "poll", "dice", "story", "paid_media", "game", "checklist"),
)
"""What a person may send instead of text. The rest are notices of Telegram's own, which nobody said to the bot."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Me:
    """Who this bot is."""

    id: int
    username: str


def understand(update: Json, me: Me) -> Ask | None:
    """What was said, or None where it is not for this bot.

    LookupError, TypeError or AttributeError where the update is not built as Telegram builds them.
    """
    if "message" in update:
        return _read_message(str(update["update_id"]), update["message"], me)
    if "callback_query" in update:
        return _read_press(str(update["update_id"]), update["callback_query"])
    return None


def _read_message(event: str, message: Json, me: Me) -> Ask | None:
    speaker, chat = message.get("from"), message["chat"]
    if speaker is None or (speaker["is_bot"] and speaker["id"] != ANONYMOUS_ADMIN):
        return None
    kind = _KINDS[chat["type"]]
    said: str = message.get("text", "")
    command = unsigil(said)
    if command is not None:
        command = _strip_name(command, me.username)
        if command is None:
            return None
    elif kind is not ChatKind.PRIVATE:
        return None  # in a group nothing but commands is read
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
        speaker=None if kind is ChatKind.PRIVATE else str(speaker["id"]),
        reports=speaker.get("language_code"),
    )


def _read_press(event: str, query: Json) -> Ask | None:
    message, command, speaker = query.get("message"), query.get("data"), query["from"]
    if message is None or command is None:
        return None  # from an inline message or a game: this bot has neither
    chat = message["chat"]
    kind = _KINDS[chat["type"]]
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
