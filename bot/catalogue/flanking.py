"""Where a run of ``*`` or ``_`` may open or close emphasis, in scripts with and without spaces.

CommonMark asks whether the run leans on a word, and takes punctuation and spaces for the edges of words. Chinese has
no spaces, and its punctuation belongs to the words before it: in ``**注意：**请更新`` the second run would close
nothing. So a wide character outside the run counts as an edge, and wide punctuation inside it as part of the word.
"""

import unicodedata
from typing import NamedTuple

_SHARED = "“”‘’—…·"
"""Punctuation that Chinese and other scripts share; its width says nothing."""


class Flanks(NamedTuple):
    """What a run of markers may do."""

    opens: bool
    closes: bool


def flanks(before: str, after: str, marker: str) -> Flanks:
    """What a run may do between two characters; "" stands for the edge of the text.

    ``_`` inside a word (``snake_case``, ``会议_2026_记录``) does nothing; beside wide punctuation it works as ``*``.
    """
    left = not _is_space(after) and (not _is_narrow_mark(after) or _is_edge(before))
    right = not _is_space(before) and (not _is_narrow_mark(before) or _is_edge(after))
    if marker == "*":
        return Flanks(opens=left, closes=right)
    return Flanks(
        opens=left and (not right or _is_mark(before) or _is_wide_mark(after)),
        closes=right and (not left or _is_mark(after) or _is_wide_mark(before)),
    )


def _is_space(character: str) -> bool:
    return not character or character.isspace()


def _is_mark(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "PS"


def _is_wide(character: str) -> bool:
    return bool(character) and (unicodedata.east_asian_width(character) in "WFH" or character in _SHARED)


def _is_wide_mark(character: str) -> bool:
    return _is_mark(character) and _is_wide(character)


def _is_narrow_mark(character: str) -> bool:
    return _is_mark(character) and not _is_wide(character)


def _is_edge(character: str) -> bool:
    return _is_space(character) or _is_mark(character) or _is_wide(character)
