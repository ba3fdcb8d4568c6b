"""What the kernel knows of a process, and where it may run. Needs Linux: /proc."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """What all threads of a process have used of the CPU so far, in steps of a hundredth of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_megabytes(pid: int, *, peak: bool = False) -> float:
    """What a process holds in memory now, or held at most. Megabytes of 10^6 bytes."""
    name = "VmHWM:" if peak else "VmRSS:"
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) * 1024 / 1e6


def cores() -> tuple[set[int], set[int]]:
    """Where the measured program runs, and where everybody else does: a core each if there are two."""
    free = sorted(os.sched_getaffinity(0))
    return ({free[0]}, set(free[1:])) if len(free) > 1 else (set(free), set(free))


@contextmanager
def pinned(to: set[int]) -> Iterator[None]:
    """What is started within runs on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, to)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def start(module: str, *arguments: str, to: set[int], stderr: Path) -> subprocess.Popen[str]:
    """A module of ours as a process on these cores, spoken with by lines; what it complains of goes to a file."""
    with pinned(to), stderr.open("a", encoding="utf-8") as complaints:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith("SOLIDARITY_")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        )


def end(process: "subprocess.Popen[str]") -> None:
    """Ask it to end, and see that it does."""
    process.terminate()
    try:
        process.communicate(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
