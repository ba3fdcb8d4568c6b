"""The clock and the alarm."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from bot.clockwork import Alarm, SystemClock


async def test_the_clock_tells_utc_and_sleeps() -> None:
    """Now is aware and in UTC; sleep takes its time, and none is no mistake."""
    clock = SystemClock()
    begun = clock.now()
    await clock.sleep(0.05)
    await clock.sleep(-1)
    assert begun.tzinfo is UTC
    assert timedelta(seconds=0.04) < clock.now() - begun < timedelta(seconds=5)
    assert abs(datetime.now(UTC) - clock.now()) < timedelta(seconds=5)


async def test_a_failing_chore_is_logged_and_woken_again() -> None:
    """An exception is told under the chore's name, ends no other chore, and not its own next time."""
    failed = asyncio.Event()
    done = asyncio.Event()
    times = 0

    async def fail() -> None:
        nonlocal times
        times += 1
        if times > 1:
            failed.set()
        raise ValueError

    async def work() -> None:
        done.set()

    with structlog.testing.capture_logs() as lines:
        async with Alarm() as alarm:
            alarm.every("fails", 0.02, fail)
            alarm.every("works", 0.02, work)
            await asyncio.wait_for(asyncio.gather(failed.wait(), done.wait()), 10)
    assert {line["chore"] for line in lines if line["event"] == "chore_failed"} == {"fails"}


async def test_after_its_end_the_alarm_wakes_nobody() -> None:
    """Leaving the alarm, or forgetting a chore, ends the waking."""
    woken = 0

    async def count() -> None:
        nonlocal woken
        woken += 1

    async with Alarm() as alarm:
        alarm.every("forgotten", 0.01, count)
        alarm.forget("forgotten")
        alarm.forget("never known")
        await asyncio.sleep(0.05)
        assert woken == 0
        alarm.every("counts", 0.01, count)
        await asyncio.sleep(0.2)
    after = woken
    await asyncio.sleep(0.05)
    assert 0 < after == woken
