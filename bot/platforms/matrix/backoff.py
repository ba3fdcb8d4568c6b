"""How long to wait before the homeserver is asked again: from a second to a minute, doubling, spread by chance."""

from collections.abc import Callable
from random import SystemRandom

_CHANCE = SystemRandom()
_LONGEST_SECONDS = 60.0


class Backoff:
    """Waits of 1, 2, 4, … 60 seconds, each cut by up to a half, so that many bots do not come back in one moment."""

    def __init__(self, chance: Callable[[], float] = _CHANCE.random) -> None:
        self._chance = chance
        self._next = 1.0

    def lengthen(self) -> float:
        """The seconds to wait after one more failure."""
        wait, self._next = self._next, min(self._next * 2, _LONGEST_SECONDS)
        return wait * (1 - self._chance() / 2)

    def reset(self) -> None:
        """It was answered: the next wait is short again."""
        self._next = 1.0
