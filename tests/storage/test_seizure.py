"""Who takes the disk learns nobody's name; what was to be forgotten is on no disk (S1, S2 and S13 of THREATS)."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model.people import Address, Chat, ChatKind, Place, Updates
from bot.model.speech import Ask
from bot.ports import Tx
from bot.storage.store import SqlStore
from tests.storage.stage import FILE, Ground, address, ask, ground
from tests.threats.weakened import SWITCHES, Transparent
from tests.wires.traces import traces


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A store in a file."""
    place = ground(FILE, tmp_path, request)
    yield place
    place.clear()


def planted(count: int) -> list[Ask]:
    """What so many chats say, a third of them on Matrix, with every id that an ask can carry."""
    asks = []
    for number in range(count):
        if number % 3:
            private, group = str(5_817_203_117 + number * 7919), str(-1_001_987_654_321 - number * 104_729)
            chat = Address("telegram", group if number % 2 else private, "7" if number % 2 else None)
            panel = f"{chat.native}:4711"
        else:
            private, chat = f"@reader{number:05}:example.org", Address("matrix", f"!room{number:05}:example.org")
            panel = f"$panel{number:05}"
        kind = ChatKind.GROUP if number % 2 else ChatKind.PRIVATE
        event = f"{chat.native}/{number}"
        said = Ask(id=event, address=chat, kind=kind, text="read 2", addressed=True, panel=panel, speaker=private)
        asks.append(said)
    return asks


def ids(asks: list[Ask]) -> list[str]:
    """Every id in them that names a chat, a person or a message."""
    return sorted({str(name) for said in asks for name in (said.address.native, said.speaker, said.panel)})


async def live(store: SqlStore, asks: list[Ask]) -> None:
    """Each chat chooses, is owed an answer, gets it, is owed another; every tenth is forgotten."""

    def hear(tx: Tx, part: list[Ask]) -> None:
        for said in tx.inbox.unheard(part):
            chosen = Chat(address=said.address, language="zh-Hant", place=Place("p3", 1), updates=Updates.ALL)
            row = tx.chats.keep(chosen)
            debt = tx.inbox.owe(said, row, (f"{said.address.native}:1",))
            tx.sent.keep(row, said.panel or "", said.text)
            if said.kind is ChatKind.PRIVATE:
                tx.inbox.settle([debt])

    for start in range(0, len(asks), 50):
        await store.do(lambda tx, start=start: hear(tx, asks[start : start + 50]))  # type: ignore[misc]
    for said in asks[::10]:
        await store.do(lambda tx, said=said: tx.chats.forget(said.address))  # type: ignore[misc]


async def test_a_seized_disk_names_nobody(place: Ground) -> None:
    """Of the ids of 1,000 chats not one stands in any file beside the key, in any form, while the store runs."""
    asks = planted(1000)
    store = place.open()
    store.hold()
    await live(store, asks)
    assert {file.name for file in place.data_dir.iterdir()} == {"bot.db", "bot.db-wal", "bot.db-shm", "lock"}
    assert traces(place.data_dir, ids(asks)) == {}
    store.close()
    assert traces(place.data_dir, ids(asks)) == {}


async def test_without_seals_the_disk_names_everybody(place: Ground) -> None:
    """The same search finds every id once sealing is off: it is the seal that protects, not the search that fails."""
    asks = planted(1000)
    store = place.open()
    store.sealer = Transparent.thrown_away()
    await live(store, asks)
    kept = [said for number, said in enumerate(asks) if number % 10]
    everybody = set(ids(kept)) - {said.speaker for said in kept if said.kind is ChatKind.PRIVATE}
    assert everybody - set(traces(place.data_dir, everybody)) == set()


def kept_bytes(place: Ground) -> list[bytes]:
    """The index and the sealed value of every chat, message and debt, as they lie in the database."""
    with sqlite3.connect(f"file:{place.database}?mode=ro", uri=True) as reader:
        rows = [
            *reader.execute("SELECT address_index, address FROM chats"),
            *reader.execute("SELECT reference_index, sealed FROM sent"),
            *reader.execute("SELECT payload, payload FROM inbox WHERE payload IS NOT NULL"),
        ]
    reader.close()
    return [value for row in rows for value in row]


async def forget_all(store: SqlStore, asks: list[Ask]) -> None:
    """Everyone asks to be forgotten."""
    await asyncio.gather(*(store.do(lambda tx, said=said: tx.chats.forget(said.address)) for said in asks))  # type: ignore[misc]


async def vanish(place: Ground, values: list[bytes]) -> None:
    """Return once none of them is in any file; five seconds are promised."""
    async with asyncio.timeout(5):
        while traces(place.data_dir, values):  # noqa: ASYNC110 - a file tells nothing
            await asyncio.sleep(0.05)


