"""The rooms: imports point down only, and a new room must be placed before it is built."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.ground import ROOT

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the copy in that folder, from within it."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def copy(folder: Path) -> Path:
    """The program and its contracts."""
    shutil.copytree(ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_imports_point_down_only(tmp_path: Path) -> None:
    """Every contract is kept."""
    done = lint(copy(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_a_new_room_fails_until_it_is_placed(tmp_path: Path) -> None:
    """A folder that no contract names breaks the check."""
    folder = copy(tmp_path)
    (folder / "bot" / "cellar").mkdir()
    (folder / "bot" / "cellar" / "__init__.py").write_text('"""New."""\n', encoding="utf-8")
    done = lint(folder)
    assert done.returncode != 0
    assert "cellar" in done.stdout + done.stderr


def test_an_import_that_points_up_fails(tmp_path: Path) -> None:
    """A noun that imports a rule breaks the check."""
    folder = copy(tmp_path)
    with (folder / "bot" / "model" / "people.py").open("a", encoding="utf-8") as file:
        file.write("\nimport bot.chat.router\n")
    assert lint(folder).returncode != 0
