"""A Bot API server for each test; at its end the bot must have broken no rule of Telegram's."""

from collections.abc import AsyncIterator

import pytest

from tests.wires.telegram import BotApiServer


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """Strict, in the test's own loop."""
    async with BotApiServer() as server:
        yield server
        assert server.broken_rules() == []
