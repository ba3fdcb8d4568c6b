"""A store opens with its own key or not at all, and a refusal leaves the disk as it was (S19 of THREATS)."""

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.errors import (
    ConfigurationError,
    KeyMissing,
    KeyRefused,
    SolidarityError,
    StoreNewer,
    StoreUnavailable,
)
from bot.model.people import Chat
from bot.storage import opening
from bot.storage.keyfile import make_key, read_key
from bot.storage.opening import open_store
from bot.storage.store import SqlStore
from tests.storage.stage import FILE, POSTGRES, Ground, address, ground


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Where a store in a file may lie."""
    place = ground(FILE, tmp_path / "here", request)
    yield place
    place.clear()


def picture(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file and folder beneath: mode, moment of change, content."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(folder.rglob("*"))
    }


def refused(place: Ground, error: type[SolidarityError]) -> SolidarityError:
    """The error with which the place refuses to open, having changed nothing on the disk."""
    before = picture(place.folder)
    with pytest.raises(error) as caught:
        place.open()
    assert picture(place.folder) == before
    return caught.value


async def leave(place: Ground, *, killed: bool) -> None:
    """Leave a used store behind, closed in order or as a kill leaves it: with its log."""
    store = place.open()
    await store.do(lambda tx: tx.chats.keep(Chat(address=address())))
    if killed:
        shutil.copytree(place.folder, place.folder.with_name("killed"))
    store.close()
    if killed:
        shutil.rmtree(place.folder)
        place.folder.with_name("killed").rename(place.folder)
        assert place.database.with_name("bot.db-wal").stat().st_size > 0
        assert place.database.with_name("bot.db-shm").exists()


async def is_whole(store: SqlStore) -> bool:
    """What was left there is there."""
    return await store.do(lambda tx: tx.chats.find(address())) is not None


async def test_an_empty_place_gets_a_store_and_a_key(place: Ground) -> None:
    """Where nothing is, both are made; the same key opens the store again."""
    await leave(place, killed=False)
    key = place.key_file.read_bytes()
    assert await is_whole(place.open())
    assert place.key_file.read_bytes() == key


async def test_a_key_that_waits_for_its_store_is_used(place: Ground) -> None:
    """A key without any store (a start that was killed in between) is the key of the store that is made."""
    make_key(place.key_file)
    key = place.key_file.read_bytes()
    await leave(place, killed=False)
    assert place.key_file.read_bytes() == key
    assert await is_whole(place.open())


async def test_an_empty_database_file_is_no_store(place: Ground) -> None:
    """A file of no bytes, as a killed start leaves it, does not ask for a key."""
    place.data_dir.mkdir(parents=True)
    place.database.touch()
    await leave(place, killed=False)
    assert await is_whole(place.open())


@pytest.mark.parametrize("killed", [False, True], ids=["closed", "killed"])
class TestLostKey:
    """The store is there, its key is not, or is not its own."""

    async def test_a_lost_key_stays_lost(self, place: Ground, *, killed: bool) -> None:
        """Without the key: KeyMissing, exit 2, nothing changed; with the key put back, all is there."""
        await leave(place, killed=killed)
        key = place.key_file.read_bytes()
        place.key_file.unlink()
        error = refused(place, KeyMissing)
        assert error.exit_code == 2
        assert "Put the key file back" in str(error)
        place.key_file.write_bytes(key)
        place.key_file.chmod(0o600)
        assert await is_whole(place.open())

    async def test_another_key_is_refused(self, place: Ground, *, killed: bool) -> None:
        """With another store's key: KeyRefused, exit 2, nothing changed."""
        await leave(place, killed=killed)
        place.key_file.unlink()
        make_key(place.key_file)
        assert refused(place, KeyRefused).exit_code == 2

    async def test_without_the_protection_a_new_key_is_made(
        self, place: Ground, monkeypatch: pytest.MonkeyPatch, *, killed: bool
    ) -> None:
        """If nobody looked for the store first, a key would appear: the tests above would see it."""
        await leave(place, killed=killed)
        place.key_file.unlink()
        monkeypatch.setattr(opening, "kept_keyring", lambda _: None)
        with pytest.raises(KeyRefused):
            place.open()
        assert place.key_file.exists()


async def test_a_log_alone_is_a_store(place: Ground) -> None:
    """A store whose keyring was never written back into the file, only into its log, is a store all the same."""
    await leave(place, killed=False)
    connection = sqlite3.connect(place.database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    rows = connection.execute("SELECT * FROM keyring").fetchall()
    connection.execute("DELETE FROM keyring")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.executemany("INSERT INTO keyring VALUES (?, ?, ?, ?)", rows)
    place.key_file.unlink()
    before = picture(place.folder)
    with pytest.raises(KeyMissing):
        place.open()
    after = picture(place.folder)
    connection.close()
    assert before.pop("data/bot.db-shm") is not after.pop("data/bot.db-shm")  # SQLite notes there that someone reads
    assert after == before


async def test_another_file_of_the_store_is_a_store_too(place: Ground) -> None:
    """Where only Matrix' part is left: no new key without one, and with one no new database beside it."""
    await leave(place, killed=False)
    place.database.unlink()
    (place.data_dir / "matrix.db").write_bytes(b"something")
    assert "matrix.db" in str(refused(place, KeyRefused))
    place.key_file.unlink()
    refused(place, KeyMissing)


async def test_a_key_that_others_can_read_is_refused(place: Ground) -> None:
    """The remedy is named."""
    await leave(place, killed=False)
    place.key_file.chmod(0o640)
    assert "chmod 600" in str(refused(place, KeyRefused))


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:0],
        lambda text: text[:-4],
        lambda text: text.replace("version 1", "version 9"),
        lambda text: text.replace("id ", "id 0"),
        lambda text: text.replace("key ", "key !"),
        lambda text: text.replace("\nid ", "\nno "),
        lambda text: text.replace("=", "é"),
    ],
    ids=["empty", "cut", "newer", "another id", "no base64", "no id", "no ascii"],
)
async def test_a_damaged_key_is_refused(place: Ground, damage: Callable[[str], str]) -> None:
    """A key file that is not whole is not taken for a key."""
    await leave(place, killed=False)
    place.key_file.write_text(damage(place.key_file.read_text()))
    assert "key" in str(refused(place, KeyRefused))


