"""Opening a store: the key is looked for and tried before anything is written, so that a lost key stays a lost key.

A key is made only together with an empty store. A store without its key, or with another's, is left as it was found.
"""

import sqlite3
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import URL, insert, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.errors import Complaint, ConfigurationError, KeyMissing, KeyRefused, StoreUnavailable
from bot.ports import Clock
from bot.storage.folders import make_folder
from bot.storage.holding import Hold
from bot.storage.keyfile import make_key, read_key, refuse_beside_data
from bot.storage.schema import migrate
from bot.storage.seal import FileKey, Sealer, WrappedKey, new_keyring
from bot.storage.session import Session
from bot.storage.sqlite import SqliteSession, kept_keyring
from bot.storage.store import SqlStore
from bot.storage.tables import KEYRING

GATHER_SECONDS = 0.005
"""How long a busy store gathers a crowd that is not full: under load fewer than one sync for ten answers, measured."""
MEMORY = ("", ":memory:")


def open_store(
    *, database_url: str, key_file: Path, data_dir: Path, clock: Clock, gather: float = GATHER_SECONDS
) -> SqlStore:
    """The store that the configuration names, with its tables up to date; made where there is none yet.

    Raises KeyMissing or KeyRefused, having changed nothing, where the key is not there or is not this store's;
    ConfigurationError where key or database lie where they must not; StoreNewer where a newer version wrote it;
    StoreUnavailable where it cannot be reached. Does not keep other runs away: ``hold`` does.
    """
    url = _read_url(database_url)
    refuse_beside_data(key_file, data_dir)
    try:
        if url.get_backend_name() == "postgresql":
            return _open_postgres(url, key_file, data_dir, clock, gather)
        if (url.database or "") in MEMORY:
            return open_in_memory(clock)
        path = Path(str(url.database))
        key = _find_key(kept_keyring(path), key_file, data_dir, own=path.name)
        make_folder(data_dir)
        make_folder(path.parent)
        session = SqliteSession(path)
    except sqlite3.OperationalError as error:
        raise StoreUnavailable from error
    return _start(session, key, clock, folders=[data_dir, path.parent], gather=gather)


def open_in_memory(clock: Clock) -> SqlStore:
    """A store that nobody can read and that ends with the process: for ``chat`` and for tests."""
    return _start(SqliteSession(None), FileKey.new(), clock, folders=[], gather=0.0)


def _open_postgres(url: URL, key_file: Path, data_dir: Path, clock: Clock, gather: float) -> SqlStore:
    try:
        import psycopg  # noqa: PLC0415  # an extra: most stores are files

        from bot.storage.postgres import PostgresSession  # noqa: PLC0415 - its driver is an extra
    except ImportError as error:
        raise ConfigurationError(
            [
                Complaint(
                    where="database_url",
                    problem="the program was installed without PostgreSQL's driver",
                    remedy='Install it with: pip install "solidarity-bot[postgres]"',
                )
            ]
        ) from error
    try:
        session = PostgresSession(url)
    except psycopg.OperationalError:
        raise StoreUnavailable("The database server does not let us in. Start it, or correct database_url.") from None
    try:
        key = _find_key(session.kept_keyring(), key_file, data_dir)
        make_folder(data_dir)
    except BaseException:
        session.close()
        raise
    return _start(session, key, clock, folders=[data_dir], gather=gather)


def _read_url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        url = URL.create("unreadable")
    if url.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise ConfigurationError(
            [
                Complaint(
                    where="database_url",
                    problem="the database is neither SQLite nor PostgreSQL",
                    remedy="Write sqlite:///data/bot.db or postgresql+psycopg://user@host/name",
                )
            ]
        )
    return url


def _find_key(keyring: list[WrappedKey] | None, key_file: Path, data_dir: Path, own: str | None = None) -> FileKey:
    """The key that belongs to this store, or a new one where nothing of a store exists yet.

    ``own``: the database's file name, which is no sign of another store.
    """
    key = read_key(key_file)
    others = [
        file.name
        for file in (data_dir.iterdir() if data_dir.is_dir() else ())
        if ".db" in file.name and not (own and file.name.startswith(own))
    ]
    if keyring is not None:
        if key is None:
            raise KeyMissing
        Sealer(keyring, key)
    elif others and key is None:
        raise KeyMissing
    elif others:
        raise KeyRefused(
            f"The database is empty, but data_dir holds files of a store ({', '.join(sorted(others))}). Put the "
            "database back, or move those files away to begin an empty store."
        )
    return key or make_key(key_file)


def _start(session: Session, key: FileKey, clock: Clock, *, folders: list[Path], gather: float) -> SqlStore:
    try:
        sealer = _prepare(session, key)
        session.settle_in()
    except DBAPIError as error:
        session.close()
        if error.orig and (session.contended(error.orig) or session.faulty(error.orig)):
            raise StoreUnavailable from error
        raise
    except BaseException:
        session.close()
        raise
    return SqlStore(session, sealer=sealer, clock=clock, hold=Hold(folders), gather=gather)


def _prepare(session: Session, key: FileKey) -> Sealer:
    """Bring the tables up to date and open the keyring, or make one, all in one transaction."""
    with session.tables() as connection, connection.begin():
        migrate(connection)
        keyring = [WrappedKey(*row) for row in connection.execute(select(KEYRING))]
        if not keyring:
            keyring = new_keyring(key)
            connection.execute(insert(KEYRING), [asdict(row) for row in keyring])
        return Sealer(keyring, key)
