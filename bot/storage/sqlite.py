"""SQLite: one file, one writer at a time, on the disk before a commit returns; what is deleted is overwritten."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import make_url

from bot.errors import ConfigurationError
from bot.storage.folders import make_private
from bot.storage.seal import WrappedKey
from bot.storage.session import FOREIGN, READ_KEYRING, Session
from bot.storage.tables import KEYRING

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

    preparing = ("BEGIN IMMEDIATE",)
    _connection: sqlite3.Connection

    def __init__(self, path: Path | None) -> None:
        if path:
            make_private(path)  # the log and its index take over the file's mode
        connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        super().__init__(connection, make_url("sqlite+pysqlite://").get_dialect()())
        for habit in HABITS:
            self.tell(habit)
        self._changes = 0
        self._logged = False
        """The log could not be cut lately: another program reads what is in it."""
        self._written_anew = -1
        """How many changes there had been when the file was last written anew."""

    def begin(self) -> None:
        """Take the write lock at once: a lock taken later can fail in the middle."""
        self.tell("BEGIN IMMEDIATE")
        self._changes = self._connection.total_changes

    def commit(self) -> bool:
        """Return once everything is in the synced log."""
        self.tell("COMMIT")
        return self._connection.total_changes != self._changes

    def roll_back(self) -> None:
        """End the transaction, if there is one."""
        if self._connection.in_transaction:
            self.tell("ROLLBACK")

    def alive(self) -> bool:
        """False after a full disk, for one: SQLite then rolls back by itself."""
        return self._connection.in_transaction

    def contended(self, error: BaseException) -> bool:
        """Another program writes."""
        return _code(error) in CONTENDED

    def faulty(self, error: BaseException) -> bool:
        """The disk, the file or the memory is in trouble."""
        return _code(error) in FAULTS

    def sweep(self) -> bool:
        """Write the file anew, and cut the log to nothing, which still holds pages as they were.

        Overwriting what is deleted is not enough: where SQLite balances its pages, copies of rows stay in the gaps.
        As long as the log cannot be cut the file is not written again: that would only make the log longer.
        """
        self.tell(f"PRAGMA busy_timeout = {SWEEP_MILLISECONDS}")
        try:
            if self._logged and not self._cut_log():
                return False
            if self._written_anew != self._connection.total_changes:
                self._cursor.execute("VACUUM")
                self._written_anew = self._connection.total_changes
            self.traces = not self._cut_log()
        except sqlite3.OperationalError:
            return False
        finally:
            self.tell(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        return not self.traces

    def _cut_log(self) -> bool:
        busy, _, _ = self._cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._logged = bool(busy)
        return not busy

    def hold(self) -> None:
        """The lock on the file's folder is what holds it."""

    def settle_in(self) -> None:
        """From here on a row cannot lose the row that it refers to; a migration that rebuilds a table may."""
        self.tell("PRAGMA foreign_keys = ON")
        self.traces = True  # a kill may have come before the sweep
        self.sweep()

    def close(self) -> None:
        """End the connection; SQLite clears its log away."""
        self._connection.close()


def kept_keyring(path: Path) -> list[WrappedKey] | None:
    """The keyring of the store in that file, or None where there is no store. Changes nothing on the disk.

    Raises ConfigurationError where the file holds something else.
    """
    log = path.with_name(path.name + "-wal")
    logged = log.exists() and log.stat().st_size > 0
    if not logged and not (path.exists() and path.stat().st_size):
        return None
    try:
        # The file alone, without its log, is as the last checkpoint left it: with the keyring, since a store's first
        # opening ends with one. Read so, no file is made beside it. Another program may just be writing, though.
        with suppress(sqlite3.DatabaseError):
            keyring = _read_keyring(path, "?mode=ro&immutable=1")
            if keyring or not logged:
                return keyring
        return _read_keyring(path, "?mode=ro")
    except sqlite3.DatabaseError as error:
        if _code(error) in CONTENDED:
            raise
        raise ConfigurationError([FOREIGN]) from error


def _read_keyring(path: Path, how: str) -> list[WrappedKey] | None:
    with closing(sqlite3.connect(f"file:{quote(str(path))}{how}", uri=True)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if tables and KEYRING.name not in tables:
            raise ConfigurationError([FOREIGN])
        rows = connection.execute(READ_KEYRING) if tables else ()
        return [WrappedKey(*row) for row in rows] or None
