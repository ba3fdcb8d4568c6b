"""Nothing is sent inside a window that Telegram asked for, also after a kill."""

import time
from pathlib import Path

import pytest

from tests.faults.stage import PATIENCE, places, start, wait, window
from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram.threaded import ThreadedBotApiServer


@pytest.mark.parametrize("words", ["/contents", "/forget_me"])
def test_a_chats_window_outlasts_a_kill(tmp_path: Path, words: str) -> None:
    """Whatever the chat asks meanwhile waits for the end of its window; others are answered inside it."""
    with ThreadedBotApiServer(token=TOKEN) as wire:
        config = configure(tmp_path, wire.url)
        ada, eve = wire.person(), wire.person()
        program, seconds = start(config)
        hold = wire.faults.too_many(window(seconds), chat_id=ada.id)
        ada.says("/read 1")
        wait(lambda: hold.hits)
        ada.says(words)
        eve.says("/read 2")
        wait(lambda: places(eve))
        program.kill()
        again = Program(config).wait_ready(PATIENCE)
        ada.says("/read 3")
        eve.says("/read 4")
        wait(lambda: len(places(eve)) == 2)
        assert not places(ada)
        wait(lambda: places(ada)[-1:] == ["3/4"])
        assert not wire.ledger.inside_windows()
        assert again.stop(PATIENCE) == 0


def test_a_window_of_all_outlasts_a_kill(tmp_path: Path) -> None:
    """Two chats limited within a second hold everybody, also who comes only after the kill."""
    with ThreadedBotApiServer(token=TOKEN) as wire:
        config = configure(tmp_path, wire.url)
        ada, ben, eve = (wire.person() for _ in range(3))
        program, seconds = start(config)
        holds = [wire.faults.too_many(window(seconds), chat_id=reader.id) for reader in (ada, ben)]
        ada.says("/read 1")
        ben.says("/read 1")
        wait(lambda: all(hold.hits for hold in holds))
        begun = time.monotonic()
        time.sleep(0.5)  # the verdicts of both are committed
        program.kill()
        again = Program(config).wait_ready(PATIENCE)
        eve.says("/read 2")
        wait(lambda: places(ada) and places(ben) and places(eve))
        late = [request for request in wire.requests if request.method == "sendMessage" and request.status == 200]
        assert len(late) == 3
        assert all(request.arrived >= begun + window(seconds) - 1 for request in late)
        assert not wire.ledger.inside_windows()
        assert again.stop(PATIENCE) == 0
