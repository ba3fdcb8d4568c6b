"""In which script a text is written, as far as its characters tell."""

from collections.abc import Sequence
from functools import cache

_TELLING = 2
"""So many characters of one script alone, and none of the other, decide."""


@cache
def _is_only_in(character: str, codec: str, other: str) -> bool:
    """Whether an old national character set has it and the other one lacks it."""
    return _knows(character, codec) and not _knows(character, other)


def _knows(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def written_in(text: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Those of the languages whose script this may be; one where it is plain, none where no script can be told.

    Latin letters mean every language that is not Chinese. Chinese characters mean both scripts, unless those that
    only one of them has decide: GB 2312 holds the simplified ones, Big5 the traditional ones.
    """
    letters = [character for character in text if character.isalpha()]
    chinese = [character for character in letters if "\u3400" <= character <= "\u9fff"]
    if not letters:
        return ()
    if 4 * len(chinese) < len(letters):  # a Chinese character says as much as several letters
        return tuple(tag for tag in languages if not tag.startswith("zh"))
    simplified = sum(_is_only_in(character, "gb2312", "big5") for character in chinese)
    traditional = sum(_is_only_in(character, "big5", "gb2312") for character in chinese)
    if simplified >= _TELLING and not traditional:
        wanted = "zh-Hans"
    elif traditional >= _TELLING and not simplified:
        wanted = "zh-Hant"
    else:
        return tuple(tag for tag in languages if tag.startswith("zh"))
    return tuple(tag for tag in languages if tag == wanted)
