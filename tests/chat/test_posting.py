"""A post as each kind of chat gets it: its language or the fallback, marked; split where it is too long."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.catalogue.markup import parse
from bot.chat.guide import Guide, Network
from bot.chat.posting import render, withdrawn
from bot.model.message import Choice, Message, Span
from bot.model.people import Address, Chat, ChatKind
from bot.model.post import Post
from bot.ports import Size
from tests.chat.stage import make_guide

SENTENCE = "Whoever asks us to be silent, we stand together. "
CHINESE = "無論誰叫我們沉默，我們都站在一起。"
POST = Post(
    number=7,
    texts={"en": parse("We **stand** together."), "zh-Hant": (Span(text="我們站在一起。"),)},
    changed=datetime(2026, 12, 1, tzinfo=UTC),
)


def utf16(text: str) -> int:
    """Telegram's unit."""
    return len(text.encode("utf-16-le")) // 2


SIZES = {"telegram": Size(4096, utf16), "matrix": Size(16_000, lambda text: len(text.encode()))}


@pytest.fixture(scope="module")
def guide() -> Guide:
    """The real words, for both networks."""
    networks = {"telegram": Network(SIZES["telegram"], "/"), "matrix": Network(SIZES["matrix"], "!")}
    return replace(make_guide("no phrase of ours"), networks=networks)


def chat(language: str | None = "en", platform: str = "telegram", **choices: object) -> Chat:
    """Somebody who gets it."""
    return replace(Chat(address=Address(platform, "7"), language=language), **choices)  # type: ignore[arg-type]


def buttons(message: Message) -> list[Choice]:
    """All of them."""
    return [choice for row in message.choices for choice in row]


def test_a_private_chat_gets_its_language_and_a_way_out(guide: Guide) -> None:
    """The number, the text as it was formatted, and Stop."""
    (message,) = render(guide, POST, chat("en"))
    assert message.text == "#7\n\nWe stand together."
    assert [span.text for span in message.spans if span.bold] == ["#7", "stand"]
    assert [choice.command for choice in buttons(message)] == ["unsubscribe"]
    (other,) = render(guide, POST, chat("zh-Hant"))
    assert other.text == "#7\n\n我們站在一起。"
    assert buttons(other)[0].label != buttons(message)[0].label


@pytest.mark.parametrize("kind", [ChatKind.GROUP, ChatKind.CHANNEL])
def test_among_several_nobody_gets_a_stop_button(guide: Guide, kind: ChatKind) -> None:
    """One member's tap would be everybody's."""
    (message,) = render(guide, POST, chat("en", kind=kind))
    assert message.choices == ()


def test_without_a_choice_the_default_language_speaks(guide: Guide) -> None:
    """As everything else said unasked."""
    (message,) = render(guide, POST, chat(None))
    assert message.text == "#7\n\nWe stand together."


@pytest.mark.parametrize(
    ("texts", "language", "text"),
    [
        ({"en": "A", "zh-Hant": "乙"}, "zh-Hans", "#7\n以下为繁体中文：\n\n乙"),
        ({"en": "A"}, "zh-Hant", "#7\n以下是英文：\n\nA"),
        ({"zh-Hant": "乙"}, "en", "#7\nIn Traditional Chinese:\n\n乙"),
    ],
)
def test_the_fallback_is_marked(guide: Guide, texts: dict[str, str], language: str, text: str) -> None:
    """Which language it is, in the reader's own; nothing is translated or converted."""
    post = replace(POST, texts={tag: (Span(text=words),) for tag, words in texts.items()})
    (message,) = render(guide, post, chat(language))
    assert message.text == text


def test_an_urgent_one_says_so(guide: Guide) -> None:
    """Beside the number."""
    (message,) = render(guide, replace(POST, urgent=True), chat("en"))
    assert message.text.startswith("#7 · Urgent\n\n")


@pytest.mark.parametrize("urgent", [False, True])
def test_a_discreet_chat_sees_no_word_of_it(guide: Guide, urgent: bool) -> None:
    """A neutral line, a button that opens it, and the way out; one message, however long the text is."""
    post = replace(POST, urgent=urgent, texts={"en": (Span(text=SENTENCE * 500),)})
    (message,) = render(guide, post, chat("en", discreet=True))
    assert message.text == "There is something new to read here."
    assert [choice.command for choice in buttons(message)] == ["start update-7", "unsubscribe"]
    (group,) = render(guide, post, chat("en", discreet=True, kind=ChatKind.GROUP))
    assert [choice.command for choice in buttons(group)] == ["start update-7"]


@pytest.mark.parametrize("platform", SIZES)
@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("sentence", [SENTENCE, CHINESE, "𠮷野家" * 9 + "。"])
def test_a_long_one_is_split_and_nothing_is_lost(guide: Guide, platform: str, language: str, sentence: str) -> None:
    """Each message bears its number and place, fits the network, and the buttons stand beneath the last."""
    words = sentence * (16_000 // len(sentence))
    post = replace(POST, urgent=True, texts={"zh-Hant": (Span(text=words),)})
    messages = render(guide, post, chat(language, platform))
    assert len(messages) > 1
    assert all(SIZES[platform].measure(message.text) <= SIZES[platform].limit for message in messages)
    bodies = []
    for number, message in enumerate(messages, 1):
        head, _, body = message.text.partition("\n\n")
        assert head.split("\n")[0].startswith(f"#7 · {number}/{len(messages)} · ")
        assert (len(head.split("\n")) == 2) is (number == 1 and language != "zh-Hant")
        bodies.append(body)
        assert bool(buttons(message)) is (number == len(messages))
    assert "".join("".join(bodies).split()) == "".join(words.split())


def test_what_was_taken_back_is_named_by_number(guide: Guide) -> None:
    """In the chat's language, without a word of the text."""
    assert withdrawn(guide, POST, chat("en")).text == "#7 was withdrawn."
    note = withdrawn(guide, POST, chat("zh-Hant"))
    assert "#7" in note.text
    assert note.choices == ()


def test_a_post_without_any_text_is_an_error(guide: Guide) -> None:
    """It cannot come to that, and would not be sent empty."""
    with pytest.raises(LookupError):
        render(guide, replace(POST, texts={}), chat("en"))
