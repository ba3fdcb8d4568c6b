"""What git tracks here, read once."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def tracked(suffix: str = "") -> tuple[Path, ...]:
    """Every tracked file that exists and whose name ends so."""
    done = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - the one on the path
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in done.stdout.split("\0") if name.endswith(suffix) and name)
    return tuple(path for path in paths if path.is_file())


def named(path: Path) -> str:
    """Its path from the root on."""
    return path.relative_to(ROOT).as_posix()
