"""What leaves the house: the wheel, the locks, the image, the documents' commands; and what must never leave it."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.house.ground import ROOT, named, tracked

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def test_the_wheel_holds_all_that_runs(tmp_path: Path) -> None:
    """Every tracked file of the program and of the content is in the wheel, and no test is."""
    code = (
        "import sys; from hatchling.builders.wheel import WheelBuilder;"
        "print(*WheelBuilder(sys.argv[1]).build(directory=sys.argv[2], versions=['standard']))"
    )
    subprocess.run([sys.executable, "-c", code, str(ROOT), str(tmp_path)], check=True, capture_output=True)
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    wanted = {named(path) for path in tracked() if named(path).startswith("bot/")}
    wanted |= {f"bot/{named(path)}" for path in tracked() if named(path).startswith("content/")}
    assert any("/migrations/versions/" in name for name in wanted)
    assert any(name.startswith("bot/content/statement/") for name in wanted)
    assert wanted <= names
    assert not [name for name in names if name.startswith(("tests/", "content/"))]


@pytest.mark.parametrize("path", LOCKS, ids=named)
def test_each_lock_is_pinned_by_hash(path: Path) -> None:
    """Every requirement has one version and its hashes, and no address."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert all("==" in line and "--hash=sha256:" in line for line in lines)
    assert "://" not in text


def test_the_locks_agree() -> None:
    """What is tested is what runs: the same versions in both locks, and every declared package in the first."""
    pins = {
        path.stem: dict(re.findall(r"^([a-z0-9.-]+)(?:\[[^\]]*\])?==(\S+)", path.read_text(), re.MULTILINE))
        for path in LOCKS
    }
    for lock in ("run", "build", "postgres"):
        assert pins[lock].items() <= pins["dev"].items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[\[<>=]", name)[0].lower().replace(".", "-") for name in project["dependencies"]}
    assert declared <= pins["run"].keys()


def test_nothing_tracked_names_a_registry_or_a_home() -> None:
    """No file names a package registry's host or a folder of somebody's machine."""
    forbidden = re.compile(
        rb"pypi\.or"
        rb"g|pythonhos"
        rb"ted\.or"
        rb"g|registry\.npmj"
        rb"s|deb\.debia"
        rb"n\.|/ho"
        rb"me/[a-z]|/roo"
        rb"t/|/Use"
        rb"rs/"
    )
    assert not [named(path) for path in tracked() if forbidden.search(path.read_bytes())]


def test_no_secret_file_is_tracked() -> None:
    """Neither a configuration nor a key nor data is in the repository."""
    assert not [
        named(path)
        for path in tracked()
        if path.name == "config.yaml" or path.suffix in {".key", ".db"} or named(path).startswith(("data/", "secrets/"))
    ]


def test_the_image_is_small_and_unprivileged() -> None:
    """The image ends as a user without rights, adds nothing from afar, and copies only what exists and is let in."""
    lines = [
        line.split()
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    words = [line[0] for line in lines]
    assert "ADD" not in words
    assert [line[1] for line in lines if line[0] == "USER"] == ["10001:10001"]
    assert words.index("USER") > len(words) - words[::-1].index("FROM") - 1
    assert all(re.fullmatch(r"python:3\.\d+-slim", line[1]) for line in lines if line[0] == "FROM")
    assert "HEALTHCHECK" in words
    assert all("--require-hashes" in part for line in lines for part in " ".join(line).split("&&") if " -r " in part)
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line[0] == "COPY" and not line[1].startswith("--from"):
            for source in line[1:-1]:
                assert (ROOT / source).exists()
                assert f"!{source}" in let_in


def test_each_recipe_is_listed_with_a_comment() -> None:
    """Plain ``make`` lists every command, and each has one sentence."""
    # Also below another make, as in the gate.
    done = subprocess.run(
        ["make", "--no-print-directory"],  # noqa: S607 - the one on the path
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.split()[1] for line in done.stdout.splitlines()} == TARGETS
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) - {"ready"} == TARGETS


@pytest.mark.parametrize("path", tracked(".md"), ids=named)
def test_documents_name_only_commands_that_exist(path: Path) -> None:
    """Every ``make X`` and ``solidarity-bot X`` in a document can be called."""
    text = path.read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    assert set(re.findall(r"\bmake ([a-z]+)", code)) <= TARGETS
    help_text = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    commands = set(re.findall(r"^  ([a-z]+) ", help_text.stdout, re.MULTILINE))
    assert set(re.findall(r"solidarity-bot +([a-z]+)", code)) <= commands


def test_the_gate_is_one_command() -> None:
    """The continuous check runs ``make check``, which ends with the tests of ``make test``."""
    assert "make check" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    gate = re.search(r"^check: (.*) ##", MAKEFILE, re.MULTILINE)
    assert gate
    assert gate[1].split()[-1] == "test"
