"""An exact local moment, read: ``2026-12-01 18:00`` with or without a zone's name. Nothing is guessed."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

_EXACT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{2})(?: (\S+))?")


class Trouble(StrEnum):
    """Why a moment cannot be taken as it was said."""

    FORM = "form"
    """It is not written so."""
    ZONE = "zone"
    """No time zone has that name."""
    PAST = "past"
    """It is over."""
    SKIPPED = "skipped"
    """The clocks go forward over it: there is no such hour."""
    TWICE = "twice"
    """The clocks go back: there are two such hours."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment and the zone that it was said in."""

    at: datetime
    """In UTC."""
    zone: ZoneInfo


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of that IANA name, in any case."""
    found = {zone.casefold(): zone for zone in available_timezones()}.get(name.casefold())
    return ZoneInfo(found) if found else None


def read_exact(text: str, zone: ZoneInfo, now: datetime) -> Moment | Trouble:
    """The moment that the text names in its own zone, or in this one; or why there is none."""
    match = _EXACT.fullmatch(" ".join(text.split()))
    if match is None:
        return Trouble.FORM
    if match[6]:
        named = find_zone(match[6])
        if named is None:
            return Trouble.ZONE
        zone = named
    try:
        local = datetime(*(int(part) for part in match.groups()[:5]))  # type: ignore[arg-type] # noqa: DTZ001 - a zone follows
    except ValueError:
        return Trouble.FORM
    return resolve(local, zone, now)


def resolve(local: datetime, zone: ZoneInfo, now: datetime) -> Moment | Trouble:
    """The moment of a wall clock's reading in a zone, or why it names none or two, or one that is over."""
    try:
        early, late = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError:  # the last hours of the year 9999
        return Trouble.FORM
    if early.astimezone(zone).replace(tzinfo=None) != local:
        return Trouble.SKIPPED
    if early != late:
        return Trouble.TWICE
    return Trouble.PAST if early <= now else Moment(early, zone)
