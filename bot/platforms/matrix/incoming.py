"""What people say on Matrix, as the rules hear it. Plain functions of an event's JSON and of the room it is in.

Heard are typed texts of others, reactions, and reactions taken away. Never heard: notices (another bot may have sent
them), edits, what the bot said itself; and in rooms of several, what is not addressed to it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import unquote

from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, unsigil
from bot.platforms.matrix.inbox import Note, Sort

NAME = "matrix"

_QUOTED_LINES = re.compile(r"\A(?:> ?[^\n]*\n)+\n?")
_LEADING_PILL = re.compile(
    r"""\A\s*(?:<p>\s*)?<a\s[^>]*?href=["']https://matrix\.to/#/([^"'?]+)[^"']*["'][^>]*>([^<]*)</a>""", re.IGNORECASE
)
_AFTER_NAME = re.compile(r"\s*[:,：，]?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The room as an event finds it. ``names`` are what people may call the bot there; ``own`` is its user id."""

    room: str = field(repr=False)
    own: str = field(repr=False)
    names: tuple[str, ...] = ()
    private: bool = False
    """Whether exactly one other person is in it, pending invitations counted."""
    encrypted: bool = False
    """Whether what is said there is encrypted from end to end."""

    @property
    def kind(self) -> ChatKind:
        """Private with one person, else a group."""
        return ChatKind.PRIVATE if self.private else ChatKind.GROUP


def read_message(
    event: Mapping[str, Any], place: Place, *, encrypted: bool = False, device: str | None = None
) -> Ask | None:
    """The ask in an ``m.room.message`` (decrypted, if it was encrypted), or None where it is not for us to hear."""
    content = event.get("content")
    if event.get("type") != "m.room.message" or not isinstance(content, dict) or event.get("sender") == place.own:
        return None
    body = content.get("body")
    relation = _read_relation(content)
    if content.get("msgtype") != "m.text" or not isinstance(body, str) or relation.get("rel_type") == "m.replace":
        return None
    if "m.in_reply_to" in relation:
        body = _QUOTED_LINES.sub("", body, count=1)
    text, addressed = _strip_address(body.strip(), content, place)
    if not (addressed or place.private):
        return None
    thread = relation.get("event_id") if relation.get("rel_type") == "m.thread" else None
    return Ask(
        id=str(event["event_id"]),
        address=Address(NAME, place.room, thread if isinstance(thread, str) else None),
        kind=place.kind,
        text=text,
        addressed=addressed,
        speaker=str(event.get("sender")),
        encrypted=encrypted,
        device=device,
    )


def read_reaction(event: Mapping[str, Any], place: Place) -> tuple[str, str] | None:
    """The event reacted to and the key, where another person reacted in a private chat."""
    content = event.get("content")
    if event.get("type") != "m.reaction" or not isinstance(content, dict) or event.get("sender") == place.own:
        return None
    relation = _read_relation(content)
    target, key = relation.get("event_id"), relation.get("key")
    if not place.private or relation.get("rel_type") != "m.annotation":
        return None
    return (target, key) if isinstance(target, str) and isinstance(key, str) else None


def read_redaction(event: Mapping[str, Any], place: Place) -> str | None:
    """The event that another person took away in a private chat. Room versions differ in where they say which."""
    if event.get("type") != "m.room.redaction" or event.get("sender") == place.own or not place.private:
        return None
    content = event.get("content")
    target = event.get("redacts") or (content.get("redacts") if isinstance(content, dict) else None)
    return target if isinstance(target, str) else None


def read_note(note: Note, place: Place) -> Ask | None:
    """The ask in a press or a greeting. None for what must be fetched, and where it is a button's no more.

    Reactions are encrypted nowhere.
    """
    address = Address(NAME, place.room)
    match note.sort:
        case Sort.PRESS if place.private:
            return Ask(
                id=note.event,
                address=address,
                kind=place.kind,
                text=note.sign or "",
                addressed=True,
                pressed=True,
                panel=note.panel,
                speaker=note.speaker,
                encrypted=False,
            )
        case Sort.GREETING:
            return Ask(
                id=note.event,
                address=address,
                kind=place.kind,
                text="start",
                addressed=True,
                speaker=note.speaker,
                encrypted=place.encrypted,
            )
        case _:
            return None


def read_happening(note: Note) -> Ask | None:
    """The ask that tells what happened to a room, which the bot may have left since. None where nothing did."""
    if note.sort.happening is None:
        return None
    return Ask(
        id=note.event,
        address=Address(NAME, note.room),
        kind=ChatKind.PRIVATE if note.private else ChatKind.GROUP,
        text="",
        addressed=False,
        speaker=note.speaker,
        happening=note.sort.happening,
        about=Address(NAME, note.about) if note.about is not None else None,
        encrypted=note.encrypted,
    )


def _strip_address(body: str, content: Mapping[str, Any], place: Place) -> tuple[str, bool]:
    """The text without sigil, mention or the bot's name before it, and whether there was any."""
    text = _strip_name(body, content, place)
    command = unsigil(text if text is not None else body)
    if command is not None:
        return command, True
    if text is not None:
        return text, True
    return _strip_mention(body, content, place)


def _strip_mention(body: str, content: Mapping[str, Any], place: Place) -> tuple[str, bool]:
    """The text without a mention of the bot that ends it, and whether it is mentioned anywhere.

    Apps mention the author of what a message replies to by themselves: that addresses nobody.
    """
    relation, mentions = _read_relation(content), content.get("m.mentions")
    users = mentions.get("user_ids") if isinstance(mentions, dict) else None
    if not isinstance(users, list) or place.own not in users:
        return body, False
    if "m.in_reply_to" in relation and relation.get("is_falling_back") is not True:
        return body, False
    for name in (*place.names, place.own):
        if body.casefold().endswith(name.casefold()):
            return body[: -len(name)].removesuffix("@").rstrip(), True
    return body, True


def _strip_name(body: str, content: Mapping[str, Any], place: Place) -> str | None:
    """What follows the bot's name at the beginning, or None where it does not begin so."""
    names = [*place.names, place.own, place.own.partition(":")[0]]
    html = content.get("formatted_body")
    pill = _LEADING_PILL.match(html) if isinstance(html, str) else None
    if pill is not None and unquote(pill[1]) == place.own:
        names.insert(0, unescape(pill[2]))
    for name in sorted({name.strip() for name in names} - {""}, key=len, reverse=True):
        start = body.removeprefix("@") if not name.startswith("@") else body
        if start[: len(name)].casefold() != name.casefold():
            continue
        rest = start[len(name) :]
        if not rest or not rest[0].isalnum():
            gap = _AFTER_NAME.match(rest)
            return rest[gap.end() :] if gap else rest
    return None


def _read_relation(content: Mapping[str, Any]) -> Mapping[str, Any]:
    relation = content.get("m.relates_to")
    return relation if isinstance(relation, dict) else {}
