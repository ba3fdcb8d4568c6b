"""What follows from a verdict, and from the hours that a chat wants quiet."""

from datetime import UTC, datetime
from random import Random

import pytest

from bot.broadcast.retry import (
    ATTEMPTS,
    DOUBT_SECONDS,
    Try,
    breaks,
    breaks_at_end,
    hopeless,
    look_on,
    quiet_until,
    settle,
    settle_recall,
)
from bot.model.delivery import Gone, Later, Moved, Refused, Sent, Unsure, Verdict
from bot.model.parcel import Parcel, ParcelState, Settlement
from bot.model.people import Address, Chat

CHAT = Chat(address=Address("telegram", "ada"))
NEW = Parcel(number=7, chat=CHAT, state=ParcelState.FRESH)
DOUBTED = Parcel(number=7, chat=CHAT, state=ParcelState.UNSURE, attempts=1, since=900, references=("one",))
BACK = Parcel(number=7, chat=CHAT, state=ParcelState.RECALL, references=("one", "two"))


@pytest.mark.parametrize(
    ("parcel", "verdict", "expected"),
    [
        (NEW, Sent("m"), Settlement(number=7, state=ParcelState.TIMED, due=1001, references=("m",))),
        (DOUBTED, Sent("m"), Settlement(number=7, state=ParcelState.SENT, references=("one", "m"))),
        (NEW, Sent(None), Settlement(number=7, state=ParcelState.TIMED, due=1001, references=("",))),
        (NEW, Later(2.5), Settlement(number=7, state=ParcelState.TIMED, due=1003)),
        (
            DOUBTED,
            Later(2.5),
            Settlement(number=7, state=ParcelState.UNSURE, due=1003, attempts=1, since=900, references=("one",)),
        ),
        (NEW, Unsure(), Settlement(number=7, state=ParcelState.UNSURE, due=1020, attempts=1, since=1000)),
        (
            DOUBTED,
            Unsure(),
            Settlement(number=7, state=ParcelState.UNSURE, due=1040, attempts=2, since=900, references=("one",)),
        ),
        (NEW, Gone(), Settlement(number=7, state=ParcelState.GONE)),
        (NEW, Moved(Address("telegram", "bo")), Settlement(number=7, state=ParcelState.TIMED, due=1000)),
        (NEW, Refused("no"), Settlement(number=7, state=ParcelState.FAILED)),
    ],
)
def test_each_verdict_has_its_consequence(parcel: Parcel, verdict: Verdict, expected: Settlement) -> None:
    """A parcel of two parts, a chat that bears one message a second."""
    assert settle(parcel, verdict, parts=2, now=1000.0, between=1.0) == expected


def test_three_doubts_make_a_failure() -> None:
    """The third uncertain try is the last; a part that arrives begins to count anew."""
    parcel, tries = NEW, 0
    while parcel.state is not ParcelState.FAILED:
        one = settle(parcel, Unsure(), parts=1, now=1000.0, between=1.0)
        parcel = Parcel(number=7, chat=CHAT, state=one.state, attempts=one.attempts, since=one.since)
        tries += 1
    assert tries == ATTEMPTS
    assert settle(DOUBTED, Sent("m"), parts=9, now=1000.0, between=1.0).attempts == 0


def test_doubts_grow_old() -> None:
    """After three tries, or most of a day, an uncertain one is not tried again; one without doubts always may be."""
    assert not hopeless(DOUBTED, 900 + DOUBT_SECONDS)
    assert hopeless(DOUBTED, 901 + DOUBT_SECONDS)
    assert hopeless(Parcel(number=7, chat=CHAT, state=ParcelState.UNSURE, attempts=3, since=900), 901)
    assert not hopeless(NEW, 10**10)


