"""Kills, locks, full disks, lost servers: what ``do`` returned is there, and nothing is half there."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy import make_url

from bot.errors import StoreHeld, StoreUnavailable
from bot.model.people import Chat
from bot.ports import Tx
from bot.storage import store as module
from tests.storage.stage import FILE, MEMORY, POSTGRES, Ground, address, ask, ground
from tests.wires.postgres import Postgres

WRITER = """
import asyncio, sys
from pathlib import Path
from bot.clockwork import SystemClock
from bot.model.people import Chat
from bot.storage.opening import open_store
from tests.storage.stage import address, ask

async def main(url, folder, first):
    store = open_store(
        database_url=url, key_file=folder / "secrets/bot.key", data_dir=folder / "data", clock=SystemClock()
    )

    def work(tx, number):
        row = tx.chats.keep(Chat(address=address(number)))
        tx.inbox.owe(ask(number, chat=number), row)
        tx.sent.keep(row, f"message-{number}", "help")
        return number

    async def write(number):
        print(await store.do(lambda tx: work(tx, number)), flush=True)

    while True:
        await asyncio.gather(*(write(number) for number in range(first, first + 20)))
        first += 20

asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
"""


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A store in a file."""
    place = ground(FILE, tmp_path, request)
    yield place
    place.clear()


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A store on a server."""
    place = ground(POSTGRES, tmp_path, request)
    yield place
    place.clear()


def write_until_killed(place: Ground, first: int, count: int) -> list[int]:
    """What another process was told was done before it was killed."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, place.database_url, str(place.folder), str(first)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert writer.stdout is not None
    done = [int(writer.stdout.readline()) for _ in range(count)]
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate()
    return done + [int(line) for line in rest.splitlines()]


async def check_kills(place: Ground, kills: int) -> None:
    """After each kill every work that had returned is whole, and none is half there."""
    done: list[int] = []
    for kill in range(kills):
        done += write_until_killed(place, 100_000 * kill, 50 + 37 * kill)
    store = place.open()
    found = await store.do(lambda tx: [number for number in done if tx.chats.find(address(number))])
    assert found == done
    owed = {debt.ask.id for debt in await store.do(lambda tx: tx.inbox.owed())}
    assert {ask(number).id for number in done} <= owed
    wholly = await store.do(
        lambda tx: [tx.sent.recent(debt.ask.address) for debt in tx.inbox.owed() if not tx.inbox.unheard([debt.ask])]
    )
    assert wholly == [(f"message-{name.removeprefix('event-')}",) for name in sorted(owed, key=_number)]


def _number(name: str) -> int:
    return int(name.removeprefix("event-"))


async def test_what_was_told_done_survives_a_kill(place: Ground) -> None:
    """Two kills in the midst of writing: nothing that ``do`` returned is lost."""
    await check_kills(place, 2)


@pytest.mark.figures
@pytest.mark.timeout(1200)
async def test_what_was_told_done_survives_many_kills(place: Ground) -> None:
    """Thirty kills."""
    await check_kills(place, 30)


