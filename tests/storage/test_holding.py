"""A second run learns at once that the store is held; a killed one lets go (F9 of THREATS)."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.errors import StoreHeld
from bot.model.people import Chat
from bot.storage.opening import open_store
from tests.storage.stage import FILE, POSTGRES, Ground, address, ground

HOLDER = """
import sys, time
from pathlib import Path
from bot.clockwork import SystemClock
from bot.storage.opening import open_store
url, folder = sys.argv[1], Path(sys.argv[2])
store = open_store(
    database_url=url, key_file=folder / "secrets/bot.key", data_dir=folder / "data", clock=SystemClock()
)
store.hold()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture(params=[FILE, POSTGRES])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """Where a store lies that two may want."""
    place = ground(request.param, tmp_path, request)
    yield place
    place.clear()


def test_a_second_run_is_refused_at_once(place: Ground) -> None:
    """Two stores open on one place; one holds it, the other cannot, with exit code 3, until the first is closed."""
    first, second = place.open(), place.open()
    first.hold()
    first.hold()
    began = time.monotonic()
    with pytest.raises(StoreHeld) as caught:
        second.hold()
    assert time.monotonic() - began < 5
    assert caught.value.exit_code == 3
    first.close()
    second.hold()


async def test_another_may_work_beside_the_holder(place: Ground) -> None:
    """A command from the shell opens the store, reads and writes while a run holds it."""
    run, shell = place.open(), place.open()
    run.hold()
    await shell.do(lambda tx: tx.chats.keep(Chat(address=address(), language="en")))
    assert await run.do(lambda tx: tx.chats.find(address())) == Chat(address=address(), language="en")


def test_a_killed_run_lets_go(place: Ground) -> None:
    """While another process holds the store it is refused; once that is killed it is free."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, place.database_url, str(place.folder)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        store = place.open()
        with pytest.raises(StoreHeld):
            store.hold()
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    _hold_within(30, place)


def _hold_within(seconds: float, place: Ground) -> None:
    """A server notices only soon that its client is dead."""
    store = place.open()
    deadline = time.monotonic() + seconds
    while True:
        try:
            store.hold()
        except StoreHeld:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def test_one_database_under_two_data_dirs_is_held_once(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Whoever shares the database's folder shares the hold, whatever data_dir says."""
    place = ground(FILE, tmp_path, request)
    other = open_store(
        database_url=place.database_url, key_file=place.key_file, data_dir=tmp_path / "other", clock=place.clock
    )
    place.open().hold()
    with pytest.raises(StoreHeld):
        other.hold()
    other.close()
    place.clear()


def test_a_refused_hold_leaves_no_lock_behind(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Who could not hold the server's half does not keep the folder's half."""
    first = ground(POSTGRES, tmp_path / "first", request)
    second = Ground(tmp_path / "second", first.database_url)
    first.open().hold()
    second.key_file.parent.mkdir(parents=True)
    second.key_file.write_bytes(first.key_file.read_bytes())
    second.key_file.chmod(0o600)
    store = second.open()
    with pytest.raises(StoreHeld):
        store.hold()
    third = Ground(second.folder, f"sqlite:///{second.folder}/elsewhere/bot.db")
    third.open().hold()
    assert make_url(third.database_url).database != make_url(first.database_url).database
    for place in (first, second, third):
        place.clear()
