"""Whole worlds with all their troubles, a seed each: run one again by ``pytest -k "seed17-"``."""

import pytest

from tests.broadcast.chaos import Chaos
from tests.broadcast.hourglass import play

SEEDS, CHUNK = 2_000, 50


def name(seed: int) -> str:
    """How a seed is called on the command line."""
    return f"seed{seed}-"


@pytest.mark.parametrize("seed", range(50), ids=name)
def test_nobody_is_lost_and_nobody_is_pestered(seed: int) -> None:
    """Kills, storms, lost replies, moves, stops, holds and retractions: every promise of a delivery is kept."""
    play(Chaos(seed).play())


@pytest.mark.figures
@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", range(50, 50 + SEEDS, CHUNK), ids=name)
def test_two_thousand_worlds(first: int) -> None:
    """The same in 2,000 worlds; a failure names its seed."""
    for seed in range(first, first + CHUNK):
        play(Chaos(seed).play())
