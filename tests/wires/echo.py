"""A tiny bot of nio's own making, to try the tests' people on: it joins, and says back what it hears."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from nio import (
    AsyncClient,
    AsyncClientConfig,
    InviteMemberEvent,
    MatrixRoom,
    MegolmEvent,
    RoomMessageText,
    RoomSendResponse,
)
from nio.store import SqliteMemoryStore

from tests.wires.matrix import Identity
from tests.wires.matrix.line import Json, Line
from tests.wires.synapse import Synapse


class Echo:
    """The bot, from `async with` on; `heard` and `deaf` count what it could and could not read."""

    def __init__(self, synapse: Synapse, url: str | None = None) -> None:
        self.account = synapse.register(synapse.fresh("echo"))
        self.user_id = self.account.user_id
        self.identity = Identity(self.user_id)
        self.heard: list[str] = []
        self.deaf = 0
        self._synapse = synapse
        config = AsyncClientConfig(store=SqliteMemoryStore, max_timeouts=3)
        self.client = AsyncClient(url or synapse.url, self.user_id, config=config)
        self._task: asyncio.Task[None] | None = None

    async def signs(self) -> None:
        """Publish an identity and vouch for the device."""
        line = Line(self._synapse.url, self.account.access_token)
        query: Json = {"device_keys": {self.user_id: []}}
        answer = await line.ask("POST", "keys", "query", body=query)
        device = answer["device_keys"][self.user_id][self.account.device_id]
        await line.ask("POST", "keys", "device_signing", "upload", body=self.identity.publish())
        await line.ask("POST", "keys", "signatures", "upload", body=self.identity.vouch(device))
        await line.close()

    async def send(self, room: str, kind: str, content: Json) -> str:
        """Send as nio does it, to every device there is."""
        answer = await self.client.room_send(room, kind, content, ignore_unverified_devices=True)
        assert isinstance(answer, RoomSendResponse), answer
        return str(answer.event_id)

    async def _join(self, room: MatrixRoom, event: InviteMemberEvent) -> None:
        if event.state_key == self.user_id and event.membership == "invite":
            await self.client.join(room.room_id)

    async def _echo(self, room: MatrixRoom, event: RoomMessageText) -> None:
        if event.sender != self.user_id and "m.new_content" not in event.source["content"]:
            self.heard.append(event.body)
            await self.send(room.room_id, "m.room.message", notice(f"echo: {event.body}"))

    async def _miss(self, room: MatrixRoom, event: MegolmEvent) -> None:
        self.deaf += room.room_id == event.room_id

    async def __aenter__(self) -> Self:
        self.client.restore_login(self.user_id, self.account.device_id, self.account.access_token)
        self.client.add_event_callback(self._join, InviteMemberEvent)
        self.client.add_event_callback(self._echo, RoomMessageText)
        self.client.add_event_callback(self._miss, MegolmEvent)
        await self.client.keys_upload()
        self._task = asyncio.create_task(self.client.sync_forever(30_000, full_state=True))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self.client.close()
        self.client.store.database.close()


def notice(body: str, **more: object) -> Json:
    """A notice that calls nobody."""
    return {"msgtype": "m.notice", "body": body, "m.mentions": {}, **more}
