"""What is deleted is swept out of the files soon, and the sweeping never takes the store over."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model.people import Chat
from bot.storage.sqlite import SqliteSession
from bot.storage.sweeping import FIRST_PAUSE, LONGEST_PAUSE, SHARE, Sweeping
from tests.storage.stage import FILE, Ground, address, ground


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A store in a file."""
    place = ground(FILE, tmp_path, request)
    yield place
    place.clear()


class Broom(SqliteSession):
    """A session whose sweeps take as long, and end as well, as they are told. ``now`` is its clock."""

    def __init__(self) -> None:
        super().__init__(None)
        self.now = 100.0
        self.takes = 0.5
        self.succeeds = True
        self.sweeps: list[float] = []

    def sweep(self) -> bool:
        """Note the moment, and let the time pass."""
        self.sweeps.append(self.now)
        self.now += self.takes
        self.traces = not self.succeeds
        return self.succeeds


@pytest.fixture
def broom() -> Iterator[Broom]:
    """A session to sweep."""
    broom = Broom()
    yield broom
    broom.close()


def test_sweeps_at_once(broom: Broom) -> None:
    """The first deletion is swept without a pause, and then nothing more is to be done."""
    sweeping = Sweeping(broom, lambda: broom.now)
    assert sweeping.wait() is None
    sweeping.work()
    assert broom.sweeps == []
    broom.traces = True
    assert sweeping.wait() == 0.0
    sweeping.work()
    assert broom.sweeps == [100.0]
    assert sweeping.wait() is None


def test_takes_a_fifth_of_the_time_at_the_most(broom: Broom) -> None:
    """However much is deleted in how short a time: the other four fifths belong to those who speak."""
    sweeping = Sweeping(broom, lambda: broom.now)
    while broom.now < 200.0:
        broom.traces = True
        sweeping.work()
        broom.now += 0.01
    assert len(broom.sweeps) * broom.takes / 100 == pytest.approx(SHARE, rel=0.05)


def test_is_tried_ever_more_rarely(broom: Broom) -> None:
    """While it cannot be done, the pauses double up to the longest one; once it was done, the next comes at once."""
    sweeping = Sweeping(broom, lambda: broom.now)
    broom.takes, broom.succeeds, broom.traces = 0.0, False, True
    pauses = []
    for _ in range(7):
        sweeping.work()
        pauses.append(sweeping.wait())
        broom.now += pauses[-1] or 0.0
    assert pauses == pytest.approx([FIRST_PAUSE, 0.4, 0.8, 1.6, *[LONGEST_PAUSE] * 3])
    broom.succeeds = True
    sweeping.work()
    broom.traces = True
    assert sweeping.wait() == 0.0


def test_an_end_does_not_wait_for_the_hour(broom: Broom) -> None:
    """What is to be swept when the store is closed is swept then."""
    sweeping = Sweeping(broom, lambda: broom.now)
    for _ in range(2):
        broom.traces = True
        sweeping.finish()
    assert len(broom.sweeps) == 2
    sweeping.finish()
    assert len(broom.sweeps) == 2


async def test_a_long_reading_does_not_make_the_file_grow(place: Ground) -> None:
    """While another program reads, the file is written anew once, whoever asks to be forgotten, and answers go on."""
    store = place.open()
    for number in range(300):
        await store.do(lambda tx, number=number: tx.chats.keep(Chat(address=address(number))))  # type: ignore[misc]
    log = place.database.with_name("bot.db-wal")
    told: list[str] = []
    store._session._connection.set_trace_callback(told.append)
    reader = sqlite3.connect(place.database, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM chats").fetchall()
    await store.do(lambda tx: tx.chats.forget(address(0)))
    waits = []
    for number in range(1, 60):
        began = time.monotonic()
        await store.do(lambda tx, number=number: tx.chats.forget(address(number)))  # type: ignore[misc]
        waits.append(time.monotonic() - began)
        await asyncio.sleep(0.02)
    assert told.count("VACUUM") == 1
    assert told.count("PRAGMA wal_checkpoint(TRUNCATE)") < 8
    assert sorted(waits)[len(waits) // 2] < 0.05
    reader.close()
    async with asyncio.timeout(5):
        while store._session.traces:  # noqa: ASYNC110 - nobody is told of a sweep
            await asyncio.sleep(0.02)
    assert log.stat().st_size == 0
    assert told.count("VACUUM") == 2
