"""SQLite: one file, one writer at a time, everything on the disk before a commit returns, deleted things overwritten."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from bot.storage.session import Session

BUSY_MILLISECONDS = 1000
"""How long one statement waits for another program's lock; the store tries again after that."""
SWEEP_MILLISECONDS = 50
"""How long a checkpoint may keep everyone waiting for another program's reading."""
CONTENDED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
FAULTS = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    *CONTENDED,
}
HABITS = (
    f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",  # a statement's journal would put rows into the system's temporary folder
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
)


def _code(error: BaseException) -> int | None:
    """The primary result code, without the extension in the upper bytes."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


class SqliteSession(Session):
    """A connection to a file, or (for None) to a database in memory that ends with it."""

    def __init__(self, path: Path | None) -> None:
        self.connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        super().__init__(self.connection, SQLiteDialect_pysqlite(paramstyle="qmark"))
        for habit in HABITS:
            self.tell(habit)
        self._changes = 0

    def begin(self) -> None:
        """Take the write lock at once: a lock taken later can fail in the middle."""
        self.tell("BEGIN IMMEDIATE")
        self._changes = self.connection.total_changes

    def commit(self) -> bool:
        """Return once everything is in the synced log."""
        self.tell("COMMIT")
        return self.connection.total_changes != self._changes

    def roll_back(self) -> None:
        """End the transaction, if there is one."""
        if self.connection.in_transaction:
            self.tell("ROLLBACK")

    def alive(self) -> bool:
        """False after a full disk, for one: SQLite then rolls back by itself."""
        return self.connection.in_transaction

    def contended(self, error: BaseException) -> bool:
        """Another program writes."""
        return _code(error) in CONTENDED

    def faulty(self, error: BaseException) -> bool:
        """The disk, the file or the memory is in trouble."""
        return _code(error) in FAULTS

    def sweep(self) -> bool:
        """Write the log back into the file and cut it to nothing: it still holds pages as they were."""
        self.tell(f"PRAGMA busy_timeout = {SWEEP_MILLISECONDS}")
        try:
            busy, _, _ = self._cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
        finally:
            self.tell(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        self.traces = bool(busy)
        return not busy

    def hold(self) -> None:
        """The lock on the file's folder is what holds it."""

    def guard_references(self) -> None:
        """From here on a row cannot lose the row that it refers to. Migrations come before."""
        self.tell("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        """End the connection; SQLite clears its log away."""
        self.connection.close()


def is_blank(path: Path) -> bool:
    """Nothing was ever written there. Touches nothing."""
    return not any(file.exists() and file.stat().st_size for file in (path, path.with_name(path.name + "-wal")))


@contextmanager
def reading(path: Path, *, settled: bool) -> Iterator[sqlite3.Connection]:
    """The file, to look into and change nothing.

    ``settled`` reads the file alone, without its log, and makes no file beside it; it may fail while another program
    writes. Otherwise the log is read as well, for which SQLite may make its index file ``-shm``.
    """
    uri = f"file:{quote(str(path))}?mode=ro{'&immutable=1' if settled else ''}"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        yield connection
