"""Text and its entities: measured in UTF-16 units, as Telegram measures them."""

from collections.abc import Sequence

from aiogram.enums import MessageEntityType

from tests.wires.telegram.answers import Json, malformed, untimely

MOST_ENTITIES = 100
"""Telegram keeps the first hundred entities of a message and drops the rest without a word."""
_KNOWN = frozenset(kind.value for kind in MessageEntityType)
_NEEDS = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id", "date_time": "unix_time"}
_SEALED = frozenset({"code", "pre"})
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_BLANK = " \n\t\r"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u3164\u2800"


def measure(text: str) -> int:
    """UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The part of the text that an entity covers."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def settle(text: str, entities: Sequence[Json], limit: int, what: str = "message") -> tuple[str, list[Json]]:
    """Text and entities as Telegram keeps them: checked, trimmed at both ends, sorted.

    Refuses text that is over ``limit`` UTF-16 units, and entities out of range, crossing each other, or beginning
    or ending inside a character. Blank text comes back empty; the caller decides whether that is allowed.
    """
    if not all(isinstance(entity[edge], int) for entity in entities for edge in ("offset", "length")):
        raise malformed("can't parse MessageEntity: offset and length must be numbers")
    found = sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
    _check_ranges(text, found)
    _check_nesting(found)
    text, found = _trim(text, found)
    if not text.strip().strip(_INVISIBLE).strip():
        return "", []
    if measure(text) > limit:
        raise malformed(f"{what} is too long")
    return text, found


def require(text: str) -> str:
    """Refuses empty text."""
    if not text:
        raise malformed("message text is empty")
    return text


def _check_ranges(text: str, entities: Sequence[Json]) -> None:
    total = measure(text)
    if len(entities) > MOST_ENTITIES:
        raise malformed("ENTITIES_TOO_LONG")
    units = text.encode("utf-16-le") if entities else b""
    for entity in entities:
        kind, begin, end = entity["type"], entity["offset"], entity["offset"] + entity["length"]
        if kind not in _KNOWN:
            raise malformed(f'can\'t parse MessageEntity: unsupported entity type "{kind}"')
        if (needed := _NEEDS.get(kind)) and not entity.get(needed):
            raise malformed(f"can't parse MessageEntity: {kind} without {needed}")
        if begin < 0 or end <= begin or end > total:
            raise malformed("ENTITY_BOUNDS_INVALID")
        for edge in (begin, end):
            if edge < total and units[2 * edge + 1] & 0xFC == 0xDC:
                raise malformed(f"entity begins or ends in a middle of a UTF-16 symbol at offset {edge}")


def _check_nesting(entities: Sequence[Json]) -> None:
    open_ones: list[Json] = []
    for entity in entities:
        begin, end = entity["offset"], entity["offset"] + entity["length"]
        while open_ones and open_ones[-1]["offset"] + open_ones[-1]["length"] <= begin:
            open_ones.pop()
        for outer in open_ones:
            if end > outer["offset"] + outer["length"]:
                raise malformed(f"entities overlap without nesting at offset {begin}")
            if outer["type"] in _SEALED or (entity["type"] in _SEALED and outer["type"] not in _QUOTES):
                raise malformed(f"{entity['type']} can't stand inside {outer['type']} at offset {begin}")
            if outer["type"] in _QUOTES and entity["type"] in _QUOTES:
                raise malformed(f"blockquote can't be nested at offset {begin}")
        open_ones.append(entity)


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Blank ends go; at the beginning only as far as the first entity, as Telegram does."""
    kept = text.rstrip(_BLANK)
    lead = len(kept) - len(kept.lstrip(_BLANK))
    if entities:
        lead = min(lead, entities[0]["offset"])
    kept = kept[lead:]
    if len(kept) == len(text):
        return text, entities
    total = measure(kept)
    moved = []
    for entity in entities:
        offset = entity["offset"] - lead
        if (length := min(entity["length"], total - offset)) > 0:
            moved.append({**entity, "offset": offset, "length": length})
    return kept, moved


def reject_both(parse_mode: object, entities: object) -> None:
    """Telegram takes one and ignores the other; whoever sends both has made a mistake."""
    if parse_mode and entities:
        raise malformed("parse_mode and entities exclude each other")


def unchanged(old: Json, new: Json, keys: Sequence[str]) -> None:
    """Refuses an edit that leaves everything as it is."""
    if all(old.get(key) == new.get(key) for key in keys):
        text = (
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
        raise untimely(text)
