"""People on the shared homeserver, and a bot of its own for each test."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.platforms.matrix.process import Bot
from tests.platforms.matrix.stage import Stage
from tests.wires.matrix import Person, person
from tests.wires.program import Program
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


@pytest.fixture
async def bot(synapse: Synapse, tmp_path: Path) -> AsyncIterator[Bot]:
    """The program's configuration and the proxy, nothing running yet; nothing is left running."""
    account = synapse.register(synapse.fresh("bot"))
    async with Proxy(synapse.url) as proxy:
        section = {"homeserver": proxy.url, "user_id": account.user_id, "password": account.password}
        pace = {"overall_per_second": 1000}
        config = tmp_path / "config.yaml"
        config.write_text(json.dumps({"matrix": {**section, "pace": pace}}))
        config.chmod(0o600)
        yield Bot(account, proxy, config)
        Program.end_all()
