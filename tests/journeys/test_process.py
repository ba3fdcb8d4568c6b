"""One run holds a store, and a store's key is never replaced."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram import ThreadedBotApiServer


@pytest.fixture
def wire() -> Iterator[ThreadedBotApiServer]:
    """A Bot API server of its own; at the end nothing was refused."""
    with ThreadedBotApiServer(token=TOKEN) as server:
        yield server
        assert not server.violations


def test_a_second_process_ends_with_three(wire: ThreadedBotApiServer, tmp_path: Path) -> None:
    """The store is held by one run (F9)."""
    config = configure(tmp_path, wire.url)
    first = Program(config).wait_ready()
    assert Program(config).process.wait(60) == 3
    assert first.stop() == 0


def test_a_lost_key_is_never_replaced(wire: ThreadedBotApiServer, tmp_path: Path) -> None:
    """Exit 2, and no new key (S19)."""
    config = configure(tmp_path, wire.url)
    Program(config).wait_ready().stop()
    key = tmp_path / "secrets" / "bot.key"
    key.unlink()
    assert Program(config).process.wait(60) == 2
    assert not key.exists()
