"""A part cut into pages that one message bears."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.catalogue.cutting import Break, Cut, find_cut
from bot.model.message import Span
from bot.ports import Size

GAP = "\n\n"
"""What stands between two pieces on a page, and is counted there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A heading or a passage, or as much of it as a page holds."""

    passage: str | None
    """The passage's id; None for a heading."""
    language: str
    """The language in which it was found."""
    foreign: bool = False
    """Whether that is another than the reader's."""
    run_starts: bool = False
    """Whether a run in another language than the reader's begins here: the place for that language's name."""
    continued: bool = False
    """Whether its beginning stands on an earlier page."""
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


Page = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What a page bears: a message's size, and what of it is spoken for.

    ``reserve`` is kept free on every page for what stands around the pieces, ``mark`` for each run's name, in the
    unit of ``size.measure``, which must not shrink when a text grows.
    """

    size: Size
    reserve: int = 0
    mark: int = 0

    def bears(self, pieces: Sequence[Piece]) -> bool:
        """Whether these pieces fit one page."""
        marks = self.mark * sum(piece.run_starts for piece in pieces)
        return self.size.measure(GAP.join(piece.text for piece in pieces)) + marks + self.reserve <= self.size.limit


def mark_runs(pieces: Sequence[Piece]) -> Page:
    """The pieces, each told whether a run in another language begins with it."""
    before = [None, *pieces]
    return tuple(
        replace(piece, run_starts=piece.foreign and (last is None or last.language != piece.language))
        for last, piece in zip(before, pieces, strict=False)
    )


def cut_pages(pieces: Sequence[Piece], room: Room) -> tuple[Page, ...]:
    """The pieces on as many pages as they need, none of them empty; joined, the pages are the whole text.

    A page ends between two pieces; within one only where it alone is larger than a page, and then as ``find_cut``
    says, the white space at the cut left out. A heading does not end a page while anything of what it heads fits
    below it. Raises ValueError where a page would not bear a single character.
    """
    pages: list[Page] = []
    page: Page = ()
    for piece in pieces:
        rest: Piece | None = piece
        while rest is not None:
            whole = mark_runs([*page, rest])
            if room.bears(whole):
                page, rest = whole, None
                continue
            cut = None if any(one.passage for one in page) else _cut(page, rest, room)
            if cut is not None:
                page = mark_runs([*page, _slice(rest, 0, cut.end)])
                rest = _rest(rest, cut.start)
            elif not page:
                raise ValueError("the page is too small for a single character")
            pages.append(page)
            page = ()
    return (*pages, page) if page else tuple(pages)


def find_page(pages: Sequence[Page], passage: str, page: int) -> int:
    """The number of the page for a place: ``page`` if it holds the passage, else the first that does, else 1."""
    holding = [number for number, pieces in enumerate(pages, 1) if any(one.passage == passage for one in pieces)]
    return page if page in holding else next(iter(holding), 1)


def _cut(page: Page, piece: Piece, room: Room) -> Cut | None:
    cut = find_cut(piece.text, lambda n: room.bears(mark_runs([*page, _slice(piece, 0, n)])))
    return None if cut is not None and page and cut.strength is Break.CHARACTER else cut


def _rest(piece: Piece, start: int) -> Piece | None:
    rest = replace(_slice(piece, start, len(piece.text)), continued=True)
    return rest if rest.text else None


def _slice(piece: Piece, start: int, end: int) -> Piece:
    return replace(piece, spans=tuple(_slice_spans(piece.spans, start, end)))


def _slice_spans(spans: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    at = 0
    for span in spans:
        text = span.text[max(start - at, 0) : max(end - at, 0)]
        if text:
            yield replace(span, text=text)
        at += len(span.text)
