"""The statement is chosen by the reader's language, marked where it lacks it, and found again."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.catalogue.catalogue import Catalogue
from bot.catalogue.paging import GAP
from bot.model.people import Place
from bot.model.statement import Part, Passage, Statement
from bot.ports import Size
from bot.storage.files import load_statement

CONTENT = Path(__file__).parents[2] / "content"
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
FALLBACK = {"zh-Hans": ["zh-Hant", "en"], "zh-Hant": ["en"]}


def utf16(text: str) -> int:
    """Telegram's unit."""
    return len(text.encode("utf-16-le")) // 2


TELEGRAM = Size(4096, utf16)


def statement(*parts: Mapping[str, Mapping[str, str]]) -> Statement:
    """A synthetic statement: for each part, passage id → texts, with an English heading."""
    frame = {"en": "Frame"}
    made = tuple(
        Part(
            number=number,
            heading={"en": f"Heading {number}"},
            passages=tuple(Passage(id=name, texts=texts) for name, texts in part.items()),
        )
        for number, part in enumerate(parts, 1)
    )
    return Statement(
        languages=LANGUAGES, title=frame, standfirst=frame, credit=frame, origin=frame, note=frame, parts=made
    )


@pytest.fixture
def real() -> Catalogue:
    """The catalogue of the real content."""
    return Catalogue(load_statement(CONTENT), FALLBACK, "en")


@pytest.mark.parametrize(
    ("has", "language", "found"),
    [
        (("en", "zh-Hans", "zh-Hant"), "zh-Hans", "zh-Hans"),
        (("en", "zh-Hant"), "zh-Hans", "zh-Hant"),
        (("en",), "zh-Hans", "en"),
        (("en", "zh-Hans"), "zh-Hant", "en"),
        (("zh-Hans",), "zh-Hant", "zh-Hans"),
        (("zh-Hans", "zh-Hant"), "en", "zh-Hans"),
        (("zh-Hant", "zh-Hans"), "en", "zh-Hant"),
        (("zh-Hant", "en"), "fr", "en"),
    ],
)
def test_a_text_is_chosen_by_the_fallback(has: tuple[str, ...], language: str, found: str) -> None:
    """The reader's own language, then its fallback in order, then the default, then the first that there is."""
    catalogue = Catalogue(statement(), FALLBACK, "en")
    assert catalogue.choose({tag: f"in {tag}" for tag in has}, language) == (found, f"in {found}")


def test_a_text_in_no_language_cannot_be_chosen() -> None:
    """The loader lets none through; here it is an error, not an empty answer."""
    with pytest.raises(LookupError):
        Catalogue(statement(), FALLBACK, "en").choose({}, "en")


def test_runs_in_another_language_are_marked_where_they_begin(real: Catalogue) -> None:
    """Part 3 in each language: the language found of heading and passages, and where a foreign run begins."""

    def told(language: str) -> list[str]:
        return [f"{'*' if one.run_starts else ''}{one.language}" for one in real.pieces(3, language)]

    assert told("en") == ["en", "en", "en", "en", "en"]
    assert told("zh-Hans") == ["*en", "zh-Hans", "*en", "*zh-Hant", "*en"]
    assert told("zh-Hant") == ["*en", "zh-Hant", "*en", "zh-Hant", "*en"]


def test_a_run_is_marked_once() -> None:
    """Passages of one other language in a row carry one mark, at the first."""
    part = {"a": {"en": "A"}, "b": {"en": "B"}, "c": {"zh-Hant": "丙"}, "d": {"en": "D"}}
    pieces = Catalogue(statement(part), FALLBACK, "en").pieces(1, "zh-Hant")
    assert [one.run_starts for one in pieces] == [True, False, False, False, True]
    assert [one.foreign for one in pieces] == [True, True, True, False, True]


