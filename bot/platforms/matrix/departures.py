"""Rooms to leave, and rooms to forget: durable wishes, done once the rules have heard all that came from there."""

from enum import StrEnum
from urllib.parse import quote

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.inbox import Sort
from bot.platforms.matrix.vault import Vault
from bot.platforms.matrix.verdicts import Declined
from bot.ports import Clock

_SCHEMA = """
CREATE TABLE IF NOT EXISTS departures (
    room TEXT PRIMARY KEY,
    step TEXT NOT NULL,
    due REAL NOT NULL
)
"""


class Step(StrEnum):
    """What is asked of the homeserver."""

    LEAVE = "leave"
    """To take us out of a room."""
    FORGET = "forget"
    """To drop a room that we are not in any more: its past, and that we were there."""


class Departures:
    """The table, and what is done about it."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        vault.ask(_SCHEMA)

    def wish(self, room: str, step: Step, after: float = 0.0) -> None:
        """The room is to be left or forgotten, in so many seconds at the earliest."""
        due = self._clock.now().timestamp() + after
        self._vault.ask("INSERT OR REPLACE INTO departures (room, step, due) VALUES (?, ?, ?)", room, step, due)

    def drop(self, room: str) -> None:
        """We are in that room again, and stay."""
        self._vault.ask("DELETE FROM departures WHERE room = ?", room)

    def is_leaving(self, room: str) -> bool:
        """Whether the bot is on its way out of that room."""
        return bool(self._vault.ask("SELECT 1 FROM departures WHERE room = ? AND step = ?", room, Step.LEAVE))

    def next_due(self) -> float | None:
        """When the next one is due, in POSIX seconds."""
        due: float | None = self._vault.ask("SELECT MIN(due) FROM departures")[0][0]
        return due

    async def settle(self, client: Client) -> None:
        """Leave and forget what is due, but for rooms of which the rules have not heard everything yet.

        Raises Unanswered, or Declined where the homeserver limits. A room that is gone already is as good.
        """
        rows = self._vault.ask(
            "SELECT room, step FROM departures WHERE due <= ? "
            "AND room NOT IN (SELECT room FROM inbox WHERE sort != ?) ORDER BY due",
            self._clock.now().timestamp(),
            Sort.SEALED,
        )
        for room, step in rows:
            await dismiss(client, room, step)
            self._vault.ask("DELETE FROM departures WHERE room = ? AND step = ?", room, step)
            self._vault.wipe_traces()


async def dismiss(client: Client, room: str, step: str) -> None:
    """Leave or forget a room. Raises Unanswered, or Declined where the homeserver limits."""
    try:
        await client.call("POST", f"/rooms/{quote(room, safe='')}/{step}", {})
    except Declined as refusal:
        if refusal.limited or refusal.token_refused:
            raise
