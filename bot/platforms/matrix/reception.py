"""What a sync means to us: notes in the inbox, written in the transaction that takes the sync in.

Nothing from before the bot's own invitation to a room is heard, nothing from before its first sync ever. What was
said is in memory alone; whoever reads the notes after a kill has it fetched and decrypted again.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import structlog
from nio import RoomKeyEvent
from nio.responses import SyncResponse

from bot.model.speech import Ask
from bot.platforms.matrix.buttons import Buttons
from bot.platforms.matrix.client import Client
from bot.platforms.matrix.forgetting import forget_room
from bot.platforms.matrix.gaps import fetch_gap, find_arrival
from bot.platforms.matrix.inbox import Inbox, Note, Sort
from bot.platforms.matrix.incoming import Place, read_message, read_note, read_reaction, read_redaction
from bot.platforms.matrix.invitations import Invitations, find_inviter
from bot.platforms.matrix.verdicts import Declined
from bot.ports import Clock


class Reception:
    """One client's ear. It is thrown away with its client."""

    def __init__(
        self, client: Client, *, inbox: Inbox, buttons: Buttons, invitations: Invitations, clock: Clock, name: str
    ) -> None:
        self._client = client
        self._inbox = inbox
        self._buttons = buttons
        self._invitations = invitations
        self._clock = clock
        self._name = name
        self._texts: dict[str, Ask] = {}
        self.opened = {note.room for note in inbox.sealed()}
        """Rooms for which a key came: what is sealed there may be readable now."""
        self.departed: set[str] = set()
        """Rooms that the bot is not in any more, for the server to forget."""
        self.traces = False
        """Whether something was deleted that the write-ahead log may still hold."""
        client.complete = self.complete
        client.absorb = self.absorb

    async def complete(self, response: SyncResponse) -> None:
        """Put what a limited timeline left out before it. Raises Unanswered: then nothing of the sync is taken in."""
        since = self._client.vault.recall("sync_token")
        for room, info in response.rooms.join.items():
            invited = self._invitations.knows(room)
            timeline = info.timeline
            if not (timeline.limited and timeline.prev_batch) or (since is None and not invited):
                continue
            if find_arrival(timeline.events, self._client.user_id).begins is None:
                gap = await fetch_gap(self._client, room, timeline.prev_batch, None if invited else since)
                timeline.events[:0] = gap

    def absorb(self, response: SyncResponse) -> None:
        """Write the notes. Inside the sync's transaction, after nio took it in."""
        since = self._client.vault.recall("sync_token")
        for room, info in response.rooms.invite.items():
            inviter = find_inviter(info.invite_state, self._client.user_id)
            if inviter is not None:
                self._invitations.note(room, inviter)
        for room in response.rooms.leave:
            self._depart(room)
        for room, info in response.rooms.join.items():
            self._enter(room, info, heard_before=since is not None)
        self.opened.update(event.room_id for event in response.to_device_events if isinstance(event, RoomKeyEvent))

    def place(self, room: str) -> Place:
        """The room as it is now. KeyError where we are not in it."""
        known = self._client.rooms[room]
        own = self._client.user_id
        called = known.users[own].display_name if own in known.users else None
        names = tuple(name for name in (self._name, called) if name)
        return Place(room=room, own=own, names=names, private=len(known.users) == 2)

    def list_lonely(self) -> list[str]:
        """Rooms in which the bot is alone, nobody invited."""
        return [room for room, known in self._client.rooms.items() if set(known.users) == {self._client.user_id}]

    def recall(self, note: Note) -> Ask | None:
        """The ask behind a note, if it need not be fetched."""
        if note.room not in self._client.rooms:
            return None
        return self._texts.get(note.event) or read_note(note, self.place(note.room))

    def release(self, events: Iterable[str]) -> None:
        """The rules have them: what was said is dropped from memory."""
        for event in events:
            self._texts.pop(event, None)

    async def fetch(self, note: Note) -> Ask | None:
        """The ask behind a note, asked of the homeserver. None, where it cannot be read yet, or is nothing to hear.

        The note becomes SEALED in the first case, and goes in the second. Raises Unanswered, or Declined where the
        homeserver limits.
        """
        source = await self._fetch_source(note) if note.room in self._client.rooms else None
        if source is not None and source.get("type") == "m.room.encrypted" and not _is_redacted(source):
            event = self._client.spare(self._client.decrypt, source, note.room)
            if event is None:
                self._inbox.seal(note)
                return None
            source = event.source
        ask = read_message(source, self.place(note.room)) if source is not None else None
        if ask is None:
            self._inbox.drop([note.event])
            return None
        self._texts[note.event] = ask
        self._inbox.unseal(note)
        return ask

    async def _fetch_source(self, note: Note) -> dict[str, Any] | None:
        path = f"/rooms/{quote(note.room, safe='')}/event/{quote(note.event, safe='')}"
        try:
            return await self._client.call("GET", path)
        except Declined as refusal:
            if refusal.limited or refusal.token_refused:
                raise
            return None

    def _enter(self, room: str, info: Any, *, heard_before: bool) -> None:
        """Note what was said in a room since the last sync, or since we were invited."""
        invited = self._invitations.knows(room)
        events = info.timeline.events
        arrival = find_arrival(events, self._client.user_id)
        if not (heard_before or invited):
            return
        place = self.place(room)
        if invited and arrival.joins is None:
            self._greet(place, find_arrival(info.state, self._client.user_id).joins)
        for event in events[arrival.begins or 0 :]:
            source = event.source
            if source.get("event_id") == arrival.joins and arrival.joins is not None:
                self._greet(place, arrival.joins)
            elif isinstance(source.get("event_id"), str) and source.get("sender") != place.own:
                self._hear(source, place)
        self._invitations.drop(room)

    def _greet(self, place: Place, event: str | None) -> None:
        if place.private and event is not None:
            self._note(Note(event=event, room=place.room, sort=Sort.GREETING))

    def _hear(self, source: Mapping[str, Any], place: Place) -> None:
        event = str(source["event_id"])
        if source.get("type") == "m.room.encrypted" and not _is_redacted(source):
            self._note(Note(event=event, room=place.room, sort=Sort.SEALED))
            structlog.get_logger().info("matrix_event_sealed")
            self._client.spare(self._client.request_key, source, place.room)
        elif (ask := read_message(source, place)) is not None:
            self._texts[event] = ask
            self._note(Note(event=event, room=place.room, sort=Sort.MESSAGE))
        elif (reaction := read_reaction(source, place)) is not None:
            panel, key = reaction
            sign = self._buttons.press(place.room, event, panel, key, self._clock.now().timestamp())
            if sign is not None:
                self._note(Note(event=event, room=place.room, sort=Sort.PRESS, panel=panel, sign=sign))
        elif (target := read_redaction(source, place)) is not None:
            pressed = self._buttons.withdraw(place.room, target)
            if pressed is not None:
                self._note(Note(event=event, room=place.room, sort=Sort.PRESS, panel=pressed[0], sign=pressed[1]))

    def _note(self, note: Note) -> None:
        self._inbox.put(note, self._clock.now().timestamp())

    def _depart(self, room: str) -> None:
        self._invitations.drop(room)
        self._inbox.drop_rooms((room,))
        self._buttons.drop_rooms((room,))
        forget_room(self._client.vault, self._client, room)
        self.departed.add(room)
        self.traces = True


def _is_redacted(source: Mapping[str, Any]) -> bool:
    unsigned = source.get("unsigned")
    return isinstance(unsigned, dict) and "redacted_because" in unsigned