@pytest.mark.parametrize(
    ("tries", "expected"),
    [
        ([Try("one", Sent()), Try("two", Sent())], Settlement(number=7, state=ParcelState.WITHDRAWN)),
        (
            [Try("one", Sent()), Try("two", Refused("too_old"), Sent("two"))],
            Settlement(number=7, state=ParcelState.NOTED),
        ),
        (
            [Try("one", Refused("too_old"), Refused("too_old")), Try("two", Sent())],
            Settlement(number=7, state=ParcelState.TOO_OLD),
        ),
        (
            [Try("one", Refused("x"), Refused("gone")), Try("two", Sent())],
            Settlement(number=7, state=ParcelState.WITHDRAWN),
        ),
        ([Try("one", Gone()), Try("two", Sent())], Settlement(number=7, state=ParcelState.STUCK)),
        (
            [Try("one", Sent()), Try("two", Later(3))],
            Settlement(number=7, state=ParcelState.RECALL, due=1003, references=("two",)),
        ),
        ([Try("one", Later(3))], Settlement(number=7, state=ParcelState.RECALL, due=1003, references=("one", "two"))),
        (
            [Try("one", Unsure()), Try("two", Sent())],
            Settlement(number=7, state=ParcelState.RECALL, due=1020, attempts=1, references=("one",)),
        ),
        ([], Settlement(number=7, state=ParcelState.STUCK)),
    ],
)
def test_taking_back_comes_to_its_worst_part(tries: list[Try], expected: Settlement) -> None:
    """Two messages: what still has to be tried stays, and otherwise the worst of both counts."""
    assert settle_recall(BACK, tries, 1000.0) == expected


def test_the_breaker_looks_at_two_hundred() -> None:
    """More than 5 % of the last 200 outcomes gone; what came before them does not count, nor what is not settled."""
    gone, sent = (Settlement(number=1, state=state) for state in (ParcelState.GONE, ParcelState.SENT))
    later = Settlement(number=1, state=ParcelState.TIMED)
    window = look_on("", [gone] * 10 + [later] * 50)
    assert (len(window), breaks(window)) == (10, False)
    assert breaks(look_on(window, [gone]))
    window = look_on(look_on(window, [sent] * 195), [gone] * 5)
    assert (len(window), window.count("1"), breaks(window)) == (200, 5, False)
    assert breaks(look_on(window, [gone] * 6))


@pytest.mark.parametrize(
    ("window", "broken"),
    [("", False), ("111", False), ("1110", True), ("1100", False), ("11111", True), ("0" * 90, False)],
)
def test_a_small_audience_breaks_at_its_end(window: str, *, broken: bool) -> None:
    """From four outcomes on, if more than half of them are gone."""
    assert breaks_at_end(window) is broken


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "zone", "now", "until"),
    [
        (None, None, "2026-12-01T10:00", None),
        ("22:00-07:30", None, "2026-12-01T10:00", None),
        ("22:00-07:30", None, "2026-12-01T14:00", "2026-12-01T23:30"),
        ("22:00-07:30", None, "2026-12-01T23:29", "2026-12-01T23:30"),
        ("22:00-07:30", None, "2026-12-01T23:30", None),
        ("13:00-15:00", "Europe/London", "2026-12-01T13:00", "2026-12-01T15:00"),
        ("13:00-15:00", "Europe/London", "2026-12-01T12:59", None),
        ("23:00-07:00", "Europe/London", "2026-03-28T23:30", "2026-03-29T06:00"),
        ("23:00-07:00", "Europe/London", "2026-10-24T22:30", "2026-10-25T07:00"),
        ("23:00-01:30", "Europe/London", "2026-03-29T00:30", "2026-03-29T01:30"),
    ],
)
def test_quiet_hours_end_where_the_chat_lives(quiet: str | None, zone: str | None, now: str, until: str | None) -> None:
    """In the chat's own zone or the configured one, over midnight, and on the days that lose or gain an hour."""
    chat = Chat(address=CHAT.address, quiet=quiet, timezone=zone)
    assert quiet_until(chat, at(now), "Asia/Hong_Kong") == (None if until is None else at(until))


def test_quiet_hours_always_end_later() -> None:
    """Whatever the hour, the end lies ahead, within a day and an hour."""
    random = Random(1)
    for _ in range(3000):
        begin, end = random.sample(range(24 * 60), 2)
        hours = f"{begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}"
        chat = Chat(address=CHAT.address, quiet=hours, timezone=random.choice(("Europe/London", "America/New_York")))
        now = datetime.fromtimestamp(1_790_000_000 + random.randrange(32_000_000), UTC)
        until = quiet_until(chat, now, "UTC")
        assert until is None or 0 < (until - now).total_seconds() <= 25 * 3600
