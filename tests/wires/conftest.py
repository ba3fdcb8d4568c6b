"""A strict Bot API server, and clients of it that are none of the program's."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from tests.wires.telegram import TOKEN, BotApiServer
from tests.wires.telegram.caller import Caller


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A strict server."""
    async with BotApiServer() as running:
        yield running


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    """An independent client: python-telegram-bot's own."""
    async with Bot(TOKEN, base_url=f"{server.url}/bot") as running:
        yield running


@pytest.fixture
async def call(server: BotApiServer) -> AsyncIterator[Caller]:
    """A client that sends anything."""
    async with Caller(server) as caller:
        yield caller
