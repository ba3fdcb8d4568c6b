"""The operator's door: exit codes, what is said, and how fast it opens."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOKEN = "123456:" + "A" * 35


def call(
    *words: str, cwd: Path, said: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """``python -m bot`` in a folder, with nothing of this machine's configuration."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SOLIDARITY_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=cwd,
        env={**clean, "PYTHONPATH": str(ROOT), **(environment or {})},
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_version_opens_fast(tmp_path: Path) -> None:
    """``--version`` imports nothing heavy."""
    best = 9.0
    for _ in range(3):
        begun = time.monotonic()
        assert call("--version", cwd=tmp_path).returncode == 0
        best = min(best, time.monotonic() - begun)
    code = "import sys, bot.cli; assert not {'telegram','nio','sqlmodel','pydantic','yaml'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    assert best < 1.5  # half a second where the machine is not shared


@pytest.mark.parametrize("words", [["fly"], ["run", "--colour"], ["chat", "--as", "king"], ["run", "--config"]])
def test_wrong_usage_is_two(tmp_path: Path, words: list[str]) -> None:
    """A command, option or role that does not exist ends with 2."""
    assert call(*words, cwd=tmp_path).returncode == 2


def test_run_without_configuration_becomes_chat(tmp_path: Path) -> None:
    """With no file and no variable, run says so on stderr and answers what is said."""
    done = call("run", cwd=tmp_path, said="start\n")
    assert done.returncode == 0
    assert json.loads(done.stderr)["event"] == "no_configuration"
    assert done.stdout.strip()
    assert not list(tmp_path.iterdir())


def test_a_closed_pipe_ends_the_chat(tmp_path: Path) -> None:
    """Whoever takes the first line and closes the pipe ends the chat, with nothing on stderr."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        input=b"start\n",
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=30,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


def test_all_mistakes_end_run_with_two(tmp_path: Path) -> None:
    """Each mistake is a line on stderr with its key path; nothing is made."""
    path = tmp_path / "config.yaml"
    path.write_text("tokn: 5\ntimezone: Mars\ntelegram: {}\n", encoding="utf-8")
    path.chmod(0o600)
    done = call("run", cwd=tmp_path)
    assert done.returncode == 2
    messages = [json.loads(line)["message"] for line in done.stderr.splitlines()]
    assert [message.split(" ")[1] for message in messages] == ["tokn", "timezone", "telegram.token"]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_named_file_that_is_missing_is_two(tmp_path: Path, command: str) -> None:
    """A file that was named must be there: there is no falling back to the terminal."""
    for done in (
        call(command, "--config", "gone.yaml", cwd=tmp_path),
        call(command, cwd=tmp_path, environment={"SOLIDARITY_CONFIG": "gone.yaml"}),
    ):
        assert done.returncode == 2
        assert "gone.yaml" in done.stderr


@pytest.mark.parametrize("command", ["run", "chat", "check"])
def test_a_bad_level_is_two(tmp_path: Path, command: str) -> None:
    """A log level that is none is a mistake of the configuration."""
    done = call(command, cwd=tmp_path, environment={"SOLIDARITY_LOG_LEVEL": "loud"})
    assert done.returncode == 2
    assert "SOLIDARITY_LOG_LEVEL" in done.stderr


def test_check_without_configuration_checks_the_content(tmp_path: Path) -> None:
    """With nothing configured, check says so, and finds the content without a mistake."""
    done = call("check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].startswith("- configuration: none")
    assert done.stdout.splitlines()[1].startswith("✓ content")


def test_check_names_every_mistake_of_both(tmp_path: Path) -> None:
    """Mistakes of the configuration and of its content come in one run, with file and line; the exit code is 1."""
    (tmp_path / "empty").mkdir()
    path = tmp_path / "config.yaml"
    path.write_text("content_dir: empty\ntokn: 5\n", encoding="utf-8")
    path.chmod(0o600)
    done = call("check", cwd=tmp_path)
    assert done.returncode == 1
    assert "✗ config.yaml:2: tokn is no key that I know." in done.stdout
    assert "✗ interface/zh-Hant.ftl: does not exist." in done.stdout


def test_check_passes_what_is_right(tmp_path: Path) -> None:
    """A right configuration and the real content: two ticks, nothing written, exit code 0."""
    done = call("check", cwd=tmp_path, environment={"SOLIDARITY_TELEGRAM__TOKEN": TOKEN})
    assert (done.returncode, done.stdout.count("✓")) == (0, 2)
    assert not list(tmp_path.iterdir())


def test_a_fault_of_the_program_is_one_without_its_words(tmp_path: Path) -> None:
    """A bug ends with 1, its outline in the log and no message."""
    code = "import bot.cli as c; c.door = lambda: int('4455667788x'); c.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert json.loads(done.stderr)["exception"][0] == "ValueError"
    assert "4455667788" not in done.stderr
    assert not list(tmp_path.iterdir())
