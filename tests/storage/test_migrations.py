"""The steps of the migrations lead to the very tables that ``tables.py`` declares."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from bot.storage.schema import MIGRATIONS
from bot.storage.tables import METADATA
from tests.storage.stage import FILE, POSTGRES, Ground, ground
from tests.wires.postgres import Postgres

INDEXES = {
    "sqlite": "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
}


@pytest.fixture(params=[FILE, POSTGRES])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """A store whose tables were made by the migrations."""
    place = ground(request.param, tmp_path, request)
    place.open()
    yield place
    place.clear()


def test_nothing_is_left_to_migrate(place: Ground) -> None:
    """Alembic finds no difference between the migrated tables and the declared ones."""
    engine = create_engine(place.database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def declared(place: Ground, request: pytest.FixtureRequest) -> str:
    """A database whose tables were made from the declarations."""
    url = f"sqlite:///{place.folder}/declared.db"
    if not place.database_url.startswith("sqlite"):
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.url()
    engine = create_engine(url)
    METADATA.create_all(engine)
    engine.dispose()
    return url


def described(url: str) -> dict[str, object]:
    """Columns, keys, constraints and indexes of every table, down to an index's condition."""
    engine = create_engine(url)
    look = inspect(engine)
    tables = sorted(set(look.get_table_names()) - {"alembic_version"})
    description: dict[str, object] = {
        name: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in look.get_columns(name)],
            look.get_pk_constraint(name),
            look.get_foreign_keys(name),
            look.get_unique_constraints(name),
        )
        for name in tables
    }
    with engine.connect() as connection:
        description["indexes"] = sorted(connection.execute(text(INDEXES[engine.dialect.name])).scalars())
    engine.dispose()
    return description


def test_every_table_is_as_declared(place: Ground, request: pytest.FixtureRequest) -> None:
    """Whether migrated or made from the declarations, a database describes itself alike, names and conditions too."""
    assert described(place.database_url) == described(declared(place, request))
    assert set(described(place.database_url)) - {"indexes"} == set(METADATA.tables)


def test_row_ids_of_chats_are_never_used_again(place: Ground) -> None:
    """On SQLite that takes a word which no inspection tells."""
    if place.database_url.startswith("sqlite"):
        with sqlite3.connect(place.database) as connection:
            (words,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'chats'").fetchone()
        connection.close()
        assert "AUTOINCREMENT" in words


def test_a_second_opening_changes_nothing(place: Ground) -> None:
    """At the latest step there is nothing to run."""
    before = described(place.database_url)
    place.open()
    assert described(place.database_url) == before


def test_the_steps_lie_inside_the_package() -> None:
    """What is installed finds its migrations beside its code."""
    assert MIGRATIONS.parent.name == "storage"
    assert sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py")) == [
        "0001_first.py",
        "0002_places.py",
        "0003_announcements.py",
    ]
