"""Whoever alters the audit is found out, at every position and in every way that a database allows."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.moderator import CLOCK, OPERATOR
from tests.storage.stage import FILE, Ground, ground

DEEDS = 12

Alteration = Callable[[sqlite3.Connection, int], object]

ALTERATIONS: dict[str, Alteration] = {
    "its moment": lambda db, n: db.execute("UPDATE audit SET moment = moment + 1 WHERE id = ?", (n,)),
    "its doer": lambda db, n: db.execute("UPDATE audit SET actor = 'moderator 9' WHERE id = ?", (n,)),
    "the deed": lambda db, n: db.execute("UPDATE audit SET deed = 'hold' WHERE id = ?", (n,)),
    "its post": lambda db, n: db.execute("UPDATE audit SET post = 99 WHERE id = ?", (n,)),
    "no post": lambda db, n: db.execute("UPDATE audit SET post = NULL WHERE id = ?", (n,)),
    "its detail": lambda db, n: db.execute("UPDATE audit SET detail = zeroblob(40) WHERE id = ?", (n,)),
    "another's detail": lambda db, n: db.execute(
        "UPDATE audit SET detail = (SELECT detail FROM audit WHERE id = ?) WHERE id = ?", (n % DEEDS + 1, n)
    ),
    "its link": lambda db, n: db.execute("UPDATE audit SET link = zeroblob(32) WHERE id = ?", (n,)),
    "removed": lambda db, n: db.execute("DELETE FROM audit WHERE id = ?", (n,)),
    "all from there removed": lambda db, n: db.execute("DELETE FROM audit WHERE id >= ?", (n,)),
    "all up to there removed": lambda db, n: db.execute("DELETE FROM audit WHERE id <= ?", (n,)),
    "moved to the end": lambda db, n: db.execute("UPDATE audit SET id = 99 WHERE id = ?", (n,)),
    "another in its place": lambda db, n: (
        db.execute("DELETE FROM audit WHERE id = ?", (n,)),
        db.execute(
            "INSERT INTO audit SELECT ?, moment, actor, deed, post, detail, link FROM audit WHERE id = ?",
            (n, n % DEEDS + 1),
        ),
    ),
    "one more behind it": lambda db, n: db.execute(
        "INSERT INTO audit SELECT 99, moment, actor, deed, post, detail, link FROM audit WHERE id = ?", (n,)
    ),
    "the ends forgotten": lambda db, n: db.execute("DELETE FROM notes WHERE name = 'audit' AND ?", (n,)),
}


EXPECTED = {"all up to there removed": 1, "one more behind it": 99, "the ends forgotten": 1}
"""Where it shows, if not at the position itself."""


async def write(place: Ground) -> None:
    """Three deeds that are pruned, and those that stay."""
    store = place.open()
    for rank in range(DEEDS + 3):
        actor = CLOCK if rank % 2 else OPERATOR
        await store.do(lambda tx, a=actor, r=rank: tx.audit.write(a, f"deed {r}", post=r, detail=f"detail {r}"))  # type: ignore[misc]
        place.clock.moment += timedelta(minutes=1)
    store.close()


@pytest.mark.parametrize("alteration", ALTERATIONS)
async def test_every_alteration_is_noticed_at_every_position(
    alteration: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Of twelve entries each in turn: verification names the first position that is not as it was written."""
    place = ground(FILE, tmp_path, request)
    await write(place)
    whole = place.database.read_bytes()
    store = place.open()
    inspection = await store.do(lambda tx: tx.audit.verify())
    assert (inspection.deeds, inspection.broken) == (DEEDS + 3, None)
    store.close()
    for position in range(1, DEEDS + 1):
        place.database.write_bytes(whole)
        with closing(sqlite3.connect(place.database)) as connection, connection:
            ALTERATIONS[alteration](connection, position)
        store = place.open()
        broken = (await store.do(lambda tx: tx.audit.verify())).broken
        store.close()
        shows = EXPECTED.get(alteration)
        assert broken == (position if shows is None else shows)
    place.clear()
