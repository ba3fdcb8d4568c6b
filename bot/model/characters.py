"""Characters that nobody sees and that can make a text read otherwise than it is written.

Refused wherever words come in: bidirectional controls reorder what stands beside them, zero-width characters hide
in words. Combining marks and variation selectors stay, since scripts and everyday emoji need them.
"""

import re
import unicodedata
from collections.abc import Iterator

BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks, embeddings, overrides and isolates of UAX #9."""

ZERO_WIDTH = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
"""Joiners, invisible operators, blank letters, annotation and tag characters: the rest of Unicode's
Default_Ignorable_Code_Point, without the variation selectors."""

_HIDDEN = re.compile(f"[{BIDI}{ZERO_WIDTH}]")


def hidden(text: str) -> Iterator[tuple[int, str]]:
    """Each hidden character, with its index before it, in order."""
    return ((match.start(), match.group()) for match in _HIDDEN.finditer(text))


def name(character: str) -> str:
    """How a character is called in a complaint: ``U+202E RIGHT-TO-LEFT OVERRIDE``, or the number alone."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
