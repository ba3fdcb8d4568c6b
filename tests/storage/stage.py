"""What the tests of the store share: where one lies, the hour there, and who speaks."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model.people import Address, ChatKind
from bot.model.speech import Ask
from bot.storage.opening import open_store
from bot.storage.store import SqlStore
from tests.wires.postgres import Postgres

FILE, MEMORY, POSTGRES = "SQLite file", "SQLite in memory", "PostgreSQL"


@dataclass
class Hours:
    """A clock that stands still until it is set."""

    moment: datetime = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment that was set."""
        return self.moment

    async def sleep(self, seconds: float) -> None:
        """Let the others run; the moment moves on."""
        self.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class Ground:
    """Where a store lies, or will lie."""

    folder: Path
    database_url: str
    clock: Hours = field(default_factory=Hours)
    _opened: list[SqlStore] = field(default_factory=list)

    @property
    def data_dir(self) -> Path:
        """Everything but the key."""
        return self.folder / "data"

    @property
    def database(self) -> Path:
        """The database's file, where it is one."""
        return self.data_dir / "bot.db"

    @property
    def key_file(self) -> Path:
        """The key."""
        return self.folder / "secrets" / "bot.key"

    def open(self) -> SqlStore:
        """The store there. ``clear`` closes it."""
        store = open_store(
            database_url=self.database_url, key_file=self.key_file, data_dir=self.data_dir, clock=self.clock
        )
        self._opened.append(store)
        return store

    def clear(self) -> None:
        """Close every store that was opened here."""
        for store in self._opened:
            store.close()


def ground(kind: str, folder: Path, request: pytest.FixtureRequest) -> Ground:
    """A ground of that kind, with nothing on it. PostgreSQL starts when the first test asks for it."""
    if kind == POSTGRES:
        server: Postgres = request.getfixturevalue("postgres")
        return Ground(folder, server.url())
    return Ground(folder, "sqlite://" if kind == MEMORY else f"sqlite:///{folder}/data/bot.db")


def address(number: int = 7) -> Address:
    """A person's chat, with an id as long as Telegram's are now."""
    return Address("telegram", str(7_000_000_000 + number))


def ask(number: int, *, chat: int = 7, text: str = "read 2") -> Ask:
    """One thing that was said."""
    return Ask(id=f"event-{number}", address=address(chat), kind=ChatKind.PRIVATE, text=text, addressed=True)
