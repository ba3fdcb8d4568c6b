"""One program for each module of journeys, on a server as strict as Telegram."""

from collections.abc import Iterator

import pytest

from tests.journeys.telegram.house import House
from tests.wires.program import TOKEN, configure
from tests.wires.stages.service import Service
from tests.wires.telegram import ThreadedBotApiServer


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The server and the program."""
    with ThreadedBotApiServer(token=TOKEN) as server:
        service = Service(configure(tmp_path_factory.mktemp("house"), server.url))
        try:
            yield House(server, service)
        finally:
            service.end()


@pytest.fixture
def house(running: House) -> Iterator[House]:
    """At the end the bot has broken no rule of Telegram's, and nothing went wrong inside."""
    yield running
    running.server.faults.clear()
    assert running.server.broken_rules() == []
    assert running.service.complaints() == []
