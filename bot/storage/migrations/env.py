"""Alembic's entrance: it runs the steps on the connection that it is handed, inside that connection's transaction."""

from alembic import context

from bot.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite cannot alter a table in place
)
context.run_migrations()
