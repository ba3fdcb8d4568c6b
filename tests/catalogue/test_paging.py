"""Parts on pages: nothing lost, nothing torn, every passage found again."""

import time
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.paging import GAP, Page, Piece, Room, cut_pages, find_page, mark_runs
from bot.model.message import Span
from bot.ports import Size


def utf16(text: str) -> int:
    """Telegram's unit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def room(limit: int, reserve: int = 0, mark: int = 0) -> Room:
    """A page of so many UTF-16 units."""
    return Room(Size(limit, utf16), reserve, mark)


def piece(text: str, passage: str | None = "p", *, foreign: bool = False) -> Piece:
    """A plain piece of a part."""
    return Piece(passage=passage, language="en" if foreign else "zh-Hant", foreign=foreign, spans=(Span(text=text),))


def texts(pages: Sequence[Page]) -> list[list[str]]:
    """What stands on each page."""
    return [[one.text for one in page] for page in pages]


CHARACTERS = [
    "a",
    "字",
    "e\u0301",
    "👩\u200d🔧",
    "🇭🇰",
    "✊\U0001f3fd",
    "😀",
    "\u1112\u1161\u11ab",
    ".",
    "。",
    "”",
    "」",
    "!",
]
SPACES = [" ", "\n", "\n\n", "\u3000", "  "]
STYLES = st.builds(Span, text=st.just(""), bold=st.booleans(), italic=st.booleans())


@st.composite
def written(draw: st.DrawFn, letters: Sequence[str] = (*CHARACTERS, *SPACES)) -> tuple[list[str], tuple[Span, ...]]:
    """A text as the characters that a reader sees, and the same in spans of several styles."""
    runs = draw(st.lists(st.tuples(st.lists(st.sampled_from(letters), min_size=1, max_size=30), STYLES), max_size=4))
    characters = ["x", *(one for run, _ in runs for one in run), "y"]
    middle = (replace(style, text="".join(run)) for run, style in runs)
    return characters, (Span(text="x"), *middle, Span(text="y"))


@st.composite
def parts(draw: st.DrawFn) -> list[tuple[list[str], Piece]]:
    """A heading and passages, some of them in another language."""
    made = []
    for number in range(draw(st.integers(1, 5))):
        characters, spans = draw(written())
        language = draw(st.sampled_from(["zh-Hant", "zh-Hans", "en"]))
        name = f"p{number}" if number else None
        made.append(
            (
                characters,
                Piece(passage=name, language=language, foreign=language != "zh-Hant", spans=spans),
            )
        )
    return made


LIMITS = st.integers(12, 80)


@given(parts(), LIMITS, st.integers(0, 4), st.integers(0, 2))
def test_every_page_fits(part: list[tuple[list[str], Piece]], limit: int, reserve: int, mark: int) -> None:
    """A page with its gaps, its marks and the reserve is never more than a message bears, and never empty."""
    for page in cut_pages([piece for _, piece in part], room(limit, reserve, mark)):
        marks = mark * sum(one.run_starts for one in page)
        assert 0 < utf16(GAP.join(one.text for one in page)) + marks + reserve <= limit


@given(parts(), LIMITS)
def test_nothing_is_lost_but_white_space_at_cuts(part: list[tuple[list[str], Piece]], limit: int) -> None:
    """Joined again, the pieces of a passage are its text; between them only white space is missing."""
    whole = [piece for _, piece in part]
    cut = [one for page in cut_pages(whole, room(limit)) for one in page]
    for original in whole:
        rest = original.text
        for index, one in enumerate(one for one in cut if one.passage == original.passage):
            assert one.continued == (index > 0)
            if index:
                rest = rest.lstrip()
            assert rest.startswith(one.text)
            rest = rest[len(one.text) :]
        assert not rest.strip()
    assert [one.passage for one in cut if not one.continued] == [one.passage for one in whole]


@given(parts(), LIMITS)
def test_no_character_is_torn(part: list[tuple[list[str], Piece]], limit: int) -> None:
    """Every piece is a run of whole characters of its passage, in order."""
    cut = [one for page in cut_pages([piece for _, piece in part], room(limit)) for one in page]
    for characters, original in part:
        whole = iter(characters)
        for one in (one for one in cut if one.passage == original.passage):
            left = one.text
            while left:
                character = next(whole)
                if left.startswith(character):
                    left = left[len(character) :]
                else:
                    assert not character.strip()


@given(parts(), LIMITS)
def test_styles_survive_the_cuts(part: list[tuple[list[str], Piece]], limit: int) -> None:
    """Each character that is no white space keeps the style that it had."""

    def styled(pieces: Sequence[Piece]) -> list[tuple[str, Span]]:
        spans = [span for one in pieces for span in one.spans]
        return [(letter, replace(span, text="")) for span in spans for letter in span.text if letter.strip()]

    whole = [piece for _, piece in part]
    assert styled([one for page in cut_pages(whole, room(limit)) for one in page]) == styled(whole)


@given(parts(), LIMITS)
def test_every_page_names_its_runs(part: list[tuple[list[str], Piece]], limit: int) -> None:
    """On each page every run in another language begins with a mark, also where the run began on the page before."""
    for page in cut_pages([piece for _, piece in part], room(limit)):
        language = "zh-Hant"
        for one in page:
            assert one.run_starts == (one.language not in ("zh-Hant", language))
            language = one.language


@given(parts(), LIMITS)
def test_every_passage_is_found(part: list[tuple[list[str], Piece]], limit: int) -> None:
    """A place is found on the page that it names, else on the first that holds its passage."""
    pages = cut_pages([piece for _, piece in part], room(limit))
    for number, page in enumerate(pages, 1):
        for one in page:
            if one.passage:
                assert find_page(pages, one.passage, number) == number
                first = find_page(pages, one.passage, 0)
                assert any(held.passage == one.passage and not held.continued for held in pages[first - 1])
    assert find_page(pages, "gone", 2) == 1


def test_pages_end_between_passages() -> None:
    """What does not fit begins the next page whole, though its first sentence would have fitted."""
    pages = cut_pages([piece("One. Two."), piece("Three. Four."), piece("Five.")], room(20))
    assert texts(pages) == [["One. Two."], ["Three. Four.", "Five."]]


def test_a_long_passage_is_cut_and_its_rest_shares_a_page() -> None:
    """Cut at a sentence; what follows the rest stands beneath it."""
    pages = cut_pages([piece("一句。二句。三句。"), piece("完。")], room(7))
    assert texts(pages) == [["一句。二句。"], ["三句。", "完。"][:2]] or texts(pages) == [
        ["一句。二句。"],
        ["三句。", "完。"],
    ]


def test_a_heading_stays_with_what_it_heads() -> None:
    """A passage that does not fit beneath its heading is cut, rather than the heading left alone."""
    pages = cut_pages([piece("Heading", None), piece("One two. Three four. Five six.")], room(30))
    assert texts(pages) == [["Heading", "One two. Three four."], ["Five six."]]


def test_a_heading_stands_alone_where_nothing_fits_beneath() -> None:
    """Rather than tearing a word below it, the page ends with the heading."""
    pages = cut_pages([piece("A long heading", None), piece("Incomprehensibilities.")], room(22))
    assert texts(pages) == [["A long heading"], ["Incomprehensibilities."]]


def test_the_reserve_and_the_marks_take_room() -> None:
    """What stands around the pieces counts, and each mark as often as it stands there."""
    pair = mark_runs([piece("abcde"), piece("fghij", foreign=True)])
    assert len(cut_pages(pair, room(12))) == 1
    assert len(cut_pages(pair, room(12, reserve=1))) == 2
    assert len(cut_pages(pair, room(12, mark=1))) == 2
    assert len(cut_pages(pair, room(13, mark=1))) == 1


def test_a_page_for_nothing_is_refused() -> None:
    """Where not one character fits, nothing is shown in part."""
    with pytest.raises(ValueError, match="too small for a single character"):
        cut_pages([piece("abc")], room(5, reserve=5))


def test_units_are_the_networks_own() -> None:
    """An emoji is two of Telegram's units: half as many fit."""
    assert texts(cut_pages([piece("😀" * 10)], room(10))) == [["😀" * 5], ["😀" * 5]]


def test_a_long_synthetic_part_is_quick_and_whole() -> None:
    """A quarter of a million characters of Chinese are paged for Telegram within a second of work."""
    sentence = "人們在街上舉起白紙，說了很多話。"
    long = "".join(sentence for _ in range(256 * 1024 // len(sentence)))
    begun = time.thread_time()
    pages = cut_pages([piece(long)], room(4096, 64, 96))
    assert time.thread_time() - begun < 1
    assert "".join(one.text for page in pages for one in page) == long
    assert all(page[-1].text.endswith("。") for page in pages)
    assert len(pages) == -(-len(long) // ((4096 - 64) // len(sentence) * len(sentence)))


def test_the_written_characters_are_what_they_claim() -> None:
    """The properties above mean something: the sample holds marks, joiners, astral characters and white space."""
    sample = "".join(CHARACTERS)
    assert any(unicodedata.combining(letter) for letter in sample)
    assert utf16(sample) > len(sample)
    assert "\u200d" in sample
    assert all(space.isspace() for space in SPACES)
