"""A reader's minute on Telegram's wire: greeted in their language, pages in one message, forgets, and is forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram.threaded import ThreadedBotApiServer


@pytest.fixture
def wire() -> Iterator[ThreadedBotApiServer]:
    """A Bot API server as strict as Telegram; at the end nothing was refused."""
    with ThreadedBotApiServer(token=TOKEN) as server:
        yield server
        assert not server.violations


async def test_reader_pages_in_one_message(wire: ThreadedBotApiServer, tmp_path: Path) -> None:
    """Start, read, next, another language, a restart, and on from the same place."""
    config = configure(tmp_path, wire.url)
    program = Program(config).wait_ready()
    ada = wire.person(language_code="zh-hans")
    ada.says("/start part-1")
    await ada.waits(lambda seen: "1/4" in seen.text)
    ada.presses("下一页 · 2/4")
    second = await ada.waits(lambda seen: "2/4" in seen.text)
    assert second.edits
    ada.presses("语言")
    await ada.waits(lambda seen: "选择语言" in seen.text)
    ada.presses("繁體中文")
    await ada.waits(lambda seen: "語言：繁體中文" in seen.text)
    assert len([seen for seen in ada.sees if seen.from_bot]) == 1
    assert program.stop() == 0
    again = Program(config).wait_ready()
    ada.says("/read")
    await ada.waits(lambda seen: "2/4" in seen.text and "以下是英文" in seen.text)
    ada.says("/forget_me")
    await ada.waits(lambda seen: "已刪除" in seen.text)
    assert len([seen for seen in ada.sees if seen.from_bot]) == 1
    assert ada.spinning == 0
    assert again.stop() == 0


def test_a_second_process_ends_with_three(wire: ThreadedBotApiServer, tmp_path: Path) -> None:
    """The store is held by one run (F9)."""
    config = configure(tmp_path, wire.url)
    first = Program(config).wait_ready()
    assert Program(config).process.wait(30) == 3
    assert first.stop() == 0


def test_a_lost_key_is_never_replaced(wire: ThreadedBotApiServer, tmp_path: Path) -> None:
    """Exit 2, and no new key (S19)."""
    config = configure(tmp_path, wire.url)
    Program(config).wait_ready().stop()
    key = tmp_path / "secrets" / "bot.key"
    key.unlink()
    assert Program(config).process.wait(30) == 2
    assert not key.exists()
