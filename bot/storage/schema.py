"""Bringing a database's tables to what this version of the program expects."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Dialect, create_engine, event
from sqlalchemy.pool import StaticPool

from bot.errors import StoreNewer

MIGRATIONS = Path(__file__).parent / "migrations"


def connect(raw: Any, dialect: Dialect, begin: str) -> Connection:
    """The driver's connection as one of SQLAlchemy's, whose transactions open with ``begin``."""
    engine = create_engine(
        f"{dialect.name}+{dialect.driver}://", creator=lambda: raw, poolclass=StaticPool, hide_parameters=True
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine.connect()


def migrate(connection: Connection) -> None:
    """Run every step that this database has not seen, in the transaction that is open.

    Raises StoreNewer where it has seen a step that this program does not know.
    """
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    steps = ScriptDirectory.from_config(settings)
    seen = MigrationContext.configure(connection).get_current_heads()
    if seen == tuple(steps.get_heads()):
        return
    try:
        steps.get_revisions(seen)
    except CommandError:
        raise StoreNewer from None
    command.upgrade(settings, "head")
