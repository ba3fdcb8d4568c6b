r"""Markdown, as much of it as every network shows: bold, italic, link, quotation, line breaks. All else is literal.

- ``**bold**``, ``__bold__``, ``*italic*``, ``_italic_``; ``[label](https://…)``; lines that begin with ``> ``.
- Links go to http and https alone, to a named host, without a user part: what the networks do not all open (mailto:,
  tg:) and what hides where it leads stays literal.
- Code, HTML, images, headings, lists and tables stand as typed, with their signs. Nothing inside code, a tag or an
  image is markup; a fence that is never closed reaches to the end.
- A backslash before one of ``\ * _ [ ] ` < >`` makes it literal; before anything else it is itself a backslash.
- Emphasis works beside Chinese punctuation, where CommonMark's rule, made for words between spaces, fails.
- Markup does not cross a blank line.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice

from bot.catalogue.inline import SIGNS, read_inline
from bot.errors import SolidarityError
from bot.model.characters import hidden, name
from bot.model.message import Span

SHOWN = 10
"""So many hidden characters of one text are named."""

_FENCE = re.compile(r" {0,3}(`{3,})[^`]*")
_ESCAPABLE = re.compile(f"[{re.escape(SIGNS)}]")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A hidden character: its name, and its line and column, both from 1."""

    name: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.name} in line {self.line}, column {self.column}"


class MarkupError(SolidarityError):
    """The text holds characters that nobody sees. Take them out."""

    def __init__(self, found: tuple[Hidden, ...]) -> None:
        self.found = found
        """The first of them, at most ``SHOWN``."""
        super().__init__(f"The text holds characters that nobody sees: {'; '.join(map(str, found))}. Take them out.")


def parse(text: str) -> tuple[Span, ...]:
    r"""The text as spans, neighbours of one style joined. Nothing is lost but the signs of what became markup.

    Line breaks come out as ``\n``. Raises MarkupError for bidirectional controls and zero-width characters, and
    nothing else.
    """
    refuse_hidden(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return tuple(_joined(_blocks(lines)))


def escape(text: str) -> str:
    """The text with every sign made literal: ``parse(escape(text))`` is the text itself, plain."""
    return _ESCAPABLE.sub(r"\\\g<0>", text)


def refuse_hidden(text: str) -> None:
    """Raise MarkupError where the text holds bidirectional controls or zero-width characters."""
    found = tuple(
        Hidden(name(character), text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))
        for index, character in islice(hidden(text), SHOWN)
    )
    if found:
        raise MarkupError(found)


def _blocks(lines: list[str]) -> Iterator[Span]:
    for index, (kind, run) in enumerate(groupby(lines, _Kinds())):
        if index:
            yield Span(text="\n")
        if kind == "quote":
            yield from (replace(span, quote=True) for span in _paragraphs([line[2:] for line in run]))
        elif kind == "words":
            yield from _paragraphs(list(run))
        else:
            yield Span(text="\n".join(run))


class _Kinds:
    """Tells line after line what it belongs to: code, a quotation, or words."""

    def __init__(self) -> None:
        self.fence = ""

    def __call__(self, line: str) -> str:
        if self.fence:
            if line.strip().startswith(self.fence) and not line.strip().strip("`"):
                self.fence = ""
            return "code"
        if opened := _FENCE.fullmatch(line):
            self.fence = opened.group(1)
            return "code"
        return "quote" if line.startswith("> ") or line == ">" else "words"


def _paragraphs(lines: list[str]) -> Iterator[Span]:
    for index, (words, run) in enumerate(groupby(lines, lambda line: bool(line.strip()))):
        if index:
            yield Span(text="\n")
        text = "\n".join(run)
        yield from _inline(text) if words else [Span(text=text)]


def _inline(text: str) -> Iterator[Span]:
    depth = {"strong": 0, "em": 0}
    link: str | None = None
    for token in read_inline(text):
        if token.type in ("link_open", "link_close"):
            link = str(token.attrs["href"]) if token.nesting > 0 else None
        elif token.nesting:
            depth[token.tag] += token.nesting
        else:
            yield Span(text=token.content, bold=depth["strong"] > 0, italic=depth["em"] > 0, link=link)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    for style, run in groupby((span for span in spans if span.text), lambda span: replace(span, text="")):
        yield replace(style, text="".join(span.text for span in run))
