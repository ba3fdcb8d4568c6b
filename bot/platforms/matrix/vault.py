"""``matrix.db``: everything that this platform keeps, nio's tables included, in one file sealed by SQLCipher.

One file, so that what a sync brings is committed whole: ratchets, room keys, the inbox and the token. Its work is a
few milliseconds at a time, and is done on the event loop; nobody awaits inside a transaction.
"""

import asyncio
import hashlib
import hmac
import os
import time
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from nio.crypto import OlmDevice
from nio.store import SqliteStore
from peewee import DatabaseError, PeeweeException
from playhouse.sqlcipher_ext import SqlCipherDatabase
from sqlcipher3 import dbapi2 as sqlcipher

from bot.errors import KeyRefused, SolidarityError

KEY_BYTES = 32
VaultFault = PeeweeException
"""What the database raises: a full disk, a lock that does not go away, a broken file."""

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a ratchet that is lost with the power leaves a room unreadable
    "secure_delete = ON",
    "foreign_keys = ON",
    "temp_store = MEMORY",  # no file but our own
)
BUSY_SECONDS = 5.0
REST = 4
"""How many times as long as it took, before the file is written anew once more: a fifth of the time at most."""
LONGEST_REST = 2.0
"""Seconds; five are promised from a deletion to its last trace."""
_SCHEMA = "CREATE TABLE IF NOT EXISTS own (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID"


class _SealedDatabase(SqlCipherDatabase):
    """SQLCipher with a raw 32-byte key: no derivation at each opening, which a word would cost 100 ms."""

    def __init__(self, path: Path, secret: bytes) -> None:
        super().__init__(str(path))
        self._secret = secret

    def connect(self, reuse_if_open: bool = True) -> bool:
        """Open, or keep what is open: nio connects once more each time that its store is loaded."""
        return bool(super().connect(reuse_if_open=reuse_if_open))

    def _connect(self) -> Any:
        connection = sqlcipher.connect(self.database, isolation_level=None, timeout=BUSY_SECONDS)
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")  # else it writes on stderr by itself
            connection.execute(f"PRAGMA key = \"x'{self._secret.hex()}'\"")
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").fetchall()
            self._add_conn_hooks(connection)  # type: ignore[attr-defined]  # peewee's, and needed by it
        except BaseException:
            connection.close()
            raise
        return connection


class Vault:
    """The open file. ``secret`` is its key of 32 bytes.

    Raises KeyRefused where the file exists and another key sealed it. All files are 0600. Not for several threads.
    """

    def __init__(self, data_dir: Path, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("the key of matrix.db has 32 bytes")
        self.path = data_dir / "matrix.db"
        self.pickle_key = hmac.digest(secret, b"nio's pickles", hashlib.sha256).hex()
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        self.path.chmod(0o600)  # SQLite gives its -wal and -shm the same mode, but keeps what a kill has left
        for beside in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                self.path.with_name(self.path.name + beside).chmod(0o600)
        self.database = _SealedDatabase(self.path, secret)
        self._rests_until = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        try:
            self.ask(_SCHEMA)
            self.wipe_traces()  # a kill may have come before it
        except DatabaseError as error:
            self.database.close()
            if "not a database" in str(error):
                raise KeyRefused from None
            raise SolidarityError(
                "matrix.db cannot be opened: its disk is full, or another program keeps it locked. "
                "Make room, or end that program."
            ) from error

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement; its rows. Commits at once unless inside ``transaction``."""
        return list(self.database.execute_sql(sql, values).fetchall())  # type: ignore[no-untyped-call]  # peewee

    def transaction(self) -> AbstractContextManager[Any]:
        """All or nothing of what is written inside, on the disk at its end. Nests. Never await inside."""
        return self.database.atomic("IMMEDIATE")

    def recall(self, name: str) -> Any:
        """One of our own small facts, or None."""
        rows = self.ask("SELECT value FROM own WHERE name = ?", name)
        return rows[0][0] if rows else None

    def remember(self, name: str, value: str | bytes | int | None) -> None:
        """Keep a fact in place of an earlier one; None takes it away."""
        if value is None:
            self.ask("DELETE FROM own WHERE name = ?", name)
        else:
            self.ask("INSERT OR REPLACE INTO own (name, value) VALUES (?, ?)", name, value)

    def wipe_traces(self) -> None:
        """Take what was deleted out of the file and of its write-ahead log: at once, or after a rest.

        Deleted rows are overwritten, but where SQLite balances its pages copies of them stay in the gaps, so the file
        is written anew. Nothing else goes on meanwhile: hence the rest, four times as long.
        """
        began = time.monotonic()
        if began < self._rests_until:
            self._postpone(self._rests_until - began)
            return
        with suppress(VaultFault):  # on a full disk they stay until the next time
            self.ask("VACUUM")
        self.ask("PRAGMA wal_checkpoint(TRUNCATE)")
        ended = time.monotonic()
        self._rests_until = ended + min(LONGEST_REST, REST * (ended - began))

    def _postpone(self, seconds: float) -> None:
        if self._alarm is None:
            with suppress(RuntimeError):  # without a loop, the end does it
                self._alarm = asyncio.get_running_loop().call_later(seconds, self._wake)

    def _wake(self) -> None:
        self._alarm = None
        with suppress(VaultFault):
            self.wipe_traces()

    def store(self) -> type[SqliteStore]:
        """The class that makes nio keep its tables in here, and no file of its own."""
        database = self.database

        class SealedStore(SqliteStore):  # type: ignore[misc]  # nio has no types
            """nio's store inside the vault. No device is verified or refused by it: all get the room keys."""

            def _create_database(self) -> Any:
                return database

            def is_device_verified(self, device: OlmDevice) -> bool:
                """Never: nobody compares keys with a bot's readers."""
                del device
                return False

            def is_device_blacklisted(self, device: OlmDevice) -> bool:
                """Never."""
                del device
                return False

            def is_device_ignored(self, device: OlmDevice) -> bool:
                """Always: nio's word for a device that is not verified and gets the keys all the same."""
                del device
                return True

        return SealedStore

    def close(self) -> None:
        """Close the file; what was committed stays."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._rests_until = 0.0
            self._wake()
        self.database.close()