async def test_a_locked_database_is_waited_for(place: Ground) -> None:
    """While another program keeps the lock, works wait; once it lets go they are done."""
    store = place.open()
    other = sqlite3.connect(place.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    works = [asyncio.create_task(store.do(lambda tx: tx.chats.keep(Chat(address=address())))) for _ in range(3)]
    done, _ = await asyncio.wait(works, timeout=1.5)
    assert not done
    other.execute("COMMIT")
    other.close()
    assert len(set(await asyncio.wait_for(asyncio.gather(*works), 60))) == 1


async def test_a_database_locked_for_long_is_told(place: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond its patience the store raises StoreUnavailable, has done nothing, and resumes with the next work."""
    monkeypatch.setattr(module, "ATTEMPTS", 2)
    store = place.open()
    store._session.tell("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(place.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        await store.do(lambda tx: tx.chats.keep(Chat(address=address())))
    other.execute("COMMIT")
    other.close()
    assert await store.do(lambda tx: tx.chats.find(address())) is None
    await store.do(lambda tx: tx.chats.keep(Chat(address=address())))


async def test_closing_does_not_wait_for_a_lock(place: Ground) -> None:
    """A store that is closed while another program keeps the lock gives up at once."""
    store = place.open()
    other = sqlite3.connect(place.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(store.do(lambda tx: tx.chats.find(address())))
    await asyncio.sleep(0.1)
    await asyncio.wait_for(asyncio.to_thread(store.close), 8)
    with pytest.raises(StoreUnavailable):
        await waiting
    other.close()


async def test_a_full_disk_is_told_and_survived(place: Ground) -> None:
    """With no room left works raise StoreUnavailable and leave nothing; with room again all goes on."""
    store = place.open()
    limit = store._session._cursor.execute("PRAGMA page_count").fetchone()[0] + 2
    store._session.tell(f"PRAGMA max_page_count = {limit}")

    def fill(tx: Tx) -> None:
        for number in range(1000):
            tx.chats.keep(Chat(address=address(number)))

    with pytest.raises(StoreUnavailable):
        await store.do(fill)
    assert await store.do(lambda tx: tx.chats.find(address(1))) is None
    store._session.tell("PRAGMA max_page_count = 100000")
    await store.do(fill)
    assert await store.do(lambda tx: tx.chats.find(address(999))) is not None


async def test_after_closing_nothing_is_taken(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """What was handed in before is done; a later work is StoreUnavailable; closing twice is nothing."""
    store = ground(MEMORY, tmp_path, request).open()
    work = asyncio.create_task(store.do(lambda tx: tx.chats.keep(Chat(address=address()))))
    await asyncio.sleep(0)
    store.close()
    store.close()
    assert await work == 1
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.do(lambda tx: tx.chats.find(address()))


def test_a_loop_that_ended_early_harms_nobody(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """A caller whose loop ended before the commit is forgotten, and the store serves the next loop."""
    store = ground(MEMORY, tmp_path, request).open()
    free = threading.Event()

    async def leave() -> None:
        task = asyncio.create_task(store.do(lambda _: free.wait(60)))
        await asyncio.sleep(0.05)
        task.cancel()

    asyncio.run(leave())
    free.set()
    assert asyncio.run(store.do(lambda tx: tx.chats.keep(Chat(address=address())))) == 1
    store.close()


async def test_a_work_that_collides_is_run_again(served: Ground) -> None:
    """Two programs read the same and write: the second is run anew on what the first wrote, and nothing is lost."""
    one, two = served.open(), served.open()
    await one.do(lambda tx: tx.notes.put("count", "1"))
    read, written = threading.Event(), threading.Event()
    seen = []

    def collide(tx: Tx) -> None:
        count = int(tx.notes.get("count") or 0)
        seen.append(count)
        read.set()
        written.wait(60)
        tx.notes.put("count", str(count + 1))

    task = asyncio.create_task(one.do(collide))
    await asyncio.to_thread(read.wait, 60)
    await two.do(lambda tx: tx.notes.put("count", "10"))
    written.set()
    await task
    assert seen == [1, 10]
    assert await two.do(lambda tx: tx.notes.get("count")) == "11"


def cut(postgres: Postgres, place: Ground) -> None:
    """End every connection to the place's database, as a restart of the server would; return once they are gone."""
    words = "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = {}"
    postgres.run(sql.SQL(words).format(sql.Literal(make_url(place.database_url).database)))


async def test_a_lost_connection_is_renewed(served: Ground, postgres: Postgres) -> None:
    """When the server cuts the line between works or in the midst of one, the work is run again, and once."""
    store = served.open()
    store.hold()
    cut(postgres, served)
    row = await store.do(lambda tx: tx.chats.keep(Chat(address=address())))
    runs: list[int] = []

    def work(tx: Tx) -> None:
        tx.sent.keep(row, f"message-{len(runs)}", None)
        runs.append(1)
        if len(runs) == 1:
            cut(postgres, served)
        tx.sent.keep(row, f"message-{len(runs)}", None)

    await store.do(work)
    assert await store.do(lambda tx: tx.sent.recent(address())) == ("message-2", "message-1")


async def test_a_hold_lost_to_another_is_told(served: Ground, postgres: Postgres) -> None:
    """Whoever lost the line and finds the store held by another does nothing more to it."""
    store, other = served.open(), served.open()
    store.hold()
    cut(postgres, served)
    await other.do(lambda tx: tx.chats.find(address()))
    other._session.hold()
    with pytest.raises(StoreHeld):
        await store.do(lambda tx: tx.chats.keep(Chat(address=address())))
    assert await other.do(lambda tx: tx.chats.find(address())) is None


def test_the_file_is_kept_as_promised(place: Ground) -> None:
    """No kill shows whether a commit waits for the disk; the database itself says so, and what else it was told."""
    session = place.open()._session
    habits = ("synchronous", "journal_mode", "secure_delete", "foreign_keys", "temp_store", "busy_timeout")
    told = [session._cursor.execute(f"PRAGMA {habit}").fetchone()[0] for habit in habits]
    assert told == [2, "wal", 1, 1, 2, 1000]  # FULL, …, in memory, milliseconds