async def test_a_folder_in_the_keys_place_is_refused(place: Ground) -> None:
    """A key that cannot be read is not taken for one that is missing."""
    await leave(place, killed=False)
    place.key_file.unlink()
    place.key_file.mkdir(mode=0o700)
    refused(place, KeyRefused)


def test_a_key_is_never_made_over_another(tmp_path: Path) -> None:
    """Two starts in the same moment end with the one key that came first."""
    first = make_key(tmp_path / "keys" / "bot.key")
    assert make_key(tmp_path / "keys" / "bot.key") == first == read_key(tmp_path / "keys" / "bot.key")
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["bot.key"]


def test_a_key_does_not_lie_beside_what_it_locks(place: Ground) -> None:
    """A key_file within data_dir is a mistake in the configuration, by whatever way it is named."""
    place.data_dir.mkdir(parents=True)
    (place.folder / "link").symlink_to(place.data_dir)
    for key_file in (place.data_dir / "bot.key", place.folder / "link" / "keys" / "bot.key"):
        with pytest.raises(ConfigurationError, match="key_file"):
            open_store(database_url=place.database_url, key_file=key_file, data_dir=place.data_dir, clock=place.clock)
    assert list(place.data_dir.iterdir()) == []


@pytest.mark.parametrize("url", ["mysql://localhost/bot", "no url", "postgresql+psycopg2://localhost/bot"])
def test_another_kind_of_database_is_a_mistake(place: Ground, url: str) -> None:
    """What is neither SQLite nor PostgreSQL is named, with an example of each."""
    place.database_url = url
    place.folder.mkdir()
    assert "sqlite:///data/bot.db" in str(refused(place, ConfigurationError))


async def test_a_foreign_database_is_left_alone(place: Ground) -> None:
    """A database of another program, or no database at all, is a mistake in the configuration."""
    place.data_dir.mkdir(parents=True)
    with sqlite3.connect(place.database) as connection:
        connection.execute("CREATE TABLE theirs (number)")
    connection.close()
    assert "database_url" in str(refused(place, ConfigurationError))
    place.database.write_bytes(b"a letter, and a long one" * 100)
    assert "database_url" in str(refused(place, ConfigurationError))


async def test_a_store_of_a_newer_version_is_left_alone(place: Ground) -> None:
    """Steps that this program does not know are not guessed at."""
    await leave(place, killed=False)
    with sqlite3.connect(place.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    content = place.database.read_bytes()
    with pytest.raises(StoreNewer):
        place.open()
    assert place.database.read_bytes() == content


class TestPostgres:
    """The same on a server."""

    @pytest.fixture
    def place(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ground]:
        """An empty database."""
        place = ground(POSTGRES, tmp_path / "here", request)
        yield place
        place.clear()

    async def test_a_lost_key_stays_lost(self, place: Ground) -> None:
        """Without its key or with another's a store is refused, and opens when the key is back."""
        store = place.open()
        await store.do(lambda tx: tx.chats.keep(Chat(address=address())))
        store.close()
        key = place.key_file.read_bytes()
        place.key_file.unlink()
        refused(place, KeyMissing)
        make_key(place.key_file)
        refused(place, KeyRefused)
        place.key_file.write_bytes(key)
        assert await is_whole(place.open())

    def test_files_of_another_store_are_not_adopted(self, place: Ground) -> None:
        """A data_dir with a store in it, beside an empty database, is refused with and without a key."""
        place.data_dir.mkdir(parents=True)
        (place.data_dir / "bot.db").write_bytes(b"something")
        refused(place, KeyMissing)
        make_key(place.key_file)
        refused(place, KeyRefused)

    def test_a_foreign_schema_is_left_alone(self, place: Ground) -> None:
        """Tables of another program are a mistake in the configuration."""
        import psycopg  # noqa: PLC0415 - an extra

        url = make_url(place.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE theirs (number int)")
        place.folder.mkdir()
        assert "database_url" in str(refused(place, ConfigurationError))

    def test_a_server_that_is_away_is_told(self, place: Ground) -> None:
        """An unreachable server is StoreUnavailable, with a remedy and without the address."""
        place.database_url = "postgresql+psycopg://somebody@127.0.0.1:9/nothing"
        place.folder.mkdir()
        error = refused(place, StoreUnavailable)
        assert "somebody" not in str(error)
        assert error.__cause__ is None


def test_a_missing_driver_is_told(place: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PostgreSQL's driver a URL of it is a mistake whose remedy is the extra to install."""
    monkeypatch.setitem(sys.modules, "bot.storage.postgres", None)
    place.database_url = "postgresql+psycopg://somebody@127.0.0.1:9/nothing"
    place.folder.mkdir()
    assert "solidarity-bot[postgres]" in str(refused(place, ConfigurationError))
