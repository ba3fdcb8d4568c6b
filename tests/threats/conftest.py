"""No program outlives its test; each scene is its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.threats.scene import Scene
from tests.wires.program import TOKEN, Program
from tests.wires.synapse import Synapse
from tests.wires.telegram.threaded import ThreadedBotApiServer


@pytest.fixture
def scene(tmp_path: Path, synapse: Synapse) -> Iterator[Scene]:
    """Both networks, and a folder for the program; whatever the test started is gone after it."""
    with ThreadedBotApiServer(token=TOKEN) as telegram:
        yield Scene(tmp_path, telegram, synapse)
        Program.end_all()
