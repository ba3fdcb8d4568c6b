"""Messages in Telegram's Wardrobe, dress, judged by the rules that the wire's server applies."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.message import Choice, Message, Span
from bot.platforms.telegram.outgoing import SIZE, Unfit, Wardrobe, dress, inscribe
from tests.wires.telegram.entities import cut, settle

_TEXTS = st.text(st.sampled_from("aB \n\t。字𠮷👩🏽é"), max_size=6)
_SPANS = st.builds(
    Span,
    text=_TEXTS,
    bold=st.booleans(),
    italic=st.booleans(),
    quote=st.booleans(),
    link=st.sampled_from([None, "https://example.org/", "https://example.org/b"]),
)
_NAMES = {"bold": "bold", "italic": "italic", "quote": "blockquote", "link": "text_link"}


@given(st.lists(_SPANS, max_size=8))
def test_entities_stand_as_telegram_keeps_them(spans: list[Span]) -> None:
    """Telegram neither refuses nor moves anything: no entity crosses another, splits a character, or gets trimmed."""
    text, entities = inscribe(spans)
    kept, settled = settle(text, entities, 4096)
    assert kept == text
    assert sorted(map(repr, settled)) == sorted(map(repr, entities))


@given(st.lists(_SPANS, max_size=8))
def test_each_style_covers_its_words(spans: list[Span]) -> None:
    """Blanks aside, exactly the words of a style are covered by its entities."""
    text, entities = inscribe(spans)
    for style, name in _NAMES.items():
        meant = "".join(span.text for span in spans if getattr(span, style))
        covered = "".join(
            cut(text, entity["offset"], entity["length"]) for entity in entities if entity["type"] == name
        )
        assert "".join(covered.split()) == "".join(meant.split())


def test_crossing_styles_are_nested() -> None:
    """Bold that runs into a link is cut at the link's edge."""
    text, entities = inscribe([Span(text="ab", bold=True), Span(text="cd", bold=True, link="https://example.org/")])
    assert text == "abcd"
    assert entities == [
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "text_link", "offset": 2, "length": 2, "url": "https://example.org/"},
        {"type": "bold", "offset": 2, "length": 2},
    ]


def test_one_quote_over_several_spans_is_one_entity() -> None:
    """A quotation with an emphasis inside stays one quotation."""
    _, entities = inscribe(
        [Span(text="a ", quote=True), Span(text="b", quote=True, bold=True), Span(text="c", quote=True)]
    )
    assert [entity for entity in entities if entity["type"] == "blockquote"] == [
        {"type": "blockquote", "offset": 0, "length": 4}
    ]


def test_offsets_count_utf16_units() -> None:
    """An emoji before the bold counts twice, and blanks at the beginning not at all."""
    assert inscribe([Span(text="\n\n🌍 "), Span(text="粗體\n", bold=True)]) == (
        "🌍 粗體",
        [{"type": "bold", "offset": 3, "length": 2}],
    )


def test_dress_is_plain_parameters() -> None:
    """Text, buttons by rows with their commands or links, no link preview, no parse mode; empty rows are left out."""
    choices = (
        (Choice(label="Next · 3/4", command="read 3"), Choice(label="Site", url="https://example.org/")),
        (),
        (Choice(label="Close", command="close", sign="✖"),),
    )
    assert dress(Message(spans=(Span(text="Part"),), choices=choices)) == {
        "text": "Part",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [
                    {"text": "Next · 3/4", "callback_data": "read 3"},
                    {"text": "Site", "url": "https://example.org/"},
                ],
                [{"text": "Close", "callback_data": "close"}],
            ]
        },
    }


def test_message_without_choices_has_no_keyboard() -> None:
    """No keyboard is sent where there is none, so that an edit takes the old one away."""
    assert "reply_markup" not in dress(Message(spans=(Span(text="x"),)))


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (Message(spans=(Span(text="x"),), choices=((Choice(label="Go", command="字" * 22),),)), "66 bytes"),
        (Message(spans=(Span(text="x"),), choices=((Choice(label="Go", command=""),),)), "0 bytes"),
        (Message(spans=(Span(text="x"),), choices=((Choice(label="Go"),),)), "neither"),
        (Message(spans=(Span(text=" \n "),)), "blanks"),
    ],
)
def test_impossible_message_is_unfit(message: Message, words: str) -> None:
    """What Telegram could never take is refused before it is sent, with the reason and without the words."""
    with pytest.raises(Unfit, match=words):
        dress(message)


def test_button_of_64_bytes_fits() -> None:
    """The limit itself is allowed."""
    message = Message(spans=(Span(text="x"),), choices=((Choice(label="Go", command="x" * 64),),))
    assert dress(message)["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "x" * 64


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("字", 1), ("🌍", 2), ("a字🌍", 4)])
def test_size_counts_as_telegram_does(text: str, units: int) -> None:
    """A message bears 4,096 UTF-16 units."""
    assert SIZE.limit == 4096
    assert SIZE.measure(text) == units


def test_a_message_that_is_said_again_is_dressed_once() -> None:
    """The very same message has the very same dress; another one that reads alike, or comes later, has its own."""
    wardrobe, message = Wardrobe(), Message(spans=(Span(text="Part"),))
    worn = wardrobe.dress(message)
    assert worn == dress(message)
    assert wardrobe.dress(message) is worn
    assert wardrobe.dress(replace(message)) is not worn
    others = [wardrobe.dress(Message(spans=(Span(text=str(number)),)))["text"] for number in range(300)]
    assert others == [str(number) for number in range(300)]
    assert wardrobe.dress(message) == worn
