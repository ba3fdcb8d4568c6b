"""Where a text that is too long for its page is cut: as late as it bears, at the strongest break there is.

The breaks, strongest first: a blank line; the end of a sentence; white space; between two characters. A sentence
ends after 。！？ wherever they stand, after ``!`` and ``?`` before a space, the end or a wide character, after ``.``
before a space or the end (so ``3.14`` stays). Stops in a row and the closing quotes behind them stay with it; where
quotes follow a full stop and the text goes on in lower case (``“Rd.”) in``), it was an abbreviation.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import NamedTuple

from bot.catalogue.graphemes import is_boundary

_SPACE = r"[^\S\u00a0\u2007\u202f]"
"""White space that a line may break at: not the no-break spaces."""
_SPACES = re.compile(f"{_SPACE}*")
_BLANK = re.compile(r"\n[^\S\n]*\n")
_STOPS = re.compile(r"([。！？｡.!?…]+)([」』”’\"')\]）】》〉]*)")


class Break(IntEnum):
    """How strong a break is."""

    CHARACTER = 0
    """Between two characters."""
    SPACE = 1
    """At white space."""
    SENTENCE = 2
    """After a sentence."""
    PARAGRAPH = 3
    """At a blank line."""


class Cut(NamedTuple):
    """The text before ``end`` stays; what follows begins at ``start``. Between them there is white space alone."""

    end: int
    start: int
    strength: Break


def find_cut(text: str, fits: Callable[[int], bool]) -> Cut | None:
    """The best cut of a text of which ``text[:n]`` stays where ``fits(n)``; None where not one character fits.

    ``fits`` must hold for no more when ``n`` grows. A single character that is larger than the page is cut inside.
    """
    room = _room(len(text), fits)
    if room == 0:
        return None
    blank = _match_end(_SPACES, text, 0)
    for strength, ends in ((Break.PARAGRAPH, _paragraphs), (Break.SENTENCE, _sentences), (Break.SPACE, _spaces)):
        for end in reversed([end for end in ends(text, room) if end > blank]):
            if cut := _sound(text, end, strength):
                return cut
    end = next((n for n in range(room, 0, -1) if is_boundary(text, n)), room)
    return Cut(end, end, Break.CHARACTER)


def _room(length: int, fits: Callable[[int], bool]) -> int:
    """The largest n up to ``length`` that fits: doubled until too large, then halved in between."""
    low, high = 0, 1
    while high <= length and fits(high):
        low, high = high, high * 2
    high = min(high, length + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _sound(text: str, end: int, strength: Break) -> Cut | None:
    """The cut at that end with the white space around it left out; None where it would tear a character."""
    start = _match_end(_SPACES, text, end)
    while _SPACES.fullmatch(text[end - 1]):
        end -= 1
    return Cut(end, start, strength) if is_boundary(text, end) and is_boundary(text, start) else None


def _match_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _paragraphs(text: str, room: int) -> Iterator[int]:
    return (match.start() for match in _BLANK.finditer(text) if match.start() <= room)


def _sentences(text: str, room: int) -> Iterator[int]:
    for match in _STOPS.finditer(text):
        if match.end() > room:
            return
        if _ends_sentence(text, match):
            yield match.end()


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    stops, closers = match.groups()
    if any(stop in "。！？｡" for stop in stops):
        return True
    if not stops.strip("…"):
        return False
    start = _match_end(_SPACES, text, match.end())
    after = text[start : start + 1]
    if after and start == match.end():
        return stops[-1] in "!?" and unicodedata.east_asian_width(after) in "WF"
    return not (closers and stops[-1] == "." and after.islower())


def _spaces(text: str, room: int) -> Iterator[int]:
    return (at for at in range(room + 1) if at < len(text) and _SPACES.fullmatch(text[at]))
