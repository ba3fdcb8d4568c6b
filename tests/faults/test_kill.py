"""A kill in the middle of commands loses none, applies none twice, and leaves every one answered (F2)."""

import random
import time
from pathlib import Path

from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram.people import Person
from tests.wires.telegram.threaded import ThreadedBotApiServer

COMMANDS, KILLS, PEOPLE = 300, 20, 30


def test_commands_survive_kills(tmp_path: Path) -> None:
    """Each reader says ``next`` ten times; whatever is killed, each stands where ten steps lead, all answered."""
    chance = random.Random(7)
    with ThreadedBotApiServer(token=TOKEN) as wire:
        config = configure(tmp_path, wire.url)
        readers = [wire.person(language_code="en") for _ in range(PEOPLE)]
        for step in range(COMMANDS // PEOPLE):
            for reader in readers:
                reader.says("/next" if step < 2 else "/back" if step == 2 else "/contents")
        kills = 0
        while kills < KILLS:
            program = Program(config)
            time.sleep(0.9 + chance.random() * 0.9)
            program.kill()
            kills += 1
            if kills % 4 == 0:
                for reader in readers:
                    reader.says("/contents")
        last = Program(config).wait_ready()
        asked = COMMANDS + PEOPLE * (KILLS // 4)
        end = time.monotonic() + 60
        while sum(_answers(reader) for reader in readers) < asked and time.monotonic() < end:
            time.sleep(0.1)
        for reader in readers:
            shown = [seen.text[:3] for seen in reader.sees if seen.from_bot and seen.text[1:3] == "/4"]
            assert sorted(set(shown)) == ["2/4", "3/4"], shown
            assert _answers(reader) >= asked // PEOPLE
        assert last.stop() == 0


def _answers(reader: Person) -> int:
    return sum(1 for seen in reader.sees if seen.from_bot)
