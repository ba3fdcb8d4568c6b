"""People on the shared homeserver, and a bot of its own for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.platforms.matrix.stage import Stage
from tests.wires.matrix import Person, person
from tests.wires.proxy import Proxy
from tests.wires.synapse import Synapse

Meet = Callable[[str], Awaitable[Person]]


@pytest.fixture
async def meet(synapse: Synapse) -> AsyncIterator[Meet]:
    """Someone of that name whom nobody else has met, with Element."""
    async with AsyncExitStack() as stack:

        async def make(name: str) -> Person:
            return await stack.enter_async_context(await person(synapse, name))

        yield make


@pytest.fixture
def stage(synapse: Synapse, tmp_path: Path) -> Stage:
    """A bot on the shared homeserver, not begun yet."""
    return Stage(synapse.register(synapse.fresh("bot")), synapse.url, tmp_path / "data")


@pytest.fixture
async def proxy(stage: Stage) -> AsyncIterator[Proxy]:
    """A wire that breaks on request, between this test's bot and the homeserver."""
    async with Proxy(stage.url) as proxy:
        stage.url = proxy.url
        yield proxy
