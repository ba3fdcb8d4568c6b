"""Clocks for tests."""

import asyncio
from datetime import UTC, datetime, timedelta

REQUEST_SECONDS = 0.03
"""Real seconds that a request on loopback is given before time goes on to the next sleeper's hour."""


class StillClock:
    """Time that passes only by sleeping.

    Sleepers wake in the order of their hours; two that sleep at once pass the same time, not one after the other.
    """

    def __init__(self) -> None:
        self.halt: float | None = None
        """Where time stands still, in seconds since the clock was made; None lets it go on."""
        self._begin = self.moment = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
        self._hours: list[datetime] = []

    @property
    def passed(self) -> float:
        """Seconds since it was made."""
        return (self.moment - self._begin).total_seconds()

    def now(self) -> datetime:
        """The moment that sleeping has led to."""
        return self.moment

    async def sleep(self, seconds: float) -> None:
        """Be there once nobody sleeps to an earlier hour, and what is under way had its time."""
        hour = self.moment + timedelta(seconds=seconds)
        self._hours.append(hour)
        try:
            while self.moment < hour or self._halted():
                await asyncio.sleep(REQUEST_SECONDS)
                if hour == min(self._hours) and not self._halted():
                    self.moment = max(self.moment, hour)
        finally:
            self._hours.remove(hour)
        await asyncio.sleep(0)

    def _halted(self) -> bool:
        return self.halt is not None and self.passed >= self.halt
