"""Bringing a database's tables to what this version of the program expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from bot.errors import StoreNewer

MIGRATIONS = Path(__file__).parent / "migrations"


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
