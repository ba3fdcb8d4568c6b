"""An orderly end: what is in flight is finished, what is held is left for later, nothing is lost or repeated (F10)."""

from pathlib import Path

from tests.faults.stage import PATIENCE, PROMPT, answers, end, places, sends, start, wait, window
from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram.threaded import ThreadedBotApiServer

PEOPLE = 20


def test_an_end_with_answers_in_flight(tmp_path: Path) -> None:
    """Twenty answers on their way and sixty behind them: over within ten seconds, each said once, none lost."""
    with ThreadedBotApiServer(token=TOKEN) as wire:
        config = configure(tmp_path, wire.url)
        readers = [wire.person() for _ in range(PEOPLE)]
        program = Program(config).wait_ready(PATIENCE)
        slow = wire.faults.delay(2.0)
        for reader in readers:
            for part in range(1, 5):
                reader.says(f"/read {part}")
        wait(lambda: sends(wire) >= PEOPLE)
        assert end(program) < 10
        said = [places(reader) for reader in readers]
        assert all(said), "what was on its way arrived before the end"
        assert sends(wire) < 4 * PEOPLE, "the end waited for what had not begun"
        slow.times = 0
        again = Program(config).wait_ready(PATIENCE)
        wait(lambda: all(len(answers(reader)) >= 4 for reader in readers))
        assert end(again) < 10
        assert [places(reader) for reader in readers] == [["1/4", "2/4", "3/4", "4/4"]] * PEOPLE
        assert not wire.violations


def test_an_end_inside_a_hold(tmp_path: Path) -> None:
    """A chat that Telegram holds for long keeps nobody from ending; it is answered after the hold, and not in it."""
    with ThreadedBotApiServer(token=TOKEN) as wire:
        config = configure(tmp_path, wire.url)
        ada, eve = wire.person(), wire.person()
        program, seconds = start(config)
        hold = wire.faults.too_many(window(seconds), chat_id=ada.id)
        ada.says("/read 1")
        wait(lambda: hold.hits and program.process.poll() is None)
        eve.says("/read 2")
        wait(lambda: places(eve))
        assert end(program) < PROMPT
        again = Program(config).wait_ready(PATIENCE)
        ada.says("/read 3")
        eve.says("/read 4")
        wait(lambda: len(places(eve)) == 2 and len(places(ada)) == 2)
        assert places(ada) == ["1/4", "3/4"]
        assert not wire.ledger.inside_windows()
        assert end(again) < PROMPT
