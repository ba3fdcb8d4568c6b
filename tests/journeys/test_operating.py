"""The operator's commands from the shell, beside a running bot."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wires.program import TOKEN, Program, configure, find_environment
from tests.wires.telegram import ThreadedBotApiServer

PATIENCE = 20.0


class Shell:
    """``solidarity-bot``, one command after the other."""

    def __init__(self, config: Path) -> None:
        self._config = config

    def __call__(self, *words: str, code: int = 0) -> str:
        """Run it; what it prints. It must end with that code."""
        command = [sys.executable, "-m", "bot", *words, "--config", str(self._config)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=find_environment())
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def config(tmp_path: Path) -> Iterator[tuple[ThreadedBotApiServer, Shell]]:
    """A running bot on Telegram, and the shell beside it."""
    with ThreadedBotApiServer(token=TOKEN) as server:
        file = configure(tmp_path, server.url, publishing={"countdown_seconds": 1})
        program = Program(file).wait_ready()
        yield server, Shell(file)
        assert program.stop() == 0


def test_the_operator_invites_writes_and_stops(config: tuple[ThreadedBotApiServer, Shell]) -> None:
    """An invitation works once; a file becomes a post, which another person approves; the chain of deeds is whole."""
    server, shell = config
    wing, wen, stranger = server.person(started=True), server.person(), server.person(started=True)
    invited = shell("moderators", "invite", "approver", "Wing")
    found = re.search(r"start invite-([A-Z2-9]+)", invited)
    assert found
    assert f"https://t.me/{server.world.bot['username']}?start=invite-{found[1]}" in invited
    assert "█" in invited
    wing.follows(f"invite-{found[1].lower()}")
    wing.waits_here("You are moderator 1, Wing", PATIENCE)
    stranger.follows(f"invite-{found[1]}")
    stranger.waits_here("4 parts", PATIENCE)
    assert "1 · Wing · approver" in shell("moderators", "list")
    wen.says("/subscribe")
    wen.waits_here("Updates: all", PATIENCE)
    draft = Path(str(shell._config.parent)) / "post.md"
    draft.write_text("We stand **together**.", "utf-8")
    assert "Post #1 is kept as a draft" in shell("announce", str(draft))
    assert "1 must agree; 1 can" in shell("submit", "1")
    code = re.search(r"/approve 1 ([A-Z2-9]{6})", wing.waits_here("approve 1", PATIENCE).text)
    assert code
    shell("release", "1", code=1)
    wing.says(f"/approve 1 {code[1]}")
    assert wen.waits_here("We stand together.", PATIENCE).text == "#1\n\nWe stand together."
    assert "Delivered: 1/1" in shell("show", "1")
    shell("retract", "1")
    shell("hold", "7", code=1)
    shell("announce", "no-such-file.md", code=2)
    assert "operator · retract #1" in shell("audit", "3")
    assert "the chain is whole" in shell("audit", "verify")


def test_a_broken_chain_is_told(config: tuple[ThreadedBotApiServer, Shell]) -> None:
    """Whoever alters a deed in the database is found out, with the number of the deed."""
    import sqlite3  # noqa: PLC0415 - the forger's tool

    _, shell = config
    for _ in range(3):
        shell("pause_all")
    database = shell._config.parent / "data" / "bot.db"
    with sqlite3.connect(database, timeout=10) as forger:
        forger.execute("UPDATE audit SET moment = moment - 1 WHERE id = 2")
    assert "broken at deed 2" in shell("audit", "verify", code=1)
