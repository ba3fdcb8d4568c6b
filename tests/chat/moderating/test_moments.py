"""An exact moment is read in its zone or in the moderator's; nothing is guessed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.chat.moderating.moments import Moment, Trouble, find_zone, read_exact

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
HONG_KONG, LONDON, APIA = (ZoneInfo(name) for name in ("Asia/Hong_Kong", "Europe/London", "Pacific/Apia"))


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("2026-12-10 18:00", HONG_KONG, datetime(2026, 12, 10, 10, 0, tzinfo=UTC)),
        ("  2026-12-10   18:00 ", HONG_KONG, datetime(2026, 12, 10, 10, 0, tzinfo=UTC)),
        ("2026-12-10 18:00 Europe/London", HONG_KONG, datetime(2026, 12, 10, 18, 0, tzinfo=UTC)),
        ("2026-12-10 18:00 europe/london", HONG_KONG, datetime(2026, 12, 10, 18, 0, tzinfo=UTC)),
        ("2026-12-10 18:00 UTC", HONG_KONG, datetime(2026, 12, 10, 18, 0, tzinfo=UTC)),
        ("2026-7-1 9:05", LONDON, datetime(2026, 7, 1, 8, 5, tzinfo=UTC)),
        ("2026-10-25 00:59", LONDON, datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        ("2026-10-25 02:00", LONDON, datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        ("2027-03-28 02:00", LONDON, datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("2028-02-29 00:00", HONG_KONG, datetime(2028, 2, 28, 16, 0, tzinfo=UTC)),
        ("2026-06-01 12:01 UTC", HONG_KONG, datetime(2026, 6, 1, 12, 1, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read(text: str, zone: ZoneInfo, at: datetime) -> None:
    """By the wall clock of its zone, also on the days when that changes."""
    found = read_exact(text, zone, NOW)
    assert isinstance(found, Moment)
    assert found.at == at
    assert found.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("", Trouble.FORM),
        ("tomorrow", Trouble.FORM),
        ("18:00", Trouble.FORM),
        ("2026-12-10", Trouble.FORM),
        ("2026-12-10T18:00", Trouble.FORM),
        ("26-12-10 18:00", Trouble.FORM),
        ("2026-13-01 18:00", Trouble.FORM),
        ("2027-02-29 18:00", Trouble.FORM),
        ("2026-12-10 24:00", Trouble.FORM),
        ("2026-12-10 18:60", Trouble.FORM),
        ("0000-12-10 18:00", Trouble.FORM),
        ("2026-12-10 18:00 Europe/London now", Trouble.FORM),
        ("2026-12-10 18:00 Nowhere/Land", Trouble.ZONE),
        ("2026-12-10 18:00 ../../etc/passwd", Trouble.ZONE),
        ("2026-06-01 12:00 UTC", Trouble.PAST),
        ("1999-12-10 18:00", Trouble.PAST),
        ("2026-10-25 01:30", Trouble.TWICE),
        ("2026-10-25 01:00", Trouble.TWICE),
        ("2027-03-28 01:00", Trouble.SKIPPED),
        ("2027-03-28 01:59", Trouble.SKIPPED),
    ],
)
def test_what_names_no_moment_is_refused_with_the_reason(text: str, trouble: Trouble) -> None:
    """Loose forms, dates that are none, zones that nobody knows, hours that are over, skipped or doubled."""
    assert read_exact(text, LONDON, NOW) is trouble


def test_the_edges_of_time_are_no_fault() -> None:
    """The last year that there is, in any zone, and a day that a country left out."""
    assert isinstance(read_exact("9999-12-30 23:59", HONG_KONG, NOW), Moment)
    assert read_exact("9999-12-31 23:59", ZoneInfo("Pacific/Pago_Pago"), NOW) is Trouble.FORM
    assert read_exact("2011-12-30 12:00", APIA, datetime(2011, 1, 1, tzinfo=UTC)) is Trouble.SKIPPED


def test_zones_are_found_in_any_case() -> None:
    """By their IANA names alone."""
    assert find_zone("asia/hong_kong") == HONG_KONG
    assert find_zone("Hong Kong") is None
