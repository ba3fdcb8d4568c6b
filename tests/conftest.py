"""What many tests share: real services, started when the first test of a worker asks for them.

The network itself is fenced off in pyproject.toml: pytest-socket lets tests reach loopback and unix sockets.
"""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.wires.matrix import Meet, gather_people
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


@pytest.fixture
async def people(synapse: Synapse) -> AsyncIterator[Meet]:
    """A maker of people on the shared homeserver, by a name; all go home at the end of the test."""
    async with gather_people(synapse) as meet:
        yield meet
