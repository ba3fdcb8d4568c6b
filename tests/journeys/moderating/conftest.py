"""A house of its own for each journey: its moderators are in the configuration."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.moderating.house import House
from tests.wires.program import TOKEN
from tests.wires.synapse import Synapse
from tests.wires.telegram import ThreadedBotApiServer


@pytest.fixture
def house(synapse: Synapse, tmp_path: Path) -> Iterator[House]:
    """Both servers, and no program yet."""
    with ThreadedBotApiServer(token=TOKEN) as server:
        house = House(server, synapse, tmp_path)
        yield house
        house.end()
