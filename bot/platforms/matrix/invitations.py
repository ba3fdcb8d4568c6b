"""Invitations: noted with the sync that brings them, accepted or declined afterwards by the operator's policy."""

from collections import deque
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote

import structlog

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.options import Invites
from bot.platforms.matrix.vault import Vault
from bot.platforms.matrix.verdicts import Declined
from bot.ports import Clock

_SCHEMA = """
CREATE TABLE IF NOT EXISTS invites (
    room TEXT PRIMARY KEY,
    inviter TEXT NOT NULL,
    joined INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL
)
"""
_DUE = """
SELECT room, inviter, tries FROM invites WHERE joined = 0 AND due <= ?
ORDER BY ROW_NUMBER() OVER (PARTITION BY inviter ORDER BY due), due
"""
_AT_ONCE = 20
"""Between which the other chores have their turn."""
_MOST_WAITING = 1_000
"""Invitations that may wait for their hour; further ones are declined."""
_MOST_TRIES = 8
_FIRST_WAIT = 2.0


class Invitations:
    """The table, and what is done about it. A row stays until our own joining was seen, or the invitation is gone."""

    def __init__(self, vault: Vault, policy: Invites, clock: Clock) -> None:
        self._vault = vault
        self._policy = policy
        self._clock = clock
        self._accepted: deque[datetime] = deque()
        vault.ask(_SCHEMA)

    def note(self, room: str, inviter: str) -> None:
        """An invitation came; one that waits already is replaced."""
        now = self._clock.now().timestamp()
        self._vault.ask("INSERT OR REPLACE INTO invites (room, inviter, due) VALUES (?, ?, ?)", room, inviter, now)

    def knows(self, room: str) -> bool:
        """Whether the bot was invited there and has not been seen to join yet."""
        return bool(self._vault.ask("SELECT 1 FROM invites WHERE room = ?", room))

    def find(self, room: str) -> str | None:
        """Who invited the bot there, if it was and has not been seen to join yet."""
        rows = self._vault.ask("SELECT inviter FROM invites WHERE room = ?", room)
        return str(rows[0][0]) if rows else None

    def drop(self, room: str) -> None:
        """We are in, or the invitation was taken back."""
        self._vault.ask("DELETE FROM invites WHERE room = ?", room)

    async def settle(self, client: Client, expected: Collection[str] = ()) -> bool:
        """Accept or decline what is due, some at a time; whether there is more. Who invites little comes first.

        Rooms that are ``expected``, since they replace others, are accepted whoever invites there and whatever the
        hour. Raises Unanswered; a refusal by the homeserver is tried again later.
        """
        rows = self._vault.ask(_DUE, self._clock.now().timestamp())
        done = 0
        for position, (room, inviter, tries) in enumerate(rows):
            if done == _AT_ONCE:
                return True
            welcome = is_welcome(inviter, self._policy.allow_servers) and position < _MOST_WAITING
            if room in expected and tries < _MOST_TRIES:
                await self._accept(client, room, tries)
            elif not welcome or tries >= _MOST_TRIES:
                await self._decline(client, room)
            elif self._has_room_this_hour():
                await self._accept(client, room, tries)
                self._accepted.append(self._clock.now())
            else:
                continue
            done += 1
        return False

    def _has_room_this_hour(self) -> bool:
        while self._accepted and self._accepted[0] <= self._clock.now() - timedelta(hours=1):
            self._accepted.popleft()
        return len(self._accepted) < self._policy.per_hour

    async def _accept(self, client: Client, room: str, tries: int) -> None:
        try:
            await client.call("POST", f"/rooms/{quote(room, safe='')}/join", {})
        except Declined as refusal:
            if refusal.token_refused:
                raise
            wait = refusal.retry_after if refusal.limited else _FIRST_WAIT * 2**tries
            due = self._clock.now().timestamp() + wait
            more = 0 if refusal.limited else 1
            self._vault.ask("UPDATE invites SET due = ?, tries = tries + ? WHERE room = ?", due, more, room)
            return
        self._vault.ask("UPDATE invites SET joined = 1 WHERE room = ?", room)

    async def _decline(self, client: Client, room: str) -> None:
        """Tell the homeserver, which tells the inviter; what it says about it does not matter."""
        structlog.get_logger().debug("matrix_invitation_declined")
        try:
            await client.call("POST", f"/rooms/{quote(room, safe='')}/leave", {})
        except Declined as refusal:
            if refusal.limited or refusal.token_refused:
                return
        self.drop(room)


def find_inviter(events: Sequence[Any], own: str) -> str | None:
    """Who invited us, by the invitation's own events."""
    for event in events:
        if getattr(event, "membership", None) == "invite" and getattr(event, "state_key", None) == own:
            return str(event.sender)
    return None


def is_welcome(inviter: str, patterns: Sequence[str]) -> bool:
    """Whether the inviter's homeserver is one of those allowed."""
    server = inviter.partition(":")[2].lower()
    return any(fnmatchcase(server, pattern) for pattern in patterns)
