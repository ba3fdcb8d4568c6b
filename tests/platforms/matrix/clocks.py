"""Clocks for tests."""

import asyncio
from datetime import UTC, datetime, timedelta


class StillClock:
    """Time that passes only by sleeping, which takes none."""

    def __init__(self) -> None:
        self.halt: float | None = None
        """Where time stands still, in seconds since the clock was made; None lets it go on."""
        self._begin = self.moment = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)

    @property
    def passed(self) -> float:
        """Seconds since it was made."""
        return (self.moment - self._begin).total_seconds()

    def now(self) -> datetime:
        """The moment that sleeping has led to."""
        return self.moment

    async def sleep(self, seconds: float) -> None:
        """Be there at once; everybody else gets a turn in between."""
        await asyncio.sleep(0)
        self.moment += timedelta(seconds=seconds)
        while self.halt is not None and self.passed >= self.halt:  # noqa: ASYNC110 - a test's own pause
            await asyncio.sleep(0.01)
