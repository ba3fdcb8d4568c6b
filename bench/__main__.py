"""``python -m bench``: measures, and prints the tables. Some two minutes; needs Linux and two cores.

Everything runs on this machine: the tests' Bot API server with the readers in it on one core, the measured program
on the other. Each program has a server of its own. The bot and the wire alone take turns, so that what else the machine
does falls on both; the peer has one long turn, for it needs seconds to come into its stride. What the bot answers is
what the others must answer too.
"""

import asyncio
import json
import os
import platform
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import population, programs, tables
from bench.figures import Figures, Program, combine, judge, quantile
from bench.processes import cores, resident_megabytes

STORED = 100_000
"""Readers in the bot's store."""
ROUND_TRIP = 0.05
"""Seconds of a call on the network, where readers wait for answers."""
READERS = 100
"""Who read at once,"""
TURN = 3.0
"""for so long,"""
WARM = 1.0
"""after so long of the same,"""
TURNS = 3
"""so many times in turns: an odd number, so that there is a middle one. The peer reads so long at once."""
CROWD, EACH = 1000, 3
"""Who have asked all at once, and how often each."""
PARTS = 4

Scenario = dict[str, Figures]
"""What each program made of it."""


def main() -> None:
    """Measure all three, and print."""
    with TemporaryDirectory(prefix="solidarity-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        _introduce(folder)
        asyncio.run(population.settle(folder, STORED))
        subjects = _start(stack, folder)
        resident = {program: resident_megabytes(subject.process.pid) for program, subject in subjects.items()}
        typed, pressed = (_page(subjects, pressing=pressing) for pressing in (False, True))
        waiting = _flood(subjects)
        processes = {
            program: Program(
                resident=resident[program],
                peak=resident_megabytes(subject.process.pid, peak=True),
                start=subject.start_seconds,
            )
            for program, subject in subjects.items()
        }
    _show(typed, pressed, waiting, processes)


def _start(stack: ExitStack, folder: Path) -> dict[str, programs.Subject]:
    """All programs, each on a server of its own; the bot first, for the others answer as it does."""
    ours, theirs = cores()
    crowd = {"latency": ROUND_TRIP, "first": population.FIRST, "count": CROWD}
    wires = [stack.enter_context(programs.wire(folder, to=theirs, **crowd)) for _ in range(3)]
    bot = stack.enter_context(programs.solidarity(wires[0], folder, to=ours))
    script = bot.server.ask("learn", parts=PARTS)
    (folder / "script.json").write_text(json.dumps(script), encoding="utf-8")
    for server in wires[1:]:
        server.ask("expect", script=script)
    return {
        tables.OURS: bot,
        tables.PEER: stack.enter_context(programs.other("bench.peer", wires[1], folder, to=ours)),
        tables.WIRE: stack.enter_context(programs.other("bench.bare", wires[2], folder, to=ours)),
    }


def _page(subjects: dict[str, programs.Subject], *, pressing: bool) -> Scenario:
    turns: dict[str, list[Figures]] = {program: [] for program in subjects}

    def take(program: str, times: float) -> None:
        options = {"readers": READERS, "seconds": times * TURN, "warm": times * WARM, "pressing": pressing}
        turns[program].append(subjects[program].measure("page", **options))

    for _ in range(TURNS):
        take(tables.OURS, 1)
        take(tables.WIRE, 1)
    take(tables.PEER, TURNS)
    return {program: combine(figures) for program, figures in turns.items()}


def _flood(subjects: dict[str, programs.Subject]) -> Scenario:
    figures = {}
    for program, subject in subjects.items():
        subject.server.ask("settings", latency=0)
        figures[program] = subject.measure("flood", readers=CROWD, each=EACH)
    return figures


def _introduce(folder: Path) -> None:
    file, took = os.open(folder / "disk", os.O_RDWR | os.O_CREAT, 0o600), []
    for page in range(200):
        os.pwrite(file, bytes(8192), page * 8192)
        began = time.perf_counter()
        os.fdatasync(file)
        took.append((time.perf_counter() - began) * 1000)
    os.close(file)
    tables.say(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start; "
        f"a sync takes {quantile(took, 0.5):.1f} ms here (p95 {quantile(took, 0.95):.1f})."
    )


def _show(typed: Scenario, pressed: Scenario, waiting: Scenario, processes: dict[str, Program]) -> None:
    trip = f"{ROUND_TRIP * 1000:.0f} ms for a call"
    tables.print_figures(f"{READERS} readers type `read N`, each again as soon as it is answered; {trip}", typed)
    tables.print_figures(f"{READERS} readers press `read N` on a panel, each again once it shows; {trip}", pressed)
    tables.print_figures(f"{CROWD * EACH:,} times `read N` waiting, of {CROWD:,} readers; no network", waiting)
    tables.print_processes(f"Processes; the bot with {STORED:,} readers stored, the others store nothing", processes)
    rows = (list(scenario.values()) for scenario in (typed, pressed, waiting))
    tables.print_targets(judge(*rows, ours=processes[tables.OURS]))


if __name__ == "__main__":
    main()
