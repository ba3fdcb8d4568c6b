"""S2 in matrix.db: what is deleted there is in no page and in no gap between rows, for whoever has the key."""

import asyncio
import random
import time
from pathlib import Path

import pytest

from bot.platforms.matrix.vault import REST, Vault
from tests.threats.unsealing import unseal

KEY = bytes(range(32))


def fill(vault: Vault, seed: int) -> list[bytes]:
    """A thousand chats with three messages each, in a table's pages and its index's; every other chat's values."""
    chance = random.Random(seed)
    vault.ask("PRAGMA synchronous = OFF")  # no power is cut here
    vault.ask("CREATE TABLE said (id INTEGER PRIMARY KEY, chat INTEGER, mark BLOB NOT NULL UNIQUE, sealed BLOB)")
    theirs = []
    with vault.transaction():
        for _ in range(3):
            for chat in range(1000):
                mark, sealed = chance.randbytes(16), chance.randbytes(60)
                vault.ask("INSERT INTO said (chat, mark, sealed) VALUES (?, ?, ?)", chat, mark, sealed)
                theirs += [mark, sealed] if chat % 2 else []
    return theirs


def left(folder: Path, values: list[bytes]) -> int:
    """How many of the values can be read."""
    plain = unseal(folder / "matrix.db", KEY)
    return sum(value in plain for value in values)


def forget(vault: Vault) -> None:
    """Delete every other chat, one after the other."""
    for chat in range(1, 1000, 2):
        vault.ask("DELETE FROM said WHERE chat = ?", chat)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_deleted_is_left(tmp_path: Path, seed: int) -> None:
    """Of 3,000 deleted values none is left once they are wiped."""
    vault = Vault(tmp_path, KEY)
    theirs = fill(vault, seed)
    assert left(tmp_path, theirs) == 3000
    forget(vault)
    vault._rests_until = 0.0
    vault.wipe_traces()
    assert left(tmp_path, theirs) == 0
    vault.close()


def test_overwriting_alone_leaves_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file is not written anew, copies of some values are left in the gaps."""
    found = []
    for seed in range(4):
        vault = Vault(tmp_path / str(seed), KEY)
        theirs = fill(vault, seed)
        monkeypatch.setattr(vault, "_rests_until", float("inf"))
        forget(vault)
        vault.ask("PRAGMA wal_checkpoint(TRUNCATE)")
        found.append(left(tmp_path / str(seed), theirs))
        vault.close()
    assert 0 < sum(found) < 3000


async def test_wiping_leaves_time_for_the_rest(tmp_path: Path) -> None:
    """However often it is asked for: a fifth of the time at most, and what came meanwhile is wiped soon after."""
    vault = Vault(tmp_path, KEY)
    theirs = fill(vault, 1)
    began, spent, times = time.monotonic(), 0.0, 0
    for chat in range(1, 1000, 2):
        vault.ask("DELETE FROM said WHERE chat = ?", chat)
        before, rests_until = time.monotonic(), vault._rests_until
        vault.wipe_traces()
        if vault._rests_until != rests_until:
            spent += time.monotonic() - before
            times += 1
        await asyncio.sleep(0)
    assert 0 < times < 500
    assert spent < (time.monotonic() - began) / REST + 0.2
    async with asyncio.timeout(5):
        while left(tmp_path, theirs):  # noqa: ASYNC110 - nobody is told of it
            await asyncio.sleep(0.02)
    vault.close()


async def test_an_end_waits_for_no_rest(tmp_path: Path) -> None:
    """What still was to be wiped when the vault is closed is wiped then; what a kill prevented, at the next opening."""
    vault = Vault(tmp_path, KEY)
    theirs = fill(vault, 1)
    forget(vault)
    vault._rests_until = time.monotonic() + 60
    vault.wipe_traces()
    assert left(tmp_path, theirs) > 0
    vault.close()
    assert left(tmp_path, theirs) == 0