def test_a_part_is_its_heading_and_its_passages(real: Catalogue) -> None:
    """In order, the heading bold and without a passage's id, the texts verbatim, a pull quote bold."""
    part = load_statement(CONTENT).parts[1]
    pieces = real.pieces(2, "en")
    assert [one.passage for one in pieces] == [None, *(passage.id for passage in part.passages)]
    assert [one.text for one in pieces] == [part.heading["en"], *(passage.texts["en"] for passage in part.passages)]
    assert [span.bold for one in pieces for span in one.spans] == [True, False, False, False, True, False]


def test_signs_in_the_statement_are_no_markup() -> None:
    """Published words are shown as they are, whatever signs they hold."""
    pieces = Catalogue(statement({"a": {"en": "**a** _b_ > c"}}), FALLBACK, "en").pieces(1, "en")
    assert [span.text for span in pieces[1].spans] == ["**a** _b_ > c"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", range(1, 5))
def test_no_real_part_needs_a_second_page_on_telegram(real: Catalogue, number: int, language: str) -> None:
    """Every part, in every language, fits one message with its place and its marks."""
    (page,) = real.pages(number, language, TELEGRAM)
    assert page == real.pieces(number, language)
    assert utf16(GAP.join(one.text for one in page)) <= 4096 - 64 - 5 * 96


def test_a_place_is_kept_over_a_change_of_language() -> None:
    """The same passage is found, on whichever page it stands in the other language."""
    long = {name: {"en": f"{name}. " * 900, "zh-Hant": f"{name}。" * 200} for name in ("aaa", "bbb", "ccc")}
    catalogue = Catalogue(statement(long), FALLBACK, "en")

    def holding(language: str, passage: str) -> list[int]:
        pages = enumerate(catalogue.pages(1, language, TELEGRAM), 1)
        return [number for number, page in pages if any(one.passage == passage for one in page)]

    assert holding("en", "ccc") == [5, 6]
    assert holding("zh-Hant", "ccc") == [1]
    assert catalogue.page_at(1, "en", TELEGRAM, Place("ccc", 6)) == 6
    assert catalogue.page_at(1, "zh-Hant", TELEGRAM, Place("ccc", 6)) == 1
    assert catalogue.page_at(1, "en", TELEGRAM, Place("ccc", 1)) == 5
    assert catalogue.page_at(1, "en", TELEGRAM, Place("gone", 2)) == 1
    assert catalogue.page_at(1, "en", TELEGRAM, None) == 1


def test_parts_passages_and_neighbours_are_found(real: Catalogue) -> None:
    """Look-ups both ways, with nothing beyond the ends."""
    assert [real.part_of(real.first_passage(number)) for number in range(1, 5)] == [1, 2, 3, 4]
    assert real.part_of("radicalism") == 3
    assert real.part_of("gone") is None
    assert [real.neighbours(number) for number in (1, 2, 4)] == [(None, 2), (1, 3), (3, None)]
    for number in (0, -1, 5):
        with pytest.raises(LookupError):
            real.part(number)


def test_a_part_is_cut_once_for_each_language_and_size(real: Catalogue) -> None:
    """Asked again, the same pages are at hand; another size has its own."""
    asked = []

    def measure(text: str) -> int:
        asked.append(text)
        return len(text)

    size = Size(4096, measure)
    pages = real.pages(2, "en", size)
    count = len(asked)
    assert real.pages(2, "en", size) is pages
    assert len(asked) == count > 0
    assert len(real.pages(2, "en", Size(2000, measure))) > 1
    assert real.pages(2, "en", size, reserve=3000) != pages


def test_what_is_remembered_is_bounded(real: Catalogue) -> None:
    """Sizes made anew at each call do not fill the memory."""
    for reserve in range(600):
        real.pages(1, "en", TELEGRAM, reserve)
    assert len(real._cut) <= 512


def test_cutting_a_real_part_is_quick(real: Catalogue) -> None:
    """Even where nothing is at hand, a page costs a few milliseconds at most."""
    begun = time.thread_time()
    for limit in range(2000, 2100):
        real.pages(2, "en", Size(limit, utf16))
    assert (time.thread_time() - begun) / 100 < 0.01
