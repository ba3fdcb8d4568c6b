"""PostgreSQL: several writers, each transaction as if it were alone, and run again where it was not."""

from contextlib import suppress

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import URL
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from bot.errors import StoreHeld
from bot.storage.session import Session

HOLD = "SELECT pg_try_advisory_lock(0x50b07, hashtext(current_schema()))".replace("0x50b07", str(0x50B07))
CONNECT_SECONDS = 5


class PostgresSession(Session):
    """A connection to a server, renewed when it breaks."""

    def __init__(self, url: URL) -> None:
        dialect = PGDialect_psycopg()
        positional, named = dialect.create_connect_args(url)
        self._connect = lambda: psycopg.connect(
            *positional, **{"connect_timeout": CONNECT_SECONDS, **named}, autocommit=True
        )
        self.connection: psycopg.Connection = self._connect()
        super().__init__(self.connection, dialect)
        self._holds = False
        self._committing = False

    def begin(self) -> None:
        """Begin; on a new connection if the old one broke, and then only if the hold can be taken again."""
        self._committing = False
        if self.connection.closed:
            self.connection = self._connect()
            self._cursor = self.connection.cursor()
            if self._holds:
                self.hold()
        self.tell("BEGIN ISOLATION LEVEL SERIALIZABLE")

    def commit(self) -> bool:
        """Return once the server has it on its disk."""
        self._committing = True
        self.tell("COMMIT")
        return True

    def roll_back(self) -> None:
        """End the transaction, if there is one; a broken connection has ended it already."""
        with suppress(psycopg.OperationalError):
            if not self.connection.closed and self.connection.info.transaction_status != TransactionStatus.IDLE:
                self.tell("ROLLBACK")

    def alive(self) -> bool:
        """False where the connection broke."""
        return not self.connection.closed

    def contended(self, error: BaseException) -> bool:
        """Another writer was first, or the connection broke before the commit was asked for.

        If it broke during the commit, nobody knows the outcome: that is a fault, for the caller to look again.
        """
        if isinstance(error, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected):
            return True
        return isinstance(error, psycopg.OperationalError) and self.connection.closed and not self._committing

    def faulty(self, error: BaseException) -> bool:
        """The server is in trouble, or gone."""
        return isinstance(error, psycopg.OperationalError | psycopg.InternalError)

    def sweep(self) -> bool:
        """Deleted rows are the server's to clear (VACUUM, its own log): nothing can be done from here."""
        self.traces = False
        return True

    def hold(self) -> None:
        """Take the advisory lock of this schema, which ends with the connection."""
        row = self._cursor.execute(HOLD).fetchone()
        if row is None or not row[0]:
            raise StoreHeld
        self._holds = True

    def close(self) -> None:
        """End the connection."""
        self.connection.close()
