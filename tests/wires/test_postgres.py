"""The tests' PostgreSQL is a real one, and each test gets a database of its own."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests.wires.postgres import Postgres


def test_two_urls_are_two_databases(postgres: Postgres) -> None:
    """What one database holds, another of the same wished name does not."""
    first, second = create_engine(postgres.url("reader")), create_engine(postgres.url("reader"))
    try:
        with first.begin() as connection:
            connection.execute(text("CREATE TABLE place (part integer)"))
        with second.connect() as connection:
            tables = connection.execute(text("SELECT to_regclass('place')")).scalar_one()
        assert tables is None
        with first.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM place")).scalar_one() == 0
            assert str(connection.execute(text("SHOW server_version")).scalar_one()).startswith("18")
    finally:
        first.dispose()
        second.dispose()


def test_it_ends_and_takes_its_data_along() -> None:
    """After `stop`, nobody answers at the old address and the folder is gone."""
    server = Postgres().start()
    url = server.url()
    folder = server._folder
    server.stop()
    server.stop()
    engine = create_engine(url)
    with pytest.raises(OperationalError):
        engine.connect()
    assert folder is not None
    assert not folder.exists()
