"""An announcement on its way to three hundred people, and the whole program killed or ended in it (F1, F10)."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from tests.faults.stage import PATIENCE, end, wait
from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram.people import Person
from tests.wires.telegram.threaded import ThreadedBotApiServer

PEOPLE = 300
PER_SECOND = 80
PLACES = 60
"""Requests in flight at that pace: three quarters of a second's."""
MOST_COPIES = 3
LATENCY_SECONDS = 0.05


@dataclass
class Crowd:
    """Telegram, a moderator, and everybody who wants updates."""

    wire: ThreadedBotApiServer
    config: Path
    wing: Person
    people: list[Person]
    random: Random = field(default_factory=lambda: Random(1))
    posts: int = 0
    kills: int = 0
    repeats: int = 0

    def announce(self) -> str:
        """One post more, which goes out at once; how it begins where it arrives."""
        self.posts += 1
        self.wing.says(f"/announce News number {self.posts} for everybody here.")
        self.wing.says(f"/submit {self.posts}")
        return f"#{self.posts}\n"

    def copies(self, begins: str) -> Counter[int]:
        """How often each of them has got it."""
        found: Counter[int] = Counter()
        for person in self.people:
            found[person.id] = sum(seen.from_bot and seen.text.startswith(begins) for seen in person.sees)
        return found

    def count(self, begins: str) -> int:
        """How many messages of it have come in all."""
        return sum(self.copies(begins).values())

    def kill_in_delivery(self, most: int) -> None:
        """Announce, kill the program at most so often before all have it, and see what came of it."""
        program = Program(self.config)
        begins, killed = self.announce(), 0
        while killed < most:
            arrived = self.count(begins)
            goal = min(PEOPLE - 1, arrived + self.random.randint(5, PEOPLE // 4))
            if arrived >= PEOPLE - 1:
                break
            wait(lambda goal=goal: self.count(begins) >= goal)  # type: ignore[misc]
            time.sleep(self.random.random() * LATENCY_SECONDS)
            program.kill()
            killed += 1
            program = Program(self.config)
        wait(lambda: any(f"#{self.posts} is delivered" in seen.text for seen in self.wing.sees), 2 * PATIENCE)
        copies = self.copies(begins)
        assert min(copies.values()) >= 1, "somebody was lost"
        assert max(copies.values()) <= MOST_COPIES
        repeated = sum(copies.values()) - PEOPLE
        assert repeated <= killed * PLACES
        self.kills += killed
        self.repeats += repeated
        assert program.stop(PATIENCE) == 0


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    """Everybody has subscribed, and the program has ended in order."""
    with ThreadedBotApiServer(token=TOKEN) as wire:
        wing = wire.person(first_name="Wing")
        people = [wire.person() for _ in range(PEOPLE)]
        telegram = {
            "token": TOKEN,
            "api_url": wire.url,
            "pace": {"overall_per_second": PER_SECOND, "per_chat_per_second": 100, "per_group_per_minute": 1000},
        }
        config = configure(
            tmp_path,
            telegram=telegram,
            moderators=[{"address": f"telegram:{wing.id}", "role": "owner"}],
            publishing={"approvals": 0, "countdown_seconds": 0},
        )
        program = Program(config).wait_ready(PATIENCE)
        for person in (wing, *people):
            person.says("/subscribe")
        wing.says("/unsubscribe")
        wait(lambda: all(person.received for person in people))
        assert program.stop(PATIENCE) == 0
        wire.latency = LATENCY_SECONDS
        yield Crowd(wire, config, wing, people)
        assert not wire.broken_rules()


@pytest.mark.timeout(600)
def test_kills_lose_nobody(crowd: Crowd) -> None:
    """Killed three times in one delivery: all have it, and no more have it twice than were in flight at the kills."""
    crowd.kill_in_delivery(3)
    assert crowd.kills == 3


@pytest.mark.figures
@pytest.mark.timeout(5400)
def test_two_hundred_kills_lose_nobody(crowd: Crowd) -> None:
    """The whole figure, over as many deliveries as that takes."""
    while crowd.kills < 200:
        crowd.kill_in_delivery(min(6, 200 - crowd.kills))
    assert crowd.repeats > 0, "none of the kills hit anything in flight"


@pytest.mark.timeout(600)
def test_an_end_in_a_delivery_loses_and_repeats_nothing(crowd: Crowd) -> None:
    """Told to end twice on the way: each time within ten seconds; afterwards everybody has it once."""
    program = Program(crowd.config)
    begins = crowd.announce()
    for share in (3, 2):
        wait(lambda share=share: crowd.count(begins) >= PEOPLE // share)  # type: ignore[misc]
        assert end(program) < 10
        program = Program(crowd.config)
    wait(lambda: any("#1 is delivered: 300/300" in seen.text for seen in crowd.wing.sees), 2 * PATIENCE)
    assert set(crowd.copies(begins).values()) == {1}
    assert end(program) < 10
