"""A flooding stranger starves nobody: the others are answered as ever (S11)."""

import threading
import time
from pathlib import Path

import pytest

from tests.faults.stage import PATIENCE, answers, end, places, wait
from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram.people import Person
from tests.wires.telegram.threaded import ThreadedBotApiServer

SECONDS = 5
PEOPLE = 10


class Flood(threading.Thread):
    """Somebody who says so much a second until told to stop."""

    def __init__(self, eve: Person, per_second: int) -> None:
        super().__init__(daemon=True)
        self.said = 0
        self.over = threading.Event()
        self._eve = eve
        self._per_second = per_second

    def run(self) -> None:
        """Keep the rate, whatever the machine does."""
        begun = time.monotonic()
        while not self.over.wait(0.01):
            while self.said < (time.monotonic() - begun) * self._per_second:
                self._eve.says("/contents")
                self.said += 1


@pytest.mark.timeout(600)
@pytest.mark.parametrize("per_second", [300, pytest.param(1000, marks=pytest.mark.figures)])
def test_a_flood_starves_nobody(tmp_path: Path, per_second: int) -> None:
    """Ten readers page meanwhile: all but one in twenty of their answers are there within two seconds.

    Who floods is answered as far as a chat may be owed, told once, and heard again after some calm.
    """
    with ThreadedBotApiServer(token=TOKEN) as wire:
        config = configure(tmp_path, wire.url)
        eve, readers = wire.person(), [wire.person() for _ in range(PEOPLE)]
        program = Program(config).wait_ready(PATIENCE)
        slow = wire.faults.delay(0.1, method="sendMessage", chat_id=eve.id)  # no network answers in no time
        flood = Flood(eve, per_second)
        flood.start()
        taken = []
        for part in range(4):
            time.sleep(SECONDS / 4)
            begun = time.monotonic()
            for reader in readers:
                reader.says(f"/read {part + 1}")
            waiting = list(readers)
            while waiting:
                for reader in [each for each in waiting if len(places(each)) > part]:
                    waiting.remove(reader)
                    taken.append(time.monotonic() - begun)
                assert time.monotonic() < begun + PATIENCE
                time.sleep(0.01)
        flood.over.set()
        flood.join()
        slow.times = 0
        assert sorted(taken)[int(len(taken) * 0.95)] < 2.0
        wait(lambda: not wire.world.updates.pending)
        wait(lambda: any("Too much came" in text for text in answers(eve)), 5 * PATIENCE)  # behind hundreds of answers
        said = answers(eve)
        assert sum("Too much came" in text for text in said) == 1
        assert len(said) < 500 < flood.said
        time.sleep(10)
        eve.says("/read 4")
        wait(lambda: places(eve) == ["4/4"])
        assert end(program) < 10
