"""One connection, and the statements that run on it.

Statements are SQLAlchemy Core, written once at the top of each table's module. Here each is compiled once per
connection and then handed to the driver itself: a tenth of the time that the whole way through SQLAlchemy takes.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any, ClassVar

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update, create_engine, event
from sqlalchemy.pool import StaticPool

from bot.errors import Complaint

Statement = Select[Any] | Insert | Update | Delete
Values = Mapping[str, Any]
Arrangement = Callable[[Values], Any]

READ_KEYRING = "SELECT name, version, wrapped, wrapped_by FROM keyring"
FOREIGN = Complaint(
    where="database_url",
    problem="the database holds something else than a store of this program",
    remedy="Name another database, or move this one away",
)


class Session(ABC):
    """A connection that one thread owns. Nothing here commits by itself."""

    preparing: ClassVar[tuple[str, ...]]
    """The words that open a transaction which may change the tables themselves, alone."""

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        self._dialect = dialect
        self._compiled: dict[Statement, tuple[str, Arrangement]] = {}
        self._connection = connection
        self._cursor = connection.cursor()
        self.traces = False
        """Something was deleted, and is still to be read in the files until ``sweep``."""

    def one(self, statement: Statement, **values: Any) -> Any:
        """The first row as a tuple, or None."""
        rows = self._execute(statement, values).fetchall()
        return rows[0] if rows else None

    def all(self, statement: Statement, **values: Any) -> list[Any]:
        """Every row, as tuples."""
        rows: list[Any] = self._execute(statement, values).fetchall()
        return rows

    def run(self, statement: Statement, **values: Any) -> int:
        """How many rows it changed."""
        count: int = self._execute(statement, values).rowcount
        return count

    def many(self, statement: Statement, rows: Iterable[Values]) -> int:
        """The statement once for each of these values; how many rows they changed together."""
        words, arrange = self._compile(statement)
        self._cursor.executemany(words, [arrange(values) for values in rows])
        count: int = self._cursor.rowcount
        return count

    def tell(self, words: str) -> None:
        """Run words that are no statement on tables: BEGIN, SAVEPOINT."""
        self._cursor.execute(words)

    def _execute(self, statement: Statement, values: Values) -> Any:
        words, arrange = self._compiled.get(statement) or self._compile(statement)
        return self._cursor.execute(words, arrange(values))

    def _compile(self, statement: Statement) -> tuple[str, Arrangement]:
        if statement not in self._compiled:
            compiled = statement.compile(dialect=self._dialect)
            fixed = {str(name): bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
            self._compiled[statement] = str(compiled), _arrangement(compiled.positiontup, fixed)
        return self._compiled[statement]

    def tables(self) -> Connection:
        """This connection as one of SQLAlchemy's, in a transaction of its own, to work on the tables themselves."""
        engine = create_engine(
            f"{self._dialect.name}+{self._dialect.driver}://",
            creator=lambda: self._connection,
            poolclass=StaticPool,
            hide_parameters=True,
        )

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            for words in self.preparing:
                connection.exec_driver_sql(words)

        return engine.connect()

    @abstractmethod
    def settle_in(self) -> None:
        """The tables are as they should be: get ready for work."""

    @abstractmethod
    def begin(self) -> None:
        """Open a transaction that may write."""

    @abstractmethod
    def commit(self) -> bool:
        """Return once everything is on the disk; True where that took a sync, False where nothing was written."""

    @abstractmethod
    def roll_back(self) -> None:
        """End the transaction, if there is one, as if it had never begun. Never raises."""

    @abstractmethod
    def alive(self) -> bool:
        """False once the database has given the transaction up by itself."""

    @abstractmethod
    def contended(self, error: BaseException) -> bool:
        """Another writer was in the way: the same transaction, begun anew, may succeed."""

    @abstractmethod
    def faulty(self, error: BaseException) -> bool:
        """The error is the database's own trouble (disk, memory, connection), not what a work did with it."""

    @abstractmethod
    def sweep(self) -> bool:
        """Take the traces of what was deleted out of the files; False where that must be tried again."""

    @abstractmethod
    def hold(self) -> None:
        """Keep every other run away until this session is closed. Raises StoreHeld."""

    @abstractmethod
    def close(self) -> None:
        """End the connection. What was not committed is gone."""


def _arrangement(order: list[str] | None, fixed: Values) -> Arrangement:
    """How a driver wants its values: as a tuple in the statement's order, or (where order is None) by name.

    ``fixed``: those that the statement itself brings.
    """
    if fixed:
        arrange = _arrangement(order, {})
        return lambda values: arrange({**fixed, **values})
    if order is None:
        return lambda values: values
    if not order:
        return lambda _: ()
    if len(order) == 1:
        return lambda values: (values[order[0]],)
    return itemgetter(*order)
