"""What was measured, and the arithmetic on it. Times are seconds here; tables show milliseconds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self


def quantile(values: Sequence[float], part: float) -> float:
    """The smallest of the values that at least this part of them does not exceed. ValueError where there is none."""
    if not values:
        raise ValueError("no values, no quantile")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One scenario of one program: ``answers`` in ``seconds``, for ``cpu`` seconds of its process."""

    answers: int
    wrong: int
    """Answers whose text or buttons were not the expected ones."""
    lost: int
    """Questions to which no answer came."""
    seconds: float
    cpu: float
    wire: float
    """CPU seconds of the server and its readers meanwhile: where they use a whole core, they are what is measured."""
    syncs: int
    """Commits that took a sync; 0 for a program that stores nothing."""
    p50: float = 0.0
    p95: float = 0.0
    """From a question's being there to be polled until its answer stands in the chat; 0 where nobody waits."""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """The figures as the wire tells them."""
        return cls(**told)

    @property
    def per_second(self) -> float:
        """Answers in a second."""
        return self.answers / self.seconds

    @property
    def cpu_each(self) -> float:
        """CPU seconds of an answer."""
        return self.cpu / self.answers

    @property
    def per_cpu_second(self) -> float:
        """Answers for a second of CPU."""
        return self.answers / self.cpu

    @property
    def syncs_each(self) -> float:
        """Syncs of an answer."""
        return self.syncs / self.answers


def combine(turns: Sequence[Figures]) -> Figures:
    """Several turns of one scenario as one: counts are added up, latencies are those of the middle turn.

    So a moment in which the machine did something else does not decide. ValueError where there is no turn.
    """
    return Figures(
        **{name: sum(getattr(each, name) for each in turns) for name in _ADDED},
        p50=quantile([each.p50 for each in turns], 0.5),
        p95=quantile([each.p95 for each in turns], 0.5),
    )


_ADDED = ("answers", "wrong", "lost", "seconds", "cpu", "wire", "syncs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program's process: megabytes, and the seconds from its start until it listens."""

    resident: float
    peak: float
    start: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something that was promised, and what came of it."""

    promise: str
    measured: str
    met: bool


def judge(
    typed: Sequence[Figures], pressed: Sequence[Figures], waiting: Sequence[Figures], *, ours: Program
) -> tuple[Target, ...]:
    """What came of each target; the figures are ours, the peer's and the wire's, in this order."""
    times = [each[0].per_cpu_second / each[1].per_cpu_second for each in (typed, pressed, waiting)]
    syncs = max(each[0].syncs_each for each in (typed, pressed, waiting))
    over = [(each[0].p95 - each[2].p95) * 1000 for each in (typed, pressed)]
    wrong = sum(each[0].wrong + each[0].lost for each in (typed, pressed, waiting))
    return (
        Target(
            promise="at least 3 times the peer's answers a CPU second",
            measured=f"{min(times):.1f} times, at worst",
            met=min(times) >= 3,
        ),
        Target(promise="at most 0.1 syncs an answer", measured=f"{syncs:.3f}, at worst", met=syncs <= 0.1),
        Target(
            promise="p95 under 50 ms over the server's own, 100 readers at once",
            measured=f"typed {over[0]:.0f} ms, pressed {over[1]:.0f} ms",
            met=max(over) < 50,
        ),
        Target(promise="under 200 MB", measured=f"{ours.peak:.0f} MB at most", met=ours.peak < 200),
        Target(promise="every question has its right answer", measured=f"{wrong} without", met=wrong == 0),
    )
