"""What the tests of faults share: ends that are measured, counts of what arrived, patience on a busy machine."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tests.wires.program import Program
from tests.wires.telegram.people import Person
from tests.wires.telegram.threaded import ThreadedBotApiServer

PATIENCE = 60.0
"""Seconds that a start or an answer may take where many tests run beside each other."""
PROMPT = 5.0
"""Seconds that count as at once there. What waits for something in these tests waits nine at least."""


def wait(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once it is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def start(config: Path) -> tuple[Program, float]:
    """The program, ready, and the seconds that this took."""
    begun = time.monotonic()
    return Program(config).wait_ready(PATIENCE), time.monotonic() - begun


def window(seconds: float) -> int:
    """A ``retry_after`` that is not over when a program that takes so long to start has started again."""
    return int(6 + 2 * seconds)


def end(program: Program) -> float:
    """End it as an operator does, with 0; the seconds until everything in flight was finished."""
    told = time.time()
    assert program.stop(PATIENCE) == 0, program.lines()
    (stopped,) = (line["ts"] for line in program.lines() if line["event"] == "stopped")
    return datetime.fromisoformat(stopped).timestamp() - told


def answers(reader: Person) -> list[str]:
    """What the bot said to somebody, whole, oldest first."""
    return [seen.text for seen in reader.sees if seen.from_bot]


def places(reader: Person) -> list[str]:
    """Of the parts that the bot showed to somebody, the places: ``2/4``."""
    return [text[:3] for text in answers(reader) if text[1:3] == "/4"]


def sends(wire: ThreadedBotApiServer) -> int:
    """How many messages the bot has handed to Telegram."""
    return sum(1 for request in wire.requests if request.method == "sendMessage")
