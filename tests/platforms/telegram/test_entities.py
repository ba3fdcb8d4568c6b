"""What an app formatted is kept, whatever stands around it."""

import pytest

from bot.model.message import Span
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask
from bot.platforms.telegram.entities import read_spans

TEXT = "/announce 😀 Hello bold and link "
ENTITIES = [
    {"type": "bot_command", "offset": 0, "length": 9},
    {"type": "bold", "offset": 19, "length": 4},
    {"type": "italic", "offset": 21, "length": 2},
    {"type": "text_link", "offset": 28, "length": 4, "url": "https://example.org/"},
]
TAIL = (
    Span(text="😀 Hello "),
    Span(text="bo", bold=True),
    Span(text="ld", bold=True, italic=True),
    Span(text=" and "),
    Span(text="link", link="https://example.org/"),
)


@pytest.mark.parametrize("tail", ["😀 Hello bold and link", " 😀 Hello bold and link "])
def test_the_text_behind_the_command_keeps_its_formatting(tail: str) -> None:
    """Offsets are UTF-16 units, styles overlap, and blanks at the ends are left out."""
    spans = read_spans(TEXT, ENTITIES)
    assert spans is not None
    assert "".join(span.text for span in spans) == TEXT
    ask = Ask(
        id="1", address=Address("telegram", "1"), kind=ChatKind.PRIVATE, text=TEXT[1:], addressed=True, spans=spans
    )
    assert ask.formatted(tail) == TAIL
    assert ask.formatted("something else") is None
    assert ask.resolved("show 1").spans is None


def test_without_formatting_there_is_nothing_to_keep() -> None:
    """A command's own entity is none; markup that was typed is then read."""
    assert read_spans(TEXT, ENTITIES[:1]) is None