async def test_what_is_forgotten_is_on_no_disk(place: Ground) -> None:
    """For each of 500 chats: index and sealed value, message and debt, read out before, are in no file afterwards."""
    asks = planted(1000)
    store = place.open()
    await live(store, asks[500:])
    before = kept_bytes(place)
    await live(store, asks[:500])
    theirs = [value for value in kept_bytes(place) if value not in set(before)]
    assert len(theirs) > 500 * 0.9 * 4
    assert len(traces(place.data_dir, theirs)) == len(set(theirs))
    await forget_all(store, asks[:500])
    await vanish(place, theirs)
    assert await store.do(lambda tx: tx.chats.find(asks[501].address)) is not None


async def left_without(place: Ground, monkeypatch: pytest.MonkeyPatch, *off: str) -> float:
    """The share of what was kept about 500 of 1,000 chats that is still to be read after they were forgotten."""
    for name in off:
        SWITCHES[name](monkeypatch.setattr)
    asks = planted(1000)
    store = place.open()
    await live(store, asks[500:])
    before = set(kept_bytes(place))
    await live(store, asks[:500])
    theirs = [value for value in kept_bytes(place) if value not in before]
    await forget_all(store, asks[:500])
    for _ in range(50):
        if not store._session.traces:
            break
        await asyncio.sleep(0.1)
    return len(traces(place.data_dir, theirs)) / len(theirs)


@pytest.mark.parametrize(
    ("off", "least"),
    [(("sweepless",), 0.8), (("logkeeping",), 0.8), (("vacuumless", "leaving"), 0.5)],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
async def test_without_the_sweep_most_is_left(
    place: Ground, monkeypatch: pytest.MonkeyPatch, off: tuple[str, ...], least: float
) -> None:
    """With the log kept, or the file neither overwritten nor written anew, most can still be read."""
    assert await left_without(place, monkeypatch, *off) > least


async def test_overwriting_alone_leaves_some(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the file is overwritten and not written anew, about one value in two thousand stays in a gap."""
    for number in range(8):
        place = ground(FILE, tmp_path / str(number), request)
        share = await left_without(place, monkeypatch, "vacuumless")
        place.clear()
        assert share < 0.01
        if share:
            return
    pytest.fail("nothing was left in any gap")


async def test_overwriting_is_the_second_line(place: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written anew needs no overwriting. Overwriting is for when that fails: without room, or before a kill."""
    assert await left_without(place, monkeypatch, "leaving") == 0


async def test_a_reader_elsewhere_only_delays_it(place: Ground) -> None:
    """Another program that is just reading keeps the log from being cleared; soon after it ends, it is cleared."""
    store = place.open()
    await store.do(lambda tx: tx.chats.keep(Chat(address=address())))
    theirs = kept_bytes(place)
    reader = sqlite3.connect(place.database, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM chats").fetchall()
    await store.do(lambda tx: tx.chats.forget(address()))
    assert traces(place.data_dir, theirs) != {}
    reader.close()
    await vanish(place, theirs)


async def test_the_last_words_to_someone_forgotten_leave_no_trace(place: Ground) -> None:
    """The answer to having been forgotten is owed without a chat, and once given its sealed ask is in no file."""
    store = place.open()

    def forget(tx: Tx) -> None:
        tx.chats.keep(Chat(address=address()))
        tx.chats.forget(address())
        tx.inbox.owe(ask(1), None)

    await store.do(forget)
    payload = kept_bytes(place)
    debts = await store.do(lambda tx: tx.inbox.owed())
    assert len(traces(place.data_dir, payload)) == 1
    await store.do(lambda tx: tx.inbox.settle(debts))
    await vanish(place, payload)


@pytest.mark.parametrize("already", [False, True], ids=["new", "left open to others"])
async def test_every_file_is_its_owners_alone(place: Ground, *, already: bool) -> None:
    """All files are 0600 and all new folders 0700 under the laxest umask; an existing database is closed to others."""
    mask = os.umask(0)
    try:
        if already:
            place.open().close()
            place.database.chmod(0o644)
        store = place.open()
        store.hold()
        await store.do(lambda tx: tx.chats.keep(Chat(address=address())))
        modes = {path.relative_to(place.folder): path.stat().st_mode & 0o777 for path in place.folder.rglob("*")}
    finally:
        os.umask(mask)
    assert {str(path) for path, mode in modes.items() if mode == 0o600} == {
        *("data/bot.db", "data/bot.db-wal", "data/bot.db-shm", "data/lock", "secrets/bot.key"),
    }
    assert {str(path) for path, mode in modes.items() if mode == 0o700} == {"data", "secrets"}
    assert len(modes) == 7
