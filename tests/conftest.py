"""What many tests share: real services, started when the first test of a worker asks for them.

The network itself is fenced off in pyproject.toml: pytest-socket lets tests reach loopback and unix sockets.
"""

from collections.abc import Iterator

import pytest

from tests.wires.postgres import Postgres
from tests.wires.synapse import Synapse


@pytest.fixture(scope="session")
def synapse() -> Iterator[Synapse]:
    """A homeserver without rate limits, shared by a worker's tests: use fresh names, and leave it running."""
    with Synapse() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL shared by a worker's tests: take a database of your own by `url`."""
    with Postgres() as server:
        yield server
