"""The pace: even, slower under limits, and silent inside one."""

import asyncio

from bot.platforms.matrix.backoff import Backoff
from bot.platforms.matrix.pace import Pace
from tests.platforms.matrix.clocks import StillClock


async def test_events_go_out_evenly() -> None:
    """The first at once, since nothing says that it may not, and each next one an interval later."""
    clock = StillClock()
    pace = Pace(10, clock)
    moments = []
    for _ in range(4):
        await pace.turn()
        moments.append(round(clock.passed, 3))
    assert moments == [0.0, 0.1, 0.2, 0.3]


async def test_nothing_goes_out_inside_a_limit() -> None:
    """Also what had its turn already, and was waiting for it."""
    clock = StillClock()
    pace = Pace(10, clock)
    await pace.turn()
    waiting = asyncio.create_task(pace.turn())
    await asyncio.sleep(0)
    pace.hold(5)
    await waiting
    assert clock.passed >= 5
    assert pace.interval == 0.2


async def test_the_pace_gives_way_and_comes_back() -> None:
    """Doubling up to ten seconds with each limit, a tenth faster with each event, never above what was set."""
    pace = Pace(10, StillClock())
    for _ in range(20):
        pace.hold(0)
    assert pace.interval == 10
    pace.recover()
    assert pace.interval == 9
    for _ in range(100):
        pace.recover()
    assert pace.interval == 0.1


def test_waits_double_to_a_minute_and_begin_again() -> None:
    """Chance cuts each by up to a half."""
    backoff = Backoff(lambda: 0.0)
    assert [backoff.lengthen() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    backoff.reset()
    assert backoff.lengthen() == 1
    assert Backoff(lambda: 1.0).lengthen() == 0.5
