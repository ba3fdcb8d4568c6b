"""Moments as whole hours since 1970: as much as pruning needs, and no more than that about when somebody spoke."""

from datetime import datetime

SECONDS = 3600


def hour_of(moment: datetime) -> int:
    """The hour that the moment lies in."""
    return int(moment.timestamp()) // SECONDS
