"""The stages: each wire with its program is set up once for a worker, and cleared after each journey."""

from collections.abc import Iterator

import pytest

from tests.wires.program import Program
from tests.wires.stages import LastingStage, Stage
from tests.wires.stages.matrix import MatrixHouse, MatrixStage
from tests.wires.stages.telegram import TelegramStage
from tests.wires.stages.terminal import TerminalStage
from tests.wires.synapse import Synapse

WIRES = ("terminal", "telegram", "matrix")
ROOMS = (*WIRES, "matrix_plain")
"""Rooms that are not encrypted, too: they differ in what carries the words, not in the words."""
LASTING = ("telegram", "matrix")
"""Wires whose bot remembers: a chat at a terminal is on a store that is thrown away."""


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """Whatever the test started by itself is gone after it, also where the test failed."""
    yield
    Program.end_all()


@pytest.fixture(scope="session")
def terminal_house() -> Iterator[TerminalStage]:
    """``solidarity-bot chat`` on a screen."""
    stage = TerminalStage()
    yield stage
    stage.end()


@pytest.fixture(scope="session")
def telegram_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TelegramStage]:
    """The program and a Bot API server."""
    stage = TelegramStage(tmp_path_factory.mktemp("telegram"))
    yield stage
    stage.end()


@pytest.fixture(scope="session")
def matrix_house(synapse: Synapse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MatrixHouse]:
    """The program on a homeserver."""
    house = MatrixHouse(synapse, tmp_path_factory.mktemp("matrix"))
    yield house
    house.end()


@pytest.fixture
def terminal(terminal_house: TerminalStage) -> Iterator[TerminalStage]:
    """People take turns at one keyboard."""
    yield terminal_house
    terminal_house.clear()


@pytest.fixture
def telegram(telegram_house: TelegramStage) -> Iterator[TelegramStage]:
    """People on Telegram."""
    yield telegram_house
    telegram_house.clear()


@pytest.fixture
def matrix(matrix_house: MatrixHouse) -> Iterator[MatrixStage]:
    """People in rooms that are encrypted from end to end."""
    stage = MatrixStage(matrix_house, encrypted=True)
    yield stage
    stage.clear()


@pytest.fixture
def matrix_plain(matrix_house: MatrixHouse) -> Iterator[MatrixStage]:
    """People in rooms that are not encrypted."""
    stage = MatrixStage(matrix_house, encrypted=False)
    yield stage
    stage.clear()


@pytest.fixture(params=WIRES)
def stage(request: pytest.FixtureRequest) -> Stage:
    """Every wire: a journey that asks for it is made on each."""
    found: Stage = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=ROOMS)
def every_stage(request: pytest.FixtureRequest) -> Stage:
    """Every wire, and rooms of both kinds."""
    found: Stage = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=LASTING)
def lasting_stage(request: pytest.FixtureRequest) -> LastingStage:
    """Every wire on which the program may end and begin again."""
    found: LastingStage = request.getfixturevalue(request.param)
    return found
