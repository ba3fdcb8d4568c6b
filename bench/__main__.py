"""``python -m bench``: measures, and prints the tables. About three minutes; needs Linux and two cores.

Everything runs on this machine: the tests' Bot API server with the readers in it on one core, the measured program
on the other. The programs are measured one after the other by the same readers, the bot first; what it answers is
what the others must answer too.
"""

import asyncio
import json
import os
import platform
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import population, programs, tables
from bench.figures import Figures, Program, judge, quantile
from bench.processes import cores, resident_megabytes

STORED = 100_000
"""Readers in the bot's store."""
ROUND_TRIP = 0.05
"""Seconds of a call on the network, where readers wait for answers."""
READERS = 100
"""Who read at once,"""
SECONDS = 8.0
"""for so long,"""
WARM = 2.0
"""after so long of the same."""
CROWD, EACH = 1000, 3
"""Who have asked all at once, and how often each."""
PARTS = 4

Measured = tuple[dict[str, Figures], Program]


def main() -> None:
    """Measure all three, and print."""
    ours, theirs = cores()
    measured: dict[str, Measured] = {}
    with TemporaryDirectory(prefix="solidarity-bench-") as name:
        folder = Path(name)
        _introduce(folder)
        asyncio.run(population.settle(folder, STORED))
        with programs.wire(folder, to=theirs, latency=ROUND_TRIP, first=population.FIRST, count=CROWD) as server:
            starts: dict[str, Callable[[], AbstractContextManager[programs.Subject]]] = {
                tables.OURS: lambda: programs.solidarity(folder, server.url, to=ours),
                tables.PEER: lambda: programs.other("bench.peer", server, folder, to=ours),
                tables.WIRE: lambda: programs.other("bench.bare", server, folder, to=ours),
            }
            for program, start in starts.items():
                with start() as subject:
                    measured[program] = _measure(server, subject, folder)
    _show(measured)


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


def _measure(server: programs.Wire, subject: programs.Subject, folder: Path) -> Measured:
    resident = resident_megabytes(subject.process.pid)
    script = folder / "script.json"
    if not script.exists():
        script.write_text(json.dumps(server.ask("learn", parts=PARTS)), encoding="utf-8")
    figures = {}
    for name, pressing in (("typed", False), ("pressed", True)):
        told = server.ask("page", readers=READERS, seconds=SECONDS, warm=WARM, pressing=pressing, **subject.watch)
        figures[name] = Figures.read(told)
    server.ask("settings", latency=0)
    figures["waiting"] = Figures.read(server.ask("flood", readers=CROWD, each=EACH, **subject.watch))
    server.ask("settings", latency=ROUND_TRIP)
    peak = resident_megabytes(subject.process.pid, peak=True)
    return figures, Program(resident=resident, peak=peak, start=subject.start_seconds)


def _show(measured: dict[str, Measured]) -> None:
    of = {
        scenario: {program: figures[scenario] for program, (figures, _) in measured.items()}
        for scenario in ("typed", "pressed", "waiting")
    }
    trip = f"{ROUND_TRIP * 1000:.0f} ms for a call"
    tables.print_figures(f"{READERS} readers type `read N`, each again as soon as it is answered; {trip}", of["typed"])
    tables.print_figures(
        f"{READERS} readers press `read N` on a panel, each again once it shows; {trip}", of["pressed"]
    )
    tables.print_figures(f"{CROWD * EACH:,} times `read N` waiting, of {CROWD:,} readers; no network", of["waiting"])
    processes = {program: process for program, (_, process) in measured.items()}
    tables.print_processes(f"Processes; the bot with {STORED:,} readers stored, the others store nothing", processes)
    rows = {name: list(figures.values()) for name, figures in of.items()}
    tables.print_targets(judge(**rows, ours=processes[tables.OURS]))


if __name__ == "__main__":
    main()
