"""The statement as readers meet it: chosen by language, in order, on pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.catalogue.paging import Page, Piece, Room, cut_pages, find_page, mark_runs
from bot.model.message import Span
from bot.model.people import Place
from bot.model.statement import Highlight, Part, Statement, Texts
from bot.ports import Size

T = TypeVar("T")

RESERVE = 64
"""Kept free on every page for the place (``2/4 · 1/3``) and the breaks around it."""

MARK = 96
"""Kept free for each name of a language, with the words around it."""

_REMEMBERED = 512
"""So many cut parts are kept at hand: parts × languages × platforms, many times over."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Immutable: changed content is another catalogue, swapped whole."""

    statement: Statement
    fallback: Mapping[str, Sequence[str]]
    """A reader's language → the languages shown for lack of it, in order."""
    default_language: str
    _cut: dict[tuple[object, ...], tuple[Page, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def choose(self, texts: Mapping[str, T], language: str) -> tuple[str, T]:
        """The language found and its text: the reader's own, by the fallback, the default, or any in stable order.

        Raises LookupError where there is no text at all.
        """
        for tag in (language, *self.fallback.get(language, ()), self.default_language, *texts):
            if tag in texts:
                return tag, texts[tag]
        raise LookupError("a text in no language")

    def part(self, number: int) -> Part:
        """A part by its number, from 1; raises LookupError for any other."""
        if not 1 <= number <= len(self.statement.parts):
            raise LookupError(f"no part {number}")
        return self.statement.parts[number - 1]

    def part_of(self, passage: str) -> int | None:
        """The number of the part that holds a passage; None for an id that is no more."""
        return next((part.number for part in self.statement.parts if any(passage == p.id for p in part.passages)), None)

    def first_passage(self, number: int) -> str:
        """The id of a part's first passage."""
        return self.part(number).passages[0].id

    def neighbours(self, number: int) -> tuple[int | None, int | None]:
        """The parts before and after; None beyond the ends."""
        last = len(self.statement.parts)
        return (number - 1 if number > 1 else None), (number + 1 if number < last else None)

    def pieces(self, number: int, language: str) -> tuple[Piece, ...]:
        """A part's heading (bold) and passages in order, each in the language found, its foreign runs marked."""
        part = self.part(number)
        return mark_runs(
            [
                self._piece(part.heading, language, passage=None),
                *(self._piece(one.texts, language, passage=one.id, highlights=one.highlights) for one in part.passages),
            ]
        )

    def pages(
        self, number: int, language: str, size: Size, reserve: int = RESERVE, mark: int = MARK
    ) -> tuple[Page, ...]:
        """A part on pages that a message of that size bears; never none. See ``Room`` for reserve and mark."""
        key = number, language, size.limit, size.measure, reserve, mark  # flat: it is asked for several times an answer
        pages = self._cut.get(key)
        if pages is None:
            if len(self._cut) >= _REMEMBERED:
                self._cut.clear()
            pages = self._cut[key] = cut_pages(self.pieces(number, language), Room(size, reserve, mark))
        return pages

    def page_at(self, number: int, language: str, size: Size, place: Place | None) -> int:
        """The page of a part on which a kept place stands now, in this language: 1 where it is not in the part."""
        return find_page(self.pages(number, language, size), place.passage, place.page) if place else 1

    def _piece(self, texts: Texts, language: str, passage: str | None, highlights: Sequence[Highlight] = ()) -> Piece:
        found, text = self.choose(texts, language)
        quoted = [highlight.text for highlight in highlights if highlight.language == found]
        spans = _set_off(text, quoted) if passage else (Span(text=text, bold=True),)
        return Piece(passage=passage, language=found, foreign=found != language, spans=spans)


def _set_off(text: str, quoted: Sequence[str]) -> tuple[Span, ...]:
    """The text once, what the publishers set as pull quotes in bold."""
    for quote in quoted:
        before, found, after = text.partition(quote)
        if found:
            parts = (Span(text=before), Span(text=quote, bold=True), *_set_off(after, quoted))
            return tuple(span for span in parts if span.text)
    return (Span(text=text),) if text else ()
