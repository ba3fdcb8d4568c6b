"""Lines become asks, answers become lines, one after the other."""

import io
import os
from collections.abc import Sequence

from bot.model.message import Choice, Message, Span
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, Reply
from bot.platforms.terminal.outgoing import render
from bot.platforms.terminal.platform import TerminalPlatform


async def nobody(address: Address, role: str) -> None:
    """No role counts here."""
    del address, role


async def listen(text: str, *, language: str | None = None) -> list[Ask]:
    """What the terminal heard in these lines."""
    heard: list[Ask] = []

    async def hear(asks: Sequence[Ask]) -> None:
        heard.extend(asks)

    async def settled() -> None:
        """Nothing is owed here."""

    await TerminalPlatform(io.StringIO(text), io.StringIO(), language, settled, nobody).run(hear, lambda: None)
    return heard


async def test_each_line_is_a_message_with_an_id_of_its_own() -> None:
    """In order, private, typed; empty lines are nothing, and the last needs no line break."""
    heard = await listen("read 1\n\n  \nnext")
    assert [(one.text, one.kind, one.pressed) for one in heard] == [
        ("read 1", ChatKind.PRIVATE, False),
        ("next", ChatKind.PRIVATE, False),
    ]
    assert len({one.id for one in heard}) == 2


async def test_sigils_say_that_it_is_a_command() -> None:
    """``/``, ``!`` and the full-width one are taken off; a bare name stays as it is typed."""
    heard = await listen("/read 1\n!read 1\n！read 1\nread 1\n")
    assert [one.addressed for one in heard] == [True, True, True, False]
    assert {one.text for one in heard} == {"read 1"}


async def test_backslash_n_is_a_line_break() -> None:
    """A message of several lines fits in one."""
    assert [one.text for one in await listen("announce one\\ntwo\n")] == ["announce one\ntwo"]


async def test_at_name_switches_the_speaker() -> None:
    """Each speaker is a chat of their own, and is no message; a role behind the name is no part of it."""
    heard = await listen("read 1\n@eve reader\nread 2\n@you\nread 3\n")
    first, second, third = (one.address for one in heard)
    assert first == third == Address("terminal", "you")
    assert second == Address("terminal", "eve")


async def test_a_role_behind_the_name_is_told() -> None:
    """Who is what is for the rules to keep."""
    appointed: list[tuple[str, str]] = []

    async def appoint(address: Address, role: str) -> None:
        appointed.append((address.native, role))

    async def nothing(_: object = None) -> None:
        """Nothing is said here."""

    source = io.StringIO("@eve APPROVER\n@ben\n@eve reader\n")
    await TerminalPlatform(source, io.StringIO(), None, nothing, appoint).run(nothing, lambda: None)
    assert appointed == [("eve", "approver"), ("eve", "reader")]


async def test_the_language_is_what_the_app_reports() -> None:
    """``--language`` reports, for everybody who speaks at this terminal; it chooses nothing."""
    assert [one.reports for one in await listen("start\n@eve\nstart\n", language="zh-Hant")] == ["zh-Hant"] * 2


async def test_the_next_line_waits_until_the_answer_is_printed() -> None:
    """What a pipe reads stands in the order of what it wrote, without a prompt or a greeting."""
    sink = io.StringIO()
    waiting: list[Ask] = []

    async def hear(asks: Sequence[Ask]) -> None:
        waiting.extend(asks)

    async def settled() -> None:
        one = waiting.pop()
        await platform.answer(one, Reply(command="x", message=Message(spans=(Span(text=f"answer to {one.text}"),))))

    platform = TerminalPlatform(io.StringIO("a\nb\n"), sink, None, settled, nobody)
    await platform.run(hear, lambda: None)
    assert sink.getvalue() == "answer to a\n\nanswer to b\n\n"


async def test_a_person_at_a_keyboard_is_greeted_and_prompted() -> None:
    """On a terminal ``start`` is said for them, and ``> `` asks for more."""
    keyboard, screen = os.openpty()
    heard: list[str] = []

    async def hear(asks: Sequence[Ask]) -> None:
        heard.extend(one.text for one in asks)

    async def settled() -> None:
        """Nothing is owed here."""

    source, sink = os.fdopen(screen, encoding="utf-8"), os.fdopen(os.dup(screen), "w", encoding="utf-8")
    with source, sink:
        os.write(keyboard, b"read 1\n\x04")
        await TerminalPlatform(source, sink, None, settled, nobody).run(hear, lambda: None)
        shown = os.read(keyboard, 4096).decode()
    os.close(keyboard)
    assert heard == ["start", "read 1"]
    assert "> " in shown


async def test_an_answer_that_shows_nothing_prints_nothing() -> None:
    """A toast alone, or a panel closed."""
    sink = io.StringIO()

    async def settled() -> None:
        """Nothing is owed here."""

    platform = TerminalPlatform(io.StringIO(), sink, None, settled, nobody)
    (one,) = await listen("close\n")
    await platform.answer(one, Reply(command="close", closes=True))
    assert sink.getvalue() == ""


def test_buttons_stand_beneath_one_a_line() -> None:
    """``[label] command``, or the address that it opens."""
    message = Message(
        spans=(Span(text="2/4", bold=True), Span(text="\nwords")),
        choices=(
            (Choice(label="Next · 3/4", command="read 3"), Choice(label="Contents", command="contents")),
            (Choice(label="Site", url="https://site.invalid"),),
        ),
    )
    lines = ["2/4", "words", "", "[Next · 3/4] read 3", "[Contents] contents", "[Site] https://site.invalid"]
    assert render(message, styled=False).splitlines() == lines


def test_styles_are_for_eyes_alone() -> None:
    """Bold and italic are escapes on a terminal, and nothing on a pipe; a link and a quotation are seen on both."""
    message = Message(
        spans=(
            Span(text="loud", bold=True),
            Span(text=" soft", italic=True),
            Span(text=" here", link="https://site.invalid"),
        )
    )
    assert render(message, styled=False) == "loud soft here (https://site.invalid)"
    assert render(message, styled=True) == "\x1b[1mloud\x1b[0m\x1b[3m soft\x1b[0m here (https://site.invalid)"
    quoted = (Span(text="a\nb ", quote=True), Span(text="c\n", quote=True, bold=True), Span(text="d"))
    assert render(Message(spans=quoted), styled=False) == "> a\n> b c\nd"
