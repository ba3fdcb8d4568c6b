"""How a person's device keeps up: one sync after the other, through the homeserver's outages."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self, TypeVar

import aiohttp

from tests.wires.matrix.device import Device, Unreadable
from tests.wires.matrix.line import Json, Line, Refused
from tests.wires.matrix.rooms import Rooms
from tests.wires.matrix.signing import Identity
from tests.wires.matrix.timeline import Timeline

T = TypeVar("T")
PATIENCE = 20.0  # seconds; an encrypted round trip takes a tenth of one on an idle machine

_FILTER = '{"presence":{"types":[]},"room":{"timeline":{"limit":20},"ephemeral":{"types":[]}}}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An event that the person's device got and cannot show."""

    room: str
    event_id: str
    sender: str
    reason: str


class Listener(Rooms):
    """A user on one device, listening from `arrives` until `close`.

    `invitations` maps rooms that wait for an answer to who invited; `members` maps each room's users to their
    membership. `identity` is None for a person who never set cross-signing up.
    """

    def __init__(self, line: Line, device: Device, identity: Identity | None) -> None:
        super().__init__(line, device.user_id)
        self.device = device
        self.identity = identity
        self.invitations: dict[str, str] = {}
        self.members: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.encrypted_rooms: set[str] = set()
        self._timelines: defaultdict[str, Timeline] = defaultdict(Timeline)
        self._earlier: dict[str, str | None] = {}
        self._since: str | None = None
        self._changed = asyncio.Event()
        self._reading = asyncio.Lock()
        self._listening: asyncio.Task[None] | None = None

    @property
    def unreadable(self) -> list[Problem]:
        """Everything encrypted that this device has not been able to read so far, with the reason."""
        return [
            Problem(
                room=room,
                event_id=entry.event["event_id"],
                sender=entry.event["sender"],
                reason=entry.problem or "",
            )
            for room, timeline in self._timelines.items()
            for entry in timeline.unreadable()
        ]

    async def arrives(self) -> None:
        """Sync once, then listen in the background."""
        await self._sync("0")
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Put the phone away: no logout, the device stays known."""
        try:
            if self._listening is not None:
                self._listening.cancel()
                with suppress(asyncio.CancelledError):
                    await self._listening
        finally:
            await self.line.close()

    async def until(
        self, condition: Callable[[], T | Literal[False] | None], what: str, *, seconds: float = PATIENCE
    ) -> T:
        """Return what `condition` gives once that is true, looking again after each sync."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            if self._listening is not None and self._listening.done():
                self._listening.result()
            changed = self._changed
            if value := condition():
                return value
            try:
                await asyncio.wait_for(changed.wait(), end - asyncio.get_running_loop().time())
            except TimeoutError:
                shown = {room: [seen.body for seen in line.messages()] for room, line in self._timelines.items()}
                raise AssertionError(f"waited in vain: {what}; shown: {shown}; unreadable: {self.unreadable}") from None

    async def pages_back(self, room: str, limit: int = 100) -> int:
        """Fetch what stands before the oldest event and return how many there were; 0 at the beginning."""
        token = self._earlier.get(room)
        if token is None:
            return 0
        query = {"dir": "b", "from": token, "limit": str(limit)}
        answer = await self.line.ask("GET", "rooms", room, "messages", query=query)
        self._earlier[room] = answer.get("end")
        self._timelines[room].add(answer["chunk"][::-1], before=True)
        await self._read()
        return len(answer["chunk"])

    async def _listen(self) -> None:
        wait = "30000"
        while True:
            try:
                await self._sync(wait)
                wait = "30000"
            except (aiohttp.ClientError, TimeoutError, Refused) as trouble:
                if isinstance(trouble, Refused) and trouble.status < 500:
                    raise
                await asyncio.sleep(0.1)
                wait = "0"  # something may be left to do

    async def _sync(self, wait: str) -> None:
        query = {"timeout": wait, "filter": _FILTER} | ({"since": self._since} if self._since else {})
        answer = await self.line.ask("GET", "sync", query=query)
        rooms = answer.get("rooms", {})
        gaps = {room: await self._fill(room, news["timeline"]) for room, news in rooms.get("join", {}).items()}
        await self.device.receive(answer)
        for room, news in rooms.get("invite", {}).items():
            self._learn(room, news["invite_state"]["events"])
            self.invitations[room] = next(
                event["sender"]
                for event in news["invite_state"]["events"]
                if event["type"] == "m.room.member" and event["state_key"] == self.user_id
            )
        for room, news in (rooms.get("join", {}) | rooms.get("leave", {})).items():
            self.invitations.pop(room, None)
            events = [*gaps.get(room, []), *news["timeline"]["events"]]
            self._learn(room, [*news.get("state", {}).get("events", []), *events])
            self._earlier.setdefault(room, news["timeline"].get("prev_batch"))
            self._timelines[room].add(events)
        self._since = answer["next_batch"]
        try:
            await self.device.settle()
            await self._read()
        finally:
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()

    async def _fill(self, room: str, timeline: Json) -> list[Json]:
        """What a sync has left out between the last one and its own events."""
        found: list[Json] = []
        token = timeline.get("prev_batch") if timeline.get("limited") and room in self._earlier else None
        while token is not None and self._since is not None:
            query = {"dir": "b", "from": token, "to": self._since, "limit": "100"}
            answer = await self.line.ask("GET", "rooms", room, "messages", query=query)
            found = answer["chunk"][::-1] + found
            token = answer.get("end")
        return found

    def _learn(self, room: str, events: list[Json]) -> None:
        for event in events:
            if event["type"] == "m.room.member" and "state_key" in event:
                self.members[room][event["state_key"]] = event["content"]["membership"]
            elif event["type"] == "m.room.encryption":
                self.encrypted_rooms.add(room)

    async def _read(self) -> None:
        """Try all that could not be read so far: its key may have come."""
        async with self._reading:
            for room, timeline in list(self._timelines.items()):
                for entry in timeline.unreadable():
                    try:
                        entry.event = await self.device.decrypt(room, entry.event)
                        entry.problem = None
                    except Unreadable as unreadable:
                        entry.problem = str(unreadable)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
