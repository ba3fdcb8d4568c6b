"""A person with Element: opens chats, says, presses, sees.

Everything that they see has come through a sync of their own; nothing is known from the bot's inside.
"""

import secrets
from collections.abc import Callable
from typing import Literal, TypeVar

from tests.wires.matrix.line import Json
from tests.wires.matrix.listening import PATIENCE, Listener
from tests.wires.matrix.signing import CrossSigning
from tests.wires.matrix.timeline import Seen

T = TypeVar("T")


class Person(Listener):
    """A user on one device: what they do in chats, and what they see there."""

    async def opens(
        self, user: str, *, encrypted: bool = True, room_version: str | None = None, seconds: float = PATIENCE
    ) -> str:
        """Begin a private chat with a user, wait until they have joined, and return the room's id."""
        room = await self.creates(invites=[user], encrypted=encrypted, direct=True, room_version=room_version)
        await self.until(lambda: self.members[room].get(user) == "join", f"{user} joins", seconds=seconds)
        return room

    async def says(
        self,
        room: str,
        body: str,
        *,
        thread: str | None = None,
        reply_to: str | None = None,
        mentions: list[str] | None = None,
        formatted: str | None = None,
    ) -> str:
        """Send a text as Element does, encrypted if the room is, and return the event's id."""
        content: Json = {"msgtype": "m.text", "body": body}
        content["m.mentions"] = {"user_ids": mentions} if mentions else {}
        if formatted is not None:
            content |= {"format": "org.matrix.custom.html", "formatted_body": formatted}
        if thread is not None:
            answered = {"event_id": reply_to or thread}
            content["m.relates_to"] = {
                "rel_type": "m.thread",
                "event_id": thread,
                "is_falling_back": reply_to is None,
                "m.in_reply_to": answered,
            }
        elif reply_to is not None:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": reply_to}}
        return await self.sends(room, "m.room.message", content)

    async def edits(self, room: str, event_id: str, body: str) -> str:
        """Replace the text of a message of one's own and return the edit's id."""
        content: Json = {"msgtype": "m.text", "body": body, "m.mentions": {}}
        relation = {"rel_type": "m.replace", "event_id": event_id}
        edit = content | {"body": f"* {body}", "m.new_content": content, "m.relates_to": relation}
        return await self.sends(room, "m.room.message", edit)

    async def reacts(self, room: str, event_id: str, key: str) -> str:
        """Tap a reaction and return its event's id; in the clear, as in every client."""
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return await self.sends(room, "m.reaction", {"m.relates_to": relation}, encrypted=False)

    async def withdraws(self, room: str, event_id: str) -> None:
        """Take an event of one's own back: a second tap on a reaction does that, too."""
        await self.line.ask("PUT", "rooms", room, "redact", event_id, secrets.token_hex(16))

    async def sends(self, room: str, kind: str, content: Json, *, encrypted: bool | None = None) -> str:
        """Send any event, encrypted if the room is or as told, and return its id."""
        if self.members[room].get(self.user_id) != "join":
            await self.until(lambda: self.members[room].get(self.user_id) == "join", "one's own joining")
        if encrypted if encrypted is not None else room in self.encrypted_rooms:
            readers = [user for user, how in self.members[room].items() if how in {"join", "invite"}]
            content = await self.device.encrypt(room, readers, kind, content)
            kind = "m.room.encrypted"
        answer = await self.line.ask("PUT", "rooms", room, "send", kind, secrets.token_hex(16), body=content)
        return str(answer["event_id"])

    def sees(self, room: str, *, own: bool = False) -> list[Seen]:
        """The others' messages as they stand now (with `own`, one's own too), oldest first."""
        return [seen for seen in self._timelines[room].messages() if own or seen.sender != self.user_id]

    def events(self, room: str, kind: str) -> list[Json]:
        """All readable events of a type that have come."""
        return self._timelines[room].events(kind)

    async def waits(
        self, room: str, predicate: Callable[[list[Seen]], T | Literal[False] | None], seconds: float = PATIENCE
    ) -> T:
        """Return what `predicate` makes of `sees(room)` once that is true; AssertionError after so many seconds."""
        return await self.until(lambda: predicate(self.sees(room)), f"in {room}", seconds=seconds)

    async def asks(self, room: str, body: str, seconds: float = PATIENCE) -> Seen:
        """Say something and return the first message of another's that stands after it.

        A greeting on its way would be taken for the answer: wait for that first.
        """
        question = await self.says(room, body)

        def find() -> Seen | None:
            shown = self.sees(room, own=True)
            ids = [seen.event_id for seen in shown]
            later = shown[ids.index(question) + 1 :] if question in ids else []
            return next((seen for seen in later if seen.sender != self.user_id), None)

        return await self.until(find, f"an answer in {room}", seconds=seconds)

    async def checks_cross_signing(self, user: str) -> CrossSigning:
        """Judge another's identity and devices as the homeserver publishes them now."""
        return (await self.device.check(user))[user]
