"""The statement as readers are shown it: in their language where it has one, else by the fallback."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.catalogue.paging import Piece, paginate
from bot.model.people import Place
from bot.model.statement import Part, Statement, Texts
from bot.ports import Size

Pages = tuple[tuple[Piece, ...], ...]
RESERVE = 600
"""Units of each page left for the place, and for the marks of runs in another language."""


class Catalogue:
    """Immutable; a changed statement is a new catalogue."""

    def __init__(self, statement: Statement, fallback: Mapping[str, Sequence[str]], default_language: str) -> None:
        self.statement = statement
        self._fallback = {language: tuple(others) for language, others in fallback.items()}
        self._default = default_language
        self.pages = lru_cache(maxsize=256)(self._pages)

    def choose(self, texts: Texts, language: str) -> tuple[str, str]:
        """The language found and the text: the reader's, then by the fallback, the default, any that there is."""
        for one in (language, *self._fallback.get(language, ()), self._default, *texts):
            if one in texts:
                return one, texts[one]
        raise KeyError(language)

    def part(self, number: int) -> Part:
        """The part of that number, from 1; IndexError beyond the last."""
        if number < 1:
            raise IndexError(number)
        return self.statement.parts[number - 1]

    def page_at(self, number: int, language: str, size: Size, place: Place | None) -> int:
        """The page, from 1, on which a kept place is found in this language; 1 where it is not in this part."""
        pages = self.pages(number, language, size)
        if place is None:
            return 1
        holding = [at for at, page in enumerate(pages, 1) if any(piece.passage == place.passage for piece in page)]
        if place.page in holding:
            return place.page
        return holding[0] if holding else 1

    def _pages(self, number: int, language: str, size: Size) -> Pages:
        part = self.part(number)
        heading_language, heading = self.choose(part.heading, language)
        pieces = [Piece(None, heading, heading_language)]
        for passage in part.passages:
            found, text = self.choose(passage.texts, language)
            pieces.append(Piece(passage.id, text, found))
        return paginate(pieces, size, RESERVE)
