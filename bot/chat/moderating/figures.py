"""Audiences as numbers that point at nobody: rounded to tens, and groups under ten hidden."""

from collections.abc import Mapping

SMALLEST = 10
"""Groups below this are not told apart from each other."""


def rounded(count: int) -> str:
    """``730`` for 734, ``<10`` for a few, ``0`` for none."""
    if count == 0:
        return "0"
    return f"<{SMALLEST}" if count < SMALLEST else str(count // SMALLEST * SMALLEST)


def by_platform(audience: Mapping[tuple[str, str | None], int]) -> dict[str, int]:
    """How many chats there are on each network."""
    sums: dict[str, int] = {}
    for (platform, _), count in audience.items():
        sums[platform] = sums.get(platform, 0) + count
    return dict(sorted(sums.items()))


def by_language(audience: Mapping[tuple[str, str | None], int]) -> dict[str, int]:
    """How many chats chose each language; under the empty tag those that chose none."""
    sums: dict[str, int] = {}
    for (_, language), count in audience.items():
        sums[language or ""] = sums.get(language or "", 0) + count
    return dict(sorted(sums.items()))
