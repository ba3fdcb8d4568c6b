"""Characters as readers see them are not torn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.graphemes import is_boundary

WHOLE = {
    "accent": "e\u0301",
    "stacked accents": "a\u0323\u0302\u0301",
    "emoji with a look": "❤\ufe0f",
    "keycap": "3\ufe0f\u20e3",
    "skin tone": "✊\U0001f3fd",
    "family": "👩\u200d👩\u200d👧\u200d👦",
    "profession with a tone": "👩\U0001f3fe\u200d🔧",
    "flag": "🇭🇰",
    "regional flag": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "Hangul by letters": "\u1112\u1161\u11ab",
    "Hangul with a tail": "가\u11a8",
    "Hangul whole with a tail": "각\u11a8",
    "Devanagari conjunct": "क\u094dष\u093f",
    "Tibetan stack": "བ\u0f90\u0f72",
    "Thai am": "น\u0e33",
    "half-width kana": "ｶﾞ",
    "number sign": "\u060012",
    "joiner before nothing it joins": "a\u200d",
    "ideograph with a variant": "葛\U000e0100",
    "line break": "\r\n",
    "surrogates apart": "\ud83d\udc69",
}
APART = {
    "letters": "ab",
    "ideographs": "香港",
    "ideograph and stop": "港。",
    "two flags": "🇭🇰🇹🇼",
    "emoji": "✊❤",
    "Hangul syllables": "각가",
    "line and line": "\n\n",
    "mark on a new line": "\n\u0301",
    "Uyghur": "ئۇ",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_what_is_one_character_is_not_torn(text: str) -> None:
    """There is no boundary inside; before and after it there are."""
    end = len(text) if text[0] != "\u0600" else 2
    assert [index for index in range(end + 1) if is_boundary(text[:end], index)] == [0, end]


@pytest.mark.parametrize("text", APART.values(), ids=APART)
def test_between_characters_there_is_a_boundary(text: str) -> None:
    """In the middle of the pair the text may be cut."""
    assert is_boundary(text, len(text) // 2)


@given(st.lists(st.sampled_from(["🇭🇰", "🇹🇼", "🇺🇳"]), min_size=1, max_size=20))
def test_a_row_of_flags_is_cut_between_them(flags: list[str]) -> None:
    """Flags are pairs, counted from where the row begins."""
    text = "x" + "".join(flags)
    assert [index for index in range(2, len(text)) if is_boundary(text, index)] == list(range(3, len(text), 2))


@given(st.text())
def test_the_ends_are_boundaries(text: str) -> None:
    """Whatever the text, it may be cut before its beginning and after its end."""
    assert is_boundary(text, 0)
    assert is_boundary(text, len(text))
