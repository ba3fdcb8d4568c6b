"""The arithmetic of the pace and of the silences, with moments as plain numbers."""

from random import Random

import pytest

from bot.broadcast.pacing import Bucket, Gate, Outage, Pacer, Windows
from bot.model.people import Address, ChatKind
from bot.ports_announcing import Pace, Silence

TELEGRAM = Pace(overall_per_second=28, per_chat_per_second=1, per_group_per_minute=18)
ADA, BO, GROUP = (Address("telegram", name) for name in ("ada", "bo", "group"))


def test_a_bucket_starts_empty() -> None:
    """Nothing is known about the second before, so the first may be taken only after its part of a second."""
    bucket = Bucket(4, 100.0)
    assert bucket.available(100.0) == 0
    assert bucket.wait(100.0) == pytest.approx(0.25)
    assert bucket.available(100.25) == 1


def test_what_is_not_used_in_time_is_lost() -> None:
    """A long pause makes no burst: 28 a second and two more."""
    bucket = Bucket(28, 0.0)
    assert bucket.available(3600.0) == 1
    assert Bucket(1000, 0.0).available(3600.0) == 70


def test_a_debt_is_filled_first() -> None:
    """Who takes more than there is makes the next one wait for all of it."""
    bucket = Bucket(10, 0.0)
    bucket.take(20, 0.0)
    assert bucket.wait(0.0) == pytest.approx(2.1)
    assert (bucket.available(2.05), bucket.available(2.11)) == (0, 1)


def test_time_that_runs_backwards_gives_nothing() -> None:
    """A clock that is set back neither fills a bucket nor empties it."""
    bucket = Bucket(10, 100.0)
    assert bucket.available(100.5) == 1
    assert bucket.available(50.0) == 1
    bucket.take(1, 50.0)
    assert bucket.available(100.5) == 0


@pytest.mark.parametrize("seed", range(20))
def test_no_second_ever_sees_more(seed: int) -> None:
    """However tokens are taken, no second has more than the rate and the bucket's depth."""
    random, bucket, now = Random(seed), Bucket(28, 0.0), 0.0
    taken: list[float] = []
    for _ in range(2000):
        now += random.choice((0.001, 0.01, 0.03, 0.06))
        count = random.randint(bucket.available(now) // 2, bucket.available(now))
        bucket.take(count, now)
        taken += [now] * count
    most = max(sum(first <= one < first + 1 for one in taken) for first in taken)
    assert 20 < most <= 30


def test_a_chat_and_a_group_have_limits_of_their_own() -> None:
    """A second between two messages to a chat; for a group besides that the minute's share; others wait for neither."""
    pacer = Pacer(TELEGRAM, 0.0)
    assert pacer.until(ADA, ChatKind.PRIVATE, 10.0) is None
    pacer.spend(ADA, ChatKind.PRIVATE, 10.0)
    assert pacer.until(ADA, ChatKind.PRIVATE, 10.5) == 11.0
    assert pacer.until(ADA, ChatKind.PRIVATE, 11.0) is None
    assert pacer.until(BO, ChatKind.PRIVATE, 10.5) is None
    pacer.spend(GROUP, ChatKind.GROUP, 20.0)
    assert pacer.until(GROUP, ChatKind.GROUP, 21.5) == pytest.approx(20 + 60 / 18)
    assert pacer.until(GROUP, ChatKind.GROUP, 23.4) is None


def test_chats_are_forgotten_in_time() -> None:
    """However many there are, only those of the last moments are remembered."""
    pacer = Pacer(TELEGRAM, 0.0)
    for number in range(20_000):
        pacer.spend(Address("telegram", str(number)), ChatKind.GROUP, number / 10)
    assert len(pacer._chats) + len(pacer._groups) < 10_000


def test_two_chats_within_a_second_hold_all() -> None:
    """One chat's silence is its own, however often it is asked for; another's within the second is everyone's."""
    windows = Windows()
    assert not windows.limit("ada", Silence(10.0, 13.0))
    assert not windows.limit("ada", Silence(10.5, 14.0))
    assert (windows.until("ada", 12.0), windows.until("bo", 12.0)) == (14.0, None)
    assert not windows.limit("bo", Silence(11.6, 12.0))
    assert windows.until("cy", 11.7) is None
    assert windows.limit("cy", Silence(12.5, 13.0))
    assert windows.until("dee", 12.6) == 13.0
    assert windows.limit("ada", Silence(12.7, 20.0))
    assert (windows.until("dee", 19.9), windows.until("dee", 20.0)) == (20.0, None)


def test_a_silence_from_before_counts_as_one_of_the_two() -> None:
    """What was asked for before a restart is remembered with its moment."""
    windows = Windows()
    windows.hold("ada", Silence(10.0, 15.0))
    assert windows.until("ada", 12.0) == 15.0
    assert windows.limit("bo", Silence(10.9, 12.0))
    assert windows.until("cy", 11.0) == 15.0


def test_the_gate_knows_both() -> None:
    """Nothing may go out while all are silent; an answer is counted and waits for nothing."""
    gate = Gate(TELEGRAM, 0.0)
    assert gate.available(1.0) == 1
    gate.windows.hold_everyone(5.0)
    assert (gate.available(4.9), gate.until(ADA, ChatKind.PRIVATE, 4.9)) == (0, 5.0)
    gate.answered(ADA, ChatKind.PRIVATE, 5.0)
    assert gate.until(ADA, ChatKind.PRIVATE, 5.5) == 6.0
    assert gate.between == 1.0
    assert Gate(Pace(overall_per_second=10), 0.0).between == 0.0


def test_a_network_that_seems_down_is_asked_by_one_at_a_time() -> None:
    """Five doubts in a row, and it is asked alone and ever more seldom; any certain outcome ends that."""
    outage = Outage()
    for _ in range(4):
        outage.note(10.0, uncertain=True)
    assert outage.allows(10.0, 3)
    outage.note(10.0, uncertain=True)
    pauses, now = [], 10.0
    for _ in range(7):
        assert not outage.allows(outage.until - 0.1, 0)
        assert not outage.allows(outage.until, 1)
        assert outage.allows(outage.until, 0)
        pauses.append(outage.until - now)
        now = outage.until
        outage.note(now, uncertain=True)
        outage.note(now + 0.1, uncertain=True)  # one that was still under way makes it no longer
    assert pauses == [2, 4, 8, 16, 32, 45, 45]
    outage.note(now, uncertain=False)
    assert outage.allows(now, 20)
    gate = Gate(Pace(overall_per_second=1000), 0.0)
    for _ in range(5):
        gate.outage.note(1.0, uncertain=True)
    assert [gate.available(moment, 0) for moment in (2.9, 3.0)] == [0, 1]
