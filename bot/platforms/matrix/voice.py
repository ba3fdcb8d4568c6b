"""How an event leaves: in its turn, encrypted where the room is, its repeats made one by a transaction id."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.departures import Step, dismiss
from bot.platforms.matrix.keys import Keyring
from bot.platforms.matrix.outgoing import Content, write_json
from bot.platforms.matrix.pace import Pace
from bot.platforms.matrix.verdicts import MUTED, Declined, Unanswered


@dataclass(frozen=True, slots=True)
class Line:
    """A client whose rooms are known, and what keeps its keys."""

    client: Client
    keys: Keyring


class Voice:
    """Sends events. ``line`` is None until the first sync has told which rooms there are and which are encrypted.

    ``away`` is set while the homeserver is known not to answer: nothing is tried then but the sync.

    Raises Unanswered and Declined; after either, the same call may be made again. Not for two events of one room at
    once.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._rooms: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.line: Line | None = None
        self.away = False
        self.synced: datetime | None = None
        """When the homeserver last told what is new."""

    def lock(self, room: str) -> asyncio.Lock:
        """Held by whoever speaks in that room, since events of one room go out one after the other."""
        return self._rooms[room]

    def find_room(self, room: str) -> Any:
        """The room as nio knows it. Raises Unanswered before the first sync, Declined where we are not in it."""
        found = self._line().client.rooms.get(room)
        if found is None:
            raise Declined(404, "M_NOT_FOUND")
        return found

    async def say(self, room: str, kind: str, content: Content, transaction: str) -> str:
        """Send one event; its id. Reactions are not encrypted anywhere: Matrix has no way to."""
        self.find_room(room)
        await self._pace.turn()
        known, line = self.find_room(room), self._line()
        try:
            if known.encrypted and kind != "m.reaction":
                await line.keys.prepare(known)
                kind, content = "m.room.encrypted", encrypt(line.client, room, kind, content)
            path = f"/rooms/{quote(room, safe='')}/send/{kind}/{transaction}"
            answer = await line.client.call("PUT", path, content)
        except Declined as refusal:
            self._note(refusal)
            if refusal.code == "M_FORBIDDEN" and await self._is_member(room):
                raise Declined(refusal.status, MUTED) from None
            raise
        self._pace.recover()
        if not isinstance(answer.get("event_id"), str):
            raise Unanswered
        return str(answer["event_id"])

    async def redact(self, room: str, event: str, transaction: str) -> None:
        """Take one of our own events away; harmless where it is not there or not ours."""
        self.find_room(room)
        await self._pace.turn()
        path = f"/rooms/{quote(room, safe='')}/redact/{quote(event, safe='')}/{transaction}"
        try:
            await self._line().client.call("PUT", path, {})
        except Declined as refusal:
            self._note(refusal)
            if refusal.limited or refusal.token_refused:
                raise

    async def leave(self, room: str) -> None:
        """Go out of that room; being out already is as good."""
        await dismiss(self._line().client, room, Step.LEAVE)

    async def _is_member(self, room: str) -> bool:
        """Whether the homeserver takes us for one, now."""
        client = self._line().client
        try:
            path = f"/rooms/{quote(room, safe='')}/state/m.room.member/{quote(client.user_id, safe='')}"
            return (await client.call("GET", path)).get("membership") == "join"
        except Declined as refusal:
            if refusal.limited or refusal.token_refused:
                raise
            return False

    def _line(self) -> Line:
        if self.line is None or self.away:
            raise Unanswered
        return self.line

    def _note(self, refusal: Declined) -> None:
        if refusal.limited:
            self._pace.hold(refusal.retry_after)


def encrypt(client: Client, room: str, kind: str, content: Content) -> Content:
    """The event's content as the room's devices can read it. Relations stay in the open, where the server needs them.

    The room key must have been shared, with no await since.
    """
    machine = client.machine
    session = machine.outbound_group_sessions[room]
    hidden = {name: value for name, value in content.items() if name != "m.relates_to"}
    payload = write_json({"type": kind, "content": hidden, "room_id": room}).decode()
    sealed: Content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "sender_key": machine.account.identity_keys["curve25519"],
        "ciphertext": session.encrypt(payload),
        "session_id": session.id,
        "device_id": client.device_id,
    }
    if "m.relates_to" in content:
        sealed["m.relates_to"] = content["m.relates_to"]
    return sealed
