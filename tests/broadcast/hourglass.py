"""Time that passes as fast as nobody has anything to do, and a store that needs no thread: a world that repeats."""

import asyncio
import selectors
import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from bot.errors import StoreUnavailable
from bot.ports import Tx
from bot.storage.opening import _prepare
from bot.storage.seal import FileKey, Sealer
from bot.storage.sqlite import SqliteSession
from bot.storage.transaction import Transaction

T = TypeVar("T")
BEGIN = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


class Impatient(selectors.SelectSelector):
    """Waits for nothing: whoever would have slept wakes up later, and no time was lost."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Whatever is ready now; the time that was to be waited has passed."""
        if timeout is None:
            raise RuntimeError("everybody waits for somebody else")
        self.skipped += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is that which its tasks have slept."""

    def __init__(self) -> None:
        self._impatient = Impatient()
        super().__init__(self._impatient)

    def time(self) -> float:
        """Seconds since the loop began."""
        return self._impatient.skipped


def play(scene: Coroutine[Any, Any, T]) -> T:
    """Run a scene in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(scene)


class VirtualClock:
    """The loop's time as a clock."""

    def now(self) -> datetime:
        """The present moment."""
        try:
            seconds = asyncio.get_running_loop().time()
        except RuntimeError:
            seconds = 0.0
        return BEGIN + timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Return after so many virtual seconds."""
        await asyncio.sleep(max(0.0, seconds))


_TEMPLATE: list[tuple[sqlite3.Connection, Sealer]] = []


def fresh_session() -> tuple[SqliteSession, Sealer]:
    """A store with its tables, in memory; made by the migrations once, and copied from then on."""
    if not _TEMPLATE:
        model = SqliteSession(None)
        sealer = _prepare(model, FileKey.new())
        _TEMPLATE.append((model._connection, sealer))
    session = SqliteSession(None)
    connection, sealer = _TEMPLATE[0]
    connection.backup(session._connection)
    session.settle_in()
    return session, sealer


@dataclass
class DirectStore:
    """The real tables and the real statements on a real SQLite, in the caller's own thread, so that a seed repeats."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    random: Random = field(default_factory=Random)
    away: float = 0.0
    """How often, of 1, the store is away."""
    works: int = 0

    def __post_init__(self) -> None:
        self.session, self.sealer = fresh_session()

    async def do(self, work: Callable[[Tx], T]) -> T:
        """One transaction; a kill may come before it, and after it."""
        await asyncio.sleep(0)
        if self.random.random() < self.away:
            raise StoreUnavailable
        result = self.now(work)
        await asyncio.sleep(0)
        return result

    def now(self, work: Callable[[Tx], T]) -> T:
        """One transaction, at once."""
        self.works += 1
        self.session.begin()
        try:
            result = work(Transaction(self.session, self.sealer, self.clock))
        except BaseException:
            self.session.roll_back()
            raise
        self.session.commit()
        return result

    def table(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Rows as they lie in the database."""
        rows: list[tuple[Any, ...]] = self.session._connection.execute(query, values).fetchall()
        return rows


Figures = Mapping[str, float]
