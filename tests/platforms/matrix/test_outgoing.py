"""What an answer looks like as an event: words, HTML, threads, edits, transaction ids and size."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.message import Choice, Message, Span
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask
from bot.platforms.matrix.outgoing import (
    SIZE,
    derive_transaction,
    fits,
    list_signs,
    write_answer,
    write_html,
    write_seed,
    write_words,
)

ASK = Ask(id="$said", address=Address("matrix", "!room"), kind=ChatKind.PRIVATE, text="read 3", addressed=True)
THREADED = Ask(
    id="$said", address=Address("matrix", "!room", "$root"), kind=ChatKind.PRIVATE, text="read 3", addressed=True
)
PANEL = Message(
    spans=(
        Span(text="Part 3", bold=True),
        Span(text="\n\nOne line\nand another, "),
        Span(text="slanted", italic=True),
        Span(text=".\n\n"),
        Span(text="Said by many\n\nand heard.", quote=True),
        Span(text="\nThe "),
        Span(text="source", link="https://example.org/a?b=1&c=2"),
    ),
    choices=(
        (
            Choice(label="Back · 2/4", command="read 2", sign="⬅️"),
            Choice(label="Next · 4/4", command="read 4", sign="➡️"),
        ),
        (Choice(label="Website", url="https://example.org"),),
    ),
)


def test_words_read_without_any_markup() -> None:
    """A link's address follows it, and each choice says what to type."""
    assert write_words(PANEL) == (
        "Part 3\n\nOne line\nand another, slanted.\n\nSaid by many\n\nand heard.\n"
        "The source (https://example.org/a?b=1&c=2)\n\n"
        "⬅️ Back · 2/4 — !read 2\n➡️ Next · 4/4 — !read 4\nWebsite — https://example.org"
    )


def test_in_a_room_of_several_the_words_say_what_to_type() -> None:
    """Nothing is a button there: no sign stands before what none would answer to."""
    content = write_answer(PANEL, replace(ASK, kind=ChatKind.GROUP))
    assert content["body"].endswith("\n\nBack · 2/4 — !read 2\nNext · 4/4 — !read 4\nWebsite — https://example.org")
    assert "<p>Back · 2/4 — <code>!read 2</code><br/>" in content["formatted_body"]
    assert write_answer(PANEL, ASK)["body"] == write_words(PANEL)


def test_html_keeps_to_the_specifications_subset() -> None:
    """Paragraphs by empty lines, a quotation as one block, choices with their commands as code."""
    assert write_html(PANEL) == (
        "<p><strong>Part 3</strong></p><p>One line<br/>and another, <em>slanted</em>.</p>"
        "<blockquote><p>Said by many</p><p>and heard.</p></blockquote>"
        '<p>The <a href="https://example.org/a?b=1&amp;c=2">source</a></p>'
        "<p>⬅️ Back · 2/4 — <code>!read 2</code><br/>➡️ Next · 4/4 — <code>!read 4</code><br/>"
        '<a href="https://example.org">Website</a></p>'
    )


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//example.org", "nothing"])
def test_only_links_that_a_reader_may_follow_are_links(link: str) -> None:
    """Of others the words remain."""
    message = Message(spans=(Span(text="here", link=link),), choices=((Choice(label="Go", url=link),),))
    assert write_html(message) == "<p>here</p><p>Go</p>"


class _Reader(HTMLParser):
    """Collects the tags and the text that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag, with its attributes."""
        self.tags.add(tag)
        assert [name for name, _ in attrs] in ([], ["href"])

    def handle_data(self, data: str) -> None:
        """Words between tags."""
        self.text += data


@given(text=st.text(min_size=1), bold=st.booleans(), quote=st.booleans())
def test_no_markup_gets_through(text: str, *, bold: bool, quote: bool) -> None:
    """Whatever a text holds, a browser shows it as it is and sees only tags of ours."""
    reader = _Reader()
    reader.feed(write_html(Message(spans=(Span(text=text, bold=bold, quote=quote),))))
    reader.close()
    assert reader.tags <= {"p", "br", "strong", "blockquote"}
    assert reader.text.replace("\r", "") == text.replace("\n", "").replace("\r", "").replace("\0", "�") or "\0" in text


def test_an_answer_is_a_notice_that_mentions_nobody() -> None:
    """It rings no phone, and stands in the room itself."""
    content = write_answer(PANEL, ASK)
    assert (content["msgtype"], content["format"]) == ("m.notice", "org.matrix.custom.html")
    assert content["m.mentions"] == {}
    assert "m.relates_to" not in content


def test_what_was_said_in_a_thread_is_answered_there() -> None:
    """With the reply that apps without threads show."""
    assert write_answer(PANEL, THREADED)["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$said"},
    }


def test_an_edit_replaces_the_panel() -> None:
    """The new content is the whole answer; the fallback is short; neither mentions anybody."""
    long = Message(spans=(Span(text="word " * 1000),))
    content = write_answer(long, ASK, edits="$panel")
    assert content["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$panel"}
    assert content["m.new_content"] == write_answer(long, ASK)
    assert content["body"].startswith("* word")
    assert content["body"].endswith("…")
    assert len(content["body"]) < 400
    assert content["m.mentions"] == content["m.new_content"]["m.mentions"] == {}


def test_seeds_are_the_signs_of_commands_each_once() -> None:
    """A reaction of the bot's own names the panel and the sign."""
    assert list_signs(PANEL) == ["⬅️", "➡️"]
    link = Message(spans=(Span(text="x"),), choices=((Choice(label="Go", url="https://example.org", sign="🔗"),),))
    assert list_signs(link) == []
    assert write_seed("$panel", "➡️") == {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$panel", "key": "➡️"}}


def test_transaction_ids_follow_from_ask_and_role_alone() -> None:
    """The same for the same, and different for each event of an answer."""
    assert derive_transaction(ASK, "answer") == derive_transaction(THREADED, "answer")
    assert len({derive_transaction(ASK, role) for role in ("answer", "close", "withdraw:$a", "withdraw:$b")}) == 4
    assert derive_transaction(ASK, "answer").isalnum()


@pytest.mark.parametrize("letter", ["a", "文", "\n", "é"])
def test_a_text_of_full_size_fits_an_encrypted_edit(letter: str) -> None:
    """At the limit, in any script, with choices beneath: within 65,536 bytes once encrypted."""
    text = letter * (SIZE.limit // len(letter.encode()))
    assert SIZE.measure(text) <= SIZE.limit
    choices = tuple((Choice(label=f"Next · {n}/40", command=f"read {n}", sign="➡️"),) for n in range(40))
    content = write_answer(Message(spans=(Span(text=text, bold=True),), choices=choices), ASK, edits="$panel")
    assert fits(content)
    assert len(json.dumps(content, ensure_ascii=False).encode()) * 4 / 3 < 64_000


def test_what_does_not_fit_is_told_apart() -> None:
    """Escapes can make a text longer than its size says."""
    assert not fits(write_answer(Message(spans=(Span(text="&" * 16_000),)), ASK))
