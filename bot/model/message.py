"""What the bot says, free of any network: styled spans, and the choices beneath them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of text in one style. Line breaks are newlines; the spans of a message, joined, are its whole text."""

    text: str
    bold: bool = False
    italic: bool = False
    quote: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A button: a label in words and either an absolute command (without sigil) or a URL.

    ``sign`` is the emoji that stands for it where buttons are reactions; only choices with one are seeded there.
    """

    label: str
    command: str | None = None
    url: str | None = None
    sign: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Spans and rows of choices. Never empty."""

    spans: tuple[Span, ...]
    choices: tuple[tuple[Choice, ...], ...] = ()

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)
