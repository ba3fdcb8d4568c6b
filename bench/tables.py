"""What is printed: one table of figures for each scenario side by side, and what came of each target."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from bench.figures import Figures, Program, Target

WIDTH = 110
OURS, PEER, WIRE = "solidarity-bot", "python-telegram-bot", "the wire alone"


def print_figures(title: str, programs: dict[str, Figures]) -> None:
    """One scenario: what each program made of it, and ours as so many times the peer's."""
    ours, peer, wire = programs[OURS], programs[PEER], programs[WIRE]
    rows: list[tuple[str, Sequence[str], str]] = [
        _row("answers a second", programs.values(), "per_second", 1, 0),
        _row("answers a CPU second", programs.values(), "per_cpu_second", 1, 0),
        _row("CPU ms an answer", programs.values(), "cpu_each", 1000, 2),
        ("syncs an answer", [f"{each.syncs_each:.3f}" for each in programs.values()], ""),
    ]
    rows += [
        (title, [f"{getattr(each, name)}" for each in programs.values()], "")
        for name, title in (("wrong", "wrong answers"), ("lost", "not answered in a minute"))
        if any(getattr(each, name) for each in programs.values())
    ]
    if ours.p95:
        rows += [
            _row("p50, ms", programs.values(), "p50", 1000, 0),
            _row("p95, ms", programs.values(), "p95", 1000, 0),
            (
                "p95 over the wire's, ms",
                [f"{(each.p95 - wire.p95) * 1000:.0f}" for each in programs.values()],
                _times(ours.p95 - wire.p95, peer.p95 - wire.p95),
            ),
        ]
    _print(title, programs, rows)


def print_processes(title: str, programs: dict[str, Program]) -> None:
    """Memory and start."""
    _print(
        title,
        programs,
        [
            _row("resident after start, MB", programs.values(), "resident", 1, 0),
            _row("resident at most, MB", programs.values(), "peak", 1, 0),
            _row("seconds from start to listening", programs.values(), "start", 1, 1),
        ],
    )


def print_targets(targets: Iterable[Target]) -> None:
    """Each target, what was measured, and whether that meets it."""
    table = Table(title="Targets", title_justify="left", width=WIDTH)
    for name in ("target", "measured", ""):
        table.add_column(name)
    for target in targets:
        table.add_row(target.promise, target.measured, "met" if target.met else "MISSED")
    _console().print(table)


def say(line: str) -> None:
    """A line between the tables."""
    _console().print(line, highlight=False)


def _row(
    name: str, programs: Iterable[Figures | Program], figure: str, unit: float, digits: int
) -> tuple[str, Sequence[str], str]:
    """A figure of each program, and the first's as so many times the second's."""
    values = [getattr(each, figure) for each in programs]
    return name, [f"{value * unit:,.{digits}f}" for value in values], _times(values[0], values[1])


def _times(ours: float, peer: float) -> str:
    return f"{ours / peer:.2f} ×" if peer else "–"


def _print(title: str, programs: Iterable[str], rows: Iterable[tuple[str, Sequence[str], str]]) -> None:
    table = Table(title=title, title_justify="left", width=WIDTH)
    table.add_column("")
    for name in programs:
        table.add_column(name, justify="right")
    table.add_column("ours / peer's", justify="right")
    for name, cells, ratio in rows:
        table.add_row(name, *cells, ratio)
    _console().print(table)


def _console() -> Console:
    return Console(width=WIDTH)
