"""Rooms that others replace: the tombstone is noted with the sync that brings it, and followed afterwards.

Followed is only a room that names the old one as its predecessor. Else whoever may end one room could lay its choices
over those of any other, or have the bot speak where nobody asked for it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, urlencode

import structlog

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.power import Tombstone
from bot.platforms.matrix.vault import Vault
from bot.platforms.matrix.verdicts import Declined
from bot.ports import Clock

_SCHEMA = """
CREATE TABLE IF NOT EXISTS successions (
    old TEXT PRIMARY KEY,
    new TEXT NOT NULL,
    event TEXT NOT NULL,
    sender TEXT NOT NULL,
    said INTEGER NOT NULL,
    stage TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    at REAL NOT NULL,
    due REAL NOT NULL
)
"""
_MOST_TRIES = 8
"""Of joining without an invitation; one that comes later is followed all the same."""
_FIRST_WAIT = 2.0
_SEEN_SECONDS = 60.0
"""Before a joining that no sync has shown is tried once more."""
_GRACE_SECONDS = 7 * 86_400.0
"""For how long the bot waits in an old room that everybody has left."""


class Stage(StrEnum):
    """How far it is with a succession."""

    WANTED = "wanted"
    """The bot is not in the new room yet."""
    DONE = "done"
    """The rules are told; what is left is to leave the old room."""
    REFUSED = "refused"
    """The new room does not say that it replaces the old one, which is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """One room that another replaces."""

    old: str = field(repr=False)
    new: str = field(repr=False)
    event: str = field(repr=False)
    sender: str = field(repr=False)
    said: int
    """When it was said, in milliseconds since 1970."""
    stage: Stage


class Successions:
    """The table. A row stays for as long as the bot is in the old room."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        vault.ask(_SCHEMA)

    def note(self, old: str, stone: Tombstone) -> None:
        """The room has ended. The same tombstone again changes nothing; another one begins anew."""
        if stone.replacement == old or self._vault.ask(
            "SELECT 1 FROM successions WHERE old = ? AND event = ?", old, stone.event
        ):
            return
        now = self._clock.now().timestamp()
        self._vault.ask(
            "INSERT OR REPLACE INTO successions (old, new, event, sender, said, stage, at, due) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(old, stone.replacement, stone.event, stone.sender, stone.at, Stage.WANTED, now, now),
        )

    def drop(self, old: str) -> None:
        """The bot is not in the old room any more."""
        self._vault.ask("DELETE FROM successions WHERE old = ?", old)

    def mark(self, succession: Succession, stage: Stage) -> None:
        """It has come so far."""
        self._vault.ask("UPDATE successions SET stage = ? WHERE old = ?", stage, succession.old)

    def open(self) -> list[Succession]:
        """Those that are not settled, oldest first."""
        return self._list("stage = ? ORDER BY at, old", Stage.WANTED)

    def find_heir(self, new: str) -> Succession | None:
        """The succession by which the rules were told that this room replaces another."""
        found = self._list("new = ? AND stage = ? ORDER BY at, old", new, Stage.DONE)
        return found[0] if found else None

    def expects(self, new: str) -> Succession | None:
        """The open succession that leads to this room."""
        return next((succession for succession in self.open() if succession.new == new), None)

    def waits_in(self, old: str) -> bool:
        """Whether the bot shall stay in the old room though nobody else is there, for an invitation to the new one."""
        since = self._clock.now().timestamp() - _GRACE_SECONDS
        return bool(
            self._vault.ask(
                "SELECT 1 FROM successions WHERE old = ? AND stage = ? AND at > ?", old, Stage.WANTED, since
            )
        )

    def next_due(self) -> float | None:
        """When the next joining is due, in POSIX seconds."""
        due: float | None = self._vault.ask(
            "SELECT MIN(due) FROM successions WHERE stage = ? AND tries < ?", Stage.WANTED, _MOST_TRIES
        )[0][0]
        return due

    async def settle(self, client: Client, rooms: Collection[str]) -> None:
        """Join what is due, ``rooms`` being those that the bot is in.

        Raises Unanswered; a refusal by the homeserver is tried again later, and then no more.
        """
        rows = self._vault.ask(
            "SELECT old, new, sender, tries FROM successions WHERE stage = ? AND tries < ? AND due <= ? ORDER BY due",
            *(Stage.WANTED, _MOST_TRIES, self._clock.now().timestamp()),
        )
        for old, new, sender, tries in rows:
            if new not in rooms:
                await self._join(client, old, new, sender, tries)

    async def _join(self, client: Client, old: str, new: str, sender: str, tries: int) -> None:
        server = sender.partition(":")[2]
        query = urlencode({"via": server, "server_name": server})  # the older name of the same
        try:
            await client.call("POST", f"/join/{quote(new, safe='')}?{query}", {})
        except Declined as refusal:
            if refusal.token_refused:
                raise
            wait = refusal.retry_after if refusal.limited else _FIRST_WAIT * 2**tries
            due = self._clock.now().timestamp() + wait
            more = 0 if refusal.limited else 1
            self._vault.ask("UPDATE successions SET due = ?, tries = tries + ? WHERE old = ?", due, more, old)
            if tries + more == _MOST_TRIES:
                structlog.get_logger().warning("matrix_replacement_closed", code=refusal.code)
            return
        due = self._clock.now().timestamp() + _SEEN_SECONDS
        self._vault.ask("UPDATE successions SET due = ? WHERE old = ?", due, old)

    def _list(self, condition: str, *values: object) -> list[Succession]:
        rows = self._vault.ask(
            f"SELECT old, new, event, sender, said, stage FROM successions WHERE {condition}",  # noqa: S608 - ours
            *values,
        )
        return [
            Succession(old=old, new=new, event=event, sender=sender, said=said, stage=Stage(stage))
            for old, new, event, sender, said, stage in rows
        ]
