"""Cutting a text into pages that a network bears: at a paragraph, then a sentence, a space, a character."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.ports import Size

_SENTENCE = re.compile(r"[。！？!?]+[」』”’）)]*|\.+[」』”’）)]*(?=\s)")
_CHARACTER = re.compile(
    r"(?s)(?:[\U0001F1E6-\U0001F1FF]{2}|.)(?:[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe0f\U0001F3FB-\U0001F3FF\U000E0020-\U000E007F]|\u200d.)*"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or a piece of one: the passage it belongs to (None for a heading), its text and its language."""

    passage: str | None
    text: str
    language: str


def paginate(pieces: Sequence[Piece], size: Size, reserve: int = 0) -> tuple[tuple[Piece, ...], ...]:
    """Pages of whole paragraphs where they fit; ``reserve`` units of each page are left for header and marks.

    Joined, the pages hold every character but white space at the cuts. A page is never empty.
    """
    room = size.limit - reserve
    pages: list[list[Piece]] = [[]]
    used = 0
    for piece in (part for whole in pieces for part in _fitting(whole, size, room)):
        cost = size.measure(piece.text) + 2
        if pages[-1] and used + cost > room + 2:
            pages.append([])
            used = 0
        pages[-1].append(piece)
        used += cost
    return tuple(tuple(page) for page in pages)


def _fitting(piece: Piece, size: Size, room: int) -> Iterator[Piece]:
    rest = piece.text
    while size.measure(rest) > room:
        end = _cut(rest, size, room)
        yield Piece(piece.passage, rest[:end].rstrip(), piece.language)
        rest = rest[end:].lstrip()
    if rest:
        yield Piece(piece.passage, rest, piece.language)


def _cut(text: str, size: Size, room: int) -> int:
    """Where the first piece ends: the last good place that still fits, at least one character on."""
    whole = 0
    used = 0
    for character in _CHARACTER.finditer(text):
        used += size.measure(character.group())
        if used > room and whole:
            break
        whole = character.end()
    for ends in (_SENTENCE.finditer(text, 0, whole + 1), re.finditer(r"\s+", text[:whole])):
        fitting = [found.end() for found in ends if found.end() <= whole]
        if fitting:
            return fitting[-1]
    return whole
