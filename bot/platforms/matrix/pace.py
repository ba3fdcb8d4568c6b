"""The pace of everything that is sent: evenly below what the operator set, and slower while the homeserver limits."""

from datetime import datetime, timedelta

from bot.ports import Clock

_LONGEST_SECONDS = 10.0
_RECOVERY = 0.9


class Pace:
    """Gives each event its moment, in the order in which they ask.

    The interval doubles each time that the homeserver limits, up to ten seconds, and shrinks back by a tenth with
    each event that went through. Nothing is sent inside a limit.
    """

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._shortest = 1.0 / per_second
        self._longest = max(_LONGEST_SECONDS, self._shortest)
        self._interval = self._shortest
        self._clock = clock
        self._free = self._held = clock.now()

    @property
    def interval(self) -> float:
        """Seconds between two events now."""
        return self._interval

    async def turn(self) -> None:
        """Return when it is this event's turn."""
        while True:
            slot = self._reserve()
            if (wait := (slot - self._clock.now()).total_seconds()) > 0:
                await self._clock.sleep(wait)
            if slot >= self._held:
                return

    def hold(self, seconds: float) -> None:
        """The homeserver limits: nothing goes out for so long, and then more slowly."""
        self._held = max(self._held, self._clock.now() + timedelta(seconds=seconds))
        self._free = max(self._free, self._held)
        self._interval = min(self._interval * 2, self._longest)

    def recover(self) -> None:
        """An event went through."""
        self._interval = max(self._shortest, self._interval * _RECOVERY)

    def _reserve(self) -> datetime:
        slot = max(self._free, self._clock.now())
        self._free = slot + timedelta(seconds=self._interval)
        return slot
