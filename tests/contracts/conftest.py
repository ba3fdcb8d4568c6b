"""Every implementation of the store: a test that asks for ``store`` is held by each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage.store import SqlStore
from tests.storage.stage import FILE, MEMORY, POSTGRES, Ground, ground


@pytest.fixture(params=[FILE, MEMORY, POSTGRES])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """Where the store of this test lies."""
    place = ground(request.param, tmp_path, request)
    yield place
    place.clear()


@pytest.fixture
def store(place: Ground) -> SqlStore:
    """A store with nothing in it."""
    return place.open()
