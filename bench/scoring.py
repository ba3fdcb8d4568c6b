"""What the readers note of one scenario, and what the measured process used meanwhile."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from bench.figures import quantile
from bench.processes import cpu_seconds
from bench.witness import read_count
from tests.wires.telegram.answers import Json

SHOWN = ("text", "entities", "reply_markup")
"""What an answer consists of."""
QUIET_SECONDS = 10.0
"""After so long without an answer those that are still waited for count as lost."""


class Score:
    """Counts the answers of one scenario. ``script`` is what each part's answer must be."""

    def __init__(self, script: Sequence[Json]) -> None:
        self._script = script
        self._latencies: list[float] = []
        self._wrong = 0
        self.waiting = 0
        """Questions whose answer has not come."""
        self.latest = time.perf_counter()
        """When the last answer came."""

    def note(self, message: Json, latency: float, *, part: int | None, counts: bool) -> None:
        """Take an answer in, and hold it against the script; None for the part where several were asked for at once."""
        self.waiting -= 1
        self.latest = time.perf_counter()
        if counts:
            self._latencies.append(latency)
            right = self._script if part is None else (self._script[part - 1],)
            self._wrong += not any(all(message.get(name) == body.get(name) for name in SHOWN) for body in right)

    async def settle(self, longest: float) -> None:
        """Return once every answer has come, or none any more, or after ``longest`` seconds."""
        until = time.perf_counter() + longest
        while self.waiting and time.perf_counter() < min(until, self.latest + QUIET_SECONDS):  # noqa: ASYNC110 - until late
            await asyncio.sleep(0.02)

    def figures(self) -> dict[str, Any]:
        """Counts and latencies; what has not come by now is lost."""
        return {
            "answers": len(self._latencies),
            "wrong": self._wrong,
            "lost": self.waiting,
            "p50": quantile(self._latencies, 0.5),
            "p95": quantile(self._latencies, 0.95),
        }


class Watched:
    """The process that is measured: its CPU, and its syncs where it counts them in a file."""

    def __init__(self, pid: int, counter: str | None) -> None:
        self._pid = pid
        self._counter = counter
        self._since = self._cpu = self._own = 0.0
        self._syncs = 0

    def begin(self) -> None:
        """From now on."""
        self._since, self._cpu, self._syncs = time.perf_counter(), cpu_seconds(self._pid), read_count(self._counter)
        self._own = time.process_time()

    def end(self, at: float | None = None) -> dict[str, Any]:
        """What was used since; time is counted until now, or until that moment."""
        return {
            "seconds": (at or time.perf_counter()) - self._since,
            "cpu": cpu_seconds(self._pid) - self._cpu,
            "wire": time.process_time() - self._own,
            "syncs": read_count(self._counter) - self._syncs,
        }
