"""The system clock, and the alarm that wakes the bot's chores. The only file that sleeps.

The alarm keeps nothing: what must not be forgotten lies in the store, and is asked for by whoever is woken.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

Chore = Callable[[], Awaitable[object]]


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds; at once, but after the others' turn, for none."""
        await asyncio.sleep(max(0.0, seconds))


class Alarm:
    """Wakes named chores at their times, from ``async with`` to its end.

    A chore never runs beside itself: what comes due meanwhile comes once, after it. A late one still comes, once.
    A chore's exception is logged under its name, and it is woken again next time.
    """

    def __init__(self) -> None:
        self._log = structlog.get_logger()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def every(self, name: str, seconds: float, chore: Chore) -> None:
        """Wake the chore each so many seconds, first after so many; a name used before is replaced."""
        self._add(name, chore, IntervalTrigger(seconds=seconds, timezone=UTC))

    def daily(self, name: str, at: time, zone: ZoneInfo, chore: Chore) -> None:
        """Wake the chore each day at that hour and minute of the zone; a name used before is replaced.

        On the day that has the hour twice it may come twice, and on the day that lacks it, an hour off.
        """
        self._add(name, chore, CronTrigger(hour=at.hour, minute=at.minute, timezone=zone))

    def forget(self, name: str) -> None:
        """Wake that chore no more; nothing happens if there is none of that name."""
        if self._scheduler.get_job(name):
            self._scheduler.remove_job(name)

    async def __aenter__(self) -> Self:
        self._scheduler.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)

    def _add(self, name: str, chore: Chore, trigger: BaseTrigger) -> None:
        async def wake() -> None:
            try:
                await chore()
            except Exception:  # noqa: BLE001 - whatever a chore raises, the others are still woken
                self._log.exception("chore_failed", chore=name)

        self._scheduler.add_job(wake, trigger, id=name, replace_existing=True)
