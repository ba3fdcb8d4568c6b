"""PostgreSQL: several writers, each transaction as if it were alone, and run again where it was not."""

from contextlib import suppress

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import URL

from bot.errors import ConfigurationError, StoreHeld
from bot.storage.seal import WrappedKey
from bot.storage.session import FOREIGN, READ_KEYRING, Session
from bot.storage.tables import KEYRING

HOLD = "SELECT pg_try_advisory_lock(32951, hashtext(current_schema()))"
"""The first number is this program's own, by chance; the second keeps two schemas of one database apart."""
PREPARE = "SELECT pg_advisory_xact_lock(32952, hashtext(current_schema()))"
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
CONNECT_SECONDS = 5


class PostgresSession(Session):
    """A connection to a server, renewed when it breaks."""

    _connection: psycopg.Connection
    preparing = ("BEGIN ISOLATION LEVEL READ COMMITTED", PREPARE)

    def __init__(self, url: URL) -> None:
        dialect = url.get_dialect()()
        self._how = dialect.create_connect_args(url)
        super().__init__(self._connect(), dialect)
        self._holds = False
        self._committing = False

    def _connect(self) -> psycopg.Connection:
        positional, named = self._how
        return psycopg.connect(*positional, **{"connect_timeout": CONNECT_SECONDS, **named}, autocommit=True)

    def begin(self) -> None:
        """Begin; on a new connection if the old one broke, and then only if the hold can be taken again."""
        self._committing = False
        if self._connection.closed:
            self._connection = self._connect()
            self._cursor = self._connection.cursor()
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
            if not self._connection.closed and self._connection.info.transaction_status != TransactionStatus.IDLE:
                self.tell("ROLLBACK")

    def alive(self) -> bool:
        """False where the connection broke."""
        return not self._connection.closed

    def contended(self, error: BaseException) -> bool:
        """Another writer was first, or the connection broke before the commit was asked for.

        If it broke during the commit, nobody knows the outcome: that is a fault, for the caller to look again.
        """
        if isinstance(error, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected):
            return True
        return isinstance(error, psycopg.OperationalError) and self._connection.closed and not self._committing

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

    def kept_keyring(self) -> list[WrappedKey] | None:
        """The keyring of the store in this schema, or None where there is no store. Changes nothing.

        Raises ConfigurationError where the schema holds something else.
        """
        tables = {name for (name,) in self._cursor.execute(TABLES)}
        if tables and KEYRING.name not in tables:
            raise ConfigurationError([FOREIGN])
        rows = self._cursor.execute(READ_KEYRING) if tables else ()
        return [WrappedKey(*row) for row in rows] or None

    def settle_in(self) -> None:
        """Nothing remains to be set."""

    def close(self) -> None:
        """Let go of the hold, and end the connection. The end alone is noticed by a busy server only later."""
        if self._holds:
            with suppress(psycopg.OperationalError):
                self._cursor.execute("SELECT pg_advisory_unlock_all()")
        self._connection.close()
