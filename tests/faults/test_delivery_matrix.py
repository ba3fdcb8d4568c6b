"""An announcement on its way to rooms on Matrix, and the whole program killed in it: nobody sees it twice (F1)."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults.stage import PATIENCE, wait
from tests.journeys.moderating.house import House, bodies, seed_telegram
from tests.wires.program import TOKEN, Program
from tests.wires.stages.matrix import MatrixPerson
from tests.wires.synapse import Synapse
from tests.wires.telegram import ThreadedBotApiServer

ROOMS = 12


@pytest.fixture
def house(synapse: Synapse, tmp_path: Path) -> Iterator[House]:
    """Both servers, and no program yet."""
    with ThreadedBotApiServer(token=TOKEN) as server:
        house = House(server, synapse, tmp_path)
        yield house
        house.end()


def deliver(house: House, posts: int, kills_each: int) -> int:
    """So many posts, the program killed in each; how often somebody was lost or saw one twice."""
    wing, chance, wrong = house.on_telegram("Wing"), Random(2), 0
    rules = {"approvals": 0, "countdown_seconds": 0}
    config = house.configure(seed_telegram(wing, "owner"), publishing=rules)
    program = Program(config).wait_ready(PATIENCE)
    people = [house.on_matrix(f"reader{number}", encrypted=number % 4 > 0) for number in range(ROOMS)]
    for person in people:
        person.begins()
        person.sees("in 4 parts")
        person.types("subscribe")
        person.sees("Updates: all")
    for post in range(1, posts + 1):
        wing.says(f"/announce News number {post} for every room.")
        wing.says(f"/submit {post}")
        for _ in range(kills_each):
            goal = chance.randint(1, ROOMS - 2)
            wait(lambda post=post, goal=goal: count(people, post) >= goal)  # type: ignore[misc]
            program.kill()
            program = Program(config).wait_ready(PATIENCE)
        told = f"#{post} is delivered: {ROOMS}/{ROOMS}"
        wait(lambda told=told: any(told in seen.text for seen in wing.sees), 2 * PATIENCE)  # type: ignore[misc]
        wait(lambda post=post: count(people, post) >= ROOMS)  # type: ignore[misc]
        wrong += sum(count([person], post) != 1 for person in people)
    assert not [problem for person in people for problem in person.client.unreadable]
    assert program.stop(PATIENCE) == 0
    return wrong


def count(people: list[MatrixPerson], post: int) -> int:
    """How often that post stands in their rooms."""
    return sum(body.startswith(f"#{post}\n") for person in people for body in bodies(person))


@pytest.mark.timeout(600)
def test_kills_repeat_nothing_in_rooms(house: House) -> None:
    """Two kills in one delivery, to rooms encrypted and not: each has it once, and can read it."""
    assert deliver(house, 1, 2) == 0


@pytest.mark.figures
@pytest.mark.timeout(3600)
def test_many_kills_repeat_nothing_in_rooms(house: House) -> None:
    """Forty kills in twenty deliveries."""
    assert deliver(house, 20, 2) == 0
