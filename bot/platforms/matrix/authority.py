"""Whether a person may set what the bot says in a room: by the state as it was told, or asked for where that is old."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.verdicts import Declined, Unanswered
from bot.platforms.matrix.voice import Voice
from bot.ports import Clock

_FRESH = timedelta(seconds=20)
"""While a sync waits, news comes at once; of a line that has gone dead nobody would hear."""
_PATIENCE_SECONDS = 5.0


class Authority:
    """Asks for nothing that the last sync told."""

    def __init__(self, voice: Voice, clock: Clock) -> None:
        self._voice = voice
        self._clock = clock

    async def may_set(self, room: str, person: str) -> bool | None:
        """Whether that member's power level is 50 or more. None where nothing fresh is known in time.

        Whoever is not in the room, or only invited, may set nothing; nor may anybody where the bot is not.
        """
        line, synced = self._voice.line, self._voice.synced
        if line is None or synced is None:
            return None
        client = line.client
        if room not in client.rooms:
            return False
        if self._clock.now() - synced <= _FRESH:
            known = client.rooms[room]
            joined = person in known.users and person not in known.invited_users
            return joined and client.charters[room].may_set(person)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await _ask(client, room, person)
        except (TimeoutError, Unanswered, Declined):
            return None


async def _ask(client: Client, room: str, person: str) -> bool:
    membership = await _fetch(client, room, f"m.room.member/{quote(person, safe='')}")
    if membership is None or membership.get("membership") != "join":
        return False
    charter = replace(client.charters[room], levels=await _fetch(client, room, "m.room.power_levels"))
    return charter.may_set(person)


async def _fetch(client: Client, room: str, what: str) -> dict[str, Any] | None:
    """The content of a piece of state; None where there is none."""
    try:
        return await client.call("GET", f"/rooms/{quote(room, safe='')}/state/{what}")
    except Declined as refusal:
        if refusal.code == "M_NOT_FOUND":
            return None
        raise
