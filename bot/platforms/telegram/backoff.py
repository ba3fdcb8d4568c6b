"""How long to wait before trying again: doubling from a second to a minute, spread by chance."""

from collections.abc import Callable
from random import SystemRandom

_CHANCE = SystemRandom()
LONGEST_SECONDS = 60.0


class Backoff:
    """Waits of 1, 2, 4, … 60 seconds, each cut by up to a half so that many bots do not come back at once."""

    def __init__(self, chance: Callable[[], float] = _CHANCE.random) -> None:
        self._chance = chance
        self.failures = 0

    def lengthen(self) -> float:
        """The seconds to wait after one more failure."""
        longest = min(LONGEST_SECONDS, 2.0 ** min(self.failures, 6))
        self.failures += 1
        return longest * (1.0 - self._chance() / 2)

    def reset(self) -> None:
        """It worked: the next wait is short again."""
        self.failures = 0
