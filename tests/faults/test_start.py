"""Whoever ends the program while it starts gets an end: at once, with 0, and without a word of complaint."""

import random
import re
import signal
import time
from pathlib import Path

import pytest

from tests.faults.stage import PATIENCE, PROMPT, end, start, wait
from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram.threaded import ThreadedBotApiServer


def listens(program: Program, number: signal.Signals) -> bool:
    """Whether the program has a handler of its own for that signal by now."""
    status = Path(f"/proc/{program.process.pid}/status").read_text(encoding="ascii")
    caught = re.search(r"SigCgt:\s*([0-9a-f]+)", status)
    assert caught is not None
    return bool(int(caught[1], 16) >> (number - 1) & 1)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("times", [10, pytest.param(200, marks=pytest.mark.figures)])
def test_an_end_while_starting_is_an_end(tmp_path: Path, times: int) -> None:
    """SIGTERM or SIGINT at any moment: exit 0 at once, no traceback; before Python listens, the signal itself ends it.

    The moments are spread over the time that a start takes here, each at random within its part.
    """
    chance = random.Random(times)
    with ThreadedBotApiServer(token=TOKEN) as wire:
        config = configure(tmp_path, wire.url)
        program, seconds = start(config)
        program.kill()
        for count in range(times):
            program = Program(config)
            time.sleep(1.2 * seconds * (count + chance.random()) / times)
            number = (signal.SIGTERM, signal.SIGINT)[count % 2]
            prepared = listens(program, signal.SIGTERM)  # SIGINT is always caught: by Python, with a traceback
            if not prepared:
                number = signal.SIGTERM
            program.process.send_signal(number)
            code = program.process.wait(PATIENCE)
            assert code == 0 or (not prepared and code == -signal.SIGTERM), program.log.read_text()
            assert "Traceback" not in program.log.read_text()
            assert not [line for line in program.lines() if line["level"] in {"error", "critical"}]
        last = Program(config).wait_ready(PATIENCE)
        assert end(last) < PROMPT


def test_an_end_while_the_network_is_away_is_an_end(tmp_path: Path) -> None:
    """A server that takes connections and never answers keeps nobody from ending the program."""
    with ThreadedBotApiServer(token=TOKEN) as wire:
        wire.faults.hang(method=None, times=None)
        program = Program(configure(tmp_path, wire.url))
        wait(lambda: wire.requests)
        assert end(program) < PROMPT
        wire.faults.clear()
