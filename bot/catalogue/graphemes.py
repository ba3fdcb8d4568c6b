"""Where a text may be cut without splitting what a reader sees as one character.

After UAX #29, from Python's own Unicode tables. In doubt there is no boundary: a joiner always binds, and so does a
virama before a letter, so that no conjunct is torn.
"""

import unicodedata

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_BINDING_LETTERS = "\u0e33\u0eb3\uff9e\uff9f"
"""Letters by their category that attach to what stands before: Thai and Lao AM, half-width kana marks."""
_PREPENDED = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd"
_BREAKS = "\n\r\u2028\u2029\0"


def is_boundary(text: str, index: int) -> bool:
    """Whether the text may be cut before ``index``. The ends are boundaries."""
    if index <= 0 or index >= len(text):
        return True
    before, after = text[index - 1], text[index]
    if before in _BREAKS or after in _BREAKS:
        return (before, after) != ("\r", "\n")
    if _attaches(after) or before == _ZWJ or before in _PREPENDED:
        return False
    if unicodedata.combining(before) == 9 and unicodedata.category(after)[0] == "L":  # 9 is the virama's class
        return False
    if _is_flag_half(before) and _is_flag_half(after):
        return _flag_halves_before(text, index) % 2 == 0
    return not _joins_hangul(before, after) and not _joins_surrogates(before, after)


def _attaches(character: str) -> bool:
    return (
        unicodedata.category(character)[0] == "M"
        or character in (_ZWNJ, _ZWJ)
        or character in _BINDING_LETTERS
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags, which spell regional flags
    )


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(text: str, index: int) -> int:
    start = index
    while start and _is_flag_half(text[start - 1]):
        start -= 1
    return index - start


def _joins_hangul(before: str, after: str) -> bool:
    first, second = _hangul(before), _hangul(after)
    if not first or not second:
        return False
    follows = {"L": ("L", "V", "LV", "LVT"), "LV": ("V", "T"), "V": ("V", "T"), "LVT": ("T",), "T": ("T",)}
    return second in follows[first]


def _hangul(character: str) -> str:
    if "\u1100" <= character <= "\u115f" or "\ua960" <= character <= "\ua97c":
        return "L"
    if "\u1160" <= character <= "\u11a7" or "\ud7b0" <= character <= "\ud7c6":
        return "V"
    if "\u11a8" <= character <= "\u11ff" or "\ud7cb" <= character <= "\ud7fb":
        return "T"
    if "\uac00" <= character <= "\ud7a3":
        return "LV" if (ord(character) - 0xAC00) % 28 == 0 else "LVT"
    return ""


def _joins_surrogates(before: str, after: str) -> bool:
    return "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff"
