"""An answer that was on its way at three kills is given up: nobody sees a fourth copy of it."""

from pathlib import Path

from tests.faults.stage import PATIENCE, places, sends, wait
from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram.threaded import ThreadedBotApiServer


def test_no_fourth_copy(tmp_path: Path) -> None:
    """Telegram shows each copy and its reply never comes; after the third the next command is answered as ever."""
    with ThreadedBotApiServer(token=TOKEN) as wire:
        config = configure(tmp_path, wire.url)
        ada = wire.person()
        wire.faults.hang(times=None, after=True)
        ada.says("/read 2")
        for copies in range(1, 4):
            program = Program(config)
            wait(lambda copies=copies: sends(wire) == copies)  # type: ignore[misc]
            program.kill()
        wire.faults.clear()
        again = Program(config).wait_ready(PATIENCE)
        ada.says("/read 3")
        wait(lambda: "3/4" in places(ada))
        assert places(ada) == ["2/4"] * 3 + ["3/4"]
        assert again.stop(PATIENCE) == 0
