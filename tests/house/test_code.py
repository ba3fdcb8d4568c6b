"""How the code is written: sizes, docstrings, no mocks, a reason beside each exception from a rule."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.ground import ROOT, named, tracked

CODE = tracked(".py")
BOT = [path for path in CODE if path.is_relative_to(ROOT / "bot")]


@pytest.mark.parametrize("path", CODE, ids=named)
def test_each_module_says_what_it_is(path: Path) -> None:
    """A module begins with a docstring, unless it is empty."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree)


@pytest.mark.parametrize("path", BOT, ids=named)
def test_each_module_stays_short(path: Path) -> None:
    """No module of the program is longer than 260 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 260


def test_no_module_is_a_drawer() -> None:
    """Modules are named as nouns of the subject."""
    drawers = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
    assert not [named(path) for path in CODE if drawers & {path.stem, *path.relative_to(ROOT).parts}]


def test_nothing_is_mocked_or_skipped() -> None:
    """No mock library, no skipped test and no code left for later."""
    forbidden = re.compile(
        r"unittest\.moc"
        r"k|import moc"
        r"k\b|mark\.(skip|xfail)|pytest\.(skip|xfail)\(|\bTO"
        r"DO\b|\bFIX"
        r"ME\b"
        r"|NotImpl"
        r"ementedError|pragma: no c"
        r"over"
    )
    assert not [named(path) for path in CODE if forbidden.search(path.read_text(encoding="utf-8"))]


def test_each_test_states_the_behaviour() -> None:
    """Every test function has a docstring."""
    silent = [
        f"{named(path)}::{node.name}"
        for path in CODE
        if path.name.startswith("test_")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_each_exception_from_a_rule_has_its_reason() -> None:
    """A rule switched off, in the configuration or in a line, says why beside it; mypy's, in the program alone."""
    bare = [
        f"{named(path)}:{number}"
        for path in CODE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"#\s*noqa(: [A-Z0-9, ]+)?\s*$", line)
        or (path in BOT and re.search(r"#\s*type: ignore(\[[\w, -]+\])?\s*$", line))
    ]
    section = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.ruff.lint]")[2]
    rules = [line for line in section.partition("[tool.ruff.lint.pydocstyle]")[0].splitlines() if '"' in line]
    rules = [line for line in rules if not line.startswith("select") and not line.endswith("[")]
    assert rules
    assert not bare
    assert not [line for line in rules if " # " not in line]


def test_only_the_clockwork_sleeps() -> None:
    """No other file of the program calls sleep of asyncio or time."""
    found = {
        named(path)
        for path in BOT
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == "sleep"
        and isinstance(node.value, ast.Name)
        and node.value.id in {"asyncio", "time"}
    }
    assert found == {"bot/clockwork.py"}
