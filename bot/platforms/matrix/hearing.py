"""What was said, from the event to the ask: kept in memory, or fetched and decrypted once more."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import structlog

from bot.model.speech import Ask
from bot.platforms.matrix.buttons import Buttons
from bot.platforms.matrix.client import Client
from bot.platforms.matrix.inbox import Inbox, Note, Sort
from bot.platforms.matrix.incoming import Place, read_happening, read_message, read_note, read_reaction, read_redaction
from bot.platforms.matrix.keys import Keyring
from bot.platforms.matrix.verdicts import Declined, Unanswered
from bot.ports import Clock


class Hearing:
    """One client's. ``name`` is what the bot calls itself."""

    def __init__(self, client: Client, *, inbox: Inbox, buttons: Buttons, clock: Clock, name: str) -> None:
        self._client = client
        self._inbox = inbox
        self._buttons = buttons
        self._clock = clock
        self._name = name
        self._texts: dict[str, Ask] = {}
        self._unproven: dict[str, Any] = {}

    def place(self, room: str) -> Place:
        """The room as it is now. KeyError where we are not in it."""
        known = self._client.rooms[room]
        own = self._client.user_id
        called = known.users[own].display_name if own in known.users else None
        names = tuple(name for name in (self._name, called) if name)
        private = len(known.users) == 2
        return Place(room=room, own=own, names=names, private=private, encrypted=bool(known.encrypted))

    def hear(self, event: Any, place: Place) -> None:
        """Note what was said or pressed by an event of a timeline, if anything was."""
        source = event.source
        name = str(source["event_id"])
        if source.get("type") == "m.room.encrypted" and not _is_redacted(source):
            self._note(Note(event=name, room=place.room, sort=Sort.SEALED))
            structlog.get_logger().info("matrix_event_sealed")
            self._client.spare(self._client.request_key, source, place.room)
        elif self._read(source, event, place) is not None:
            self._note(Note(event=name, room=place.room, sort=Sort.MESSAGE))
        elif (reaction := read_reaction(source, place)) is not None:
            panel, key = reaction
            sign = self._buttons.press(place.room, name, panel, key, self._clock.now().timestamp())
            self._press(source, place, panel, sign)
        elif (target := read_redaction(source, place)) is not None:
            self._press(source, place, *(self._buttons.withdraw(place.room, target) or (None, None)))

    def recall(self, note: Note) -> Ask | None:
        """The ask behind a note, if it need not be fetched."""
        happening = read_happening(note)
        if happening is not None or note.room not in self._client.rooms:
            return happening
        return self._texts.get(note.event) or read_note(note, self.place(note.room))

    def release(self, events: Iterable[str]) -> None:
        """The rules have them: what was said is dropped from memory."""
        for event in events:
            self._texts.pop(event, None)
            self._unproven.pop(event, None)

    async def prove(self, keys: Keyring) -> None:
        """Learn the devices from which something came while they were not known, and prove what they prove now."""
        senders = {event.sender for event in self._unproven.values()}
        try:
            await keys.query(self._client.users_for_key_query & senders)
        except (Declined, Unanswered):
            return  # what was said counts all the same, as from nobody's device
        for event_id, event in self._unproven.items():
            if event_id in self._texts:
                self._texts[event_id] = replace(self._texts[event_id], device=self._client.prove_device(event))

    async def fetch(self, note: Note) -> Ask | None:
        """The ask behind a note, asked of the homeserver. None, where it cannot be read yet, or is nothing to hear.

        The note becomes SEALED in the first case, and goes in the second. Raises Unanswered, or Declined where the
        homeserver limits.
        """
        source = await self._fetch_source(note) if note.room in self._client.rooms else None
        event = None
        if source is not None and source.get("type") == "m.room.encrypted" and not _is_redacted(source):
            event = self._client.spare(self._client.decrypt, source, note.room)
            if event is None:
                self._inbox.seal(note)
                return None
            source = event.source
        ask = self._read(source, event, self.place(note.room)) if source is not None else None
        if ask is None:
            self._inbox.drop([note.event])
            return None
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

    def _press(self, source: Mapping[str, Any], place: Place, panel: str | None, sign: str | None) -> None:
        if panel is not None and sign is not None:
            event, who = str(source["event_id"]), str(source.get("sender"))
            note = Note(event=event, room=place.room, sort=Sort.PRESS, panel=panel, sign=sign, speaker=who)
            self._note(note)

    def _read(self, source: Mapping[str, Any], event: Any, place: Place) -> Ask | None:
        """What was typed, if anything, kept in memory; ``event`` is nio's, where it was encrypted."""
        encrypted = bool(getattr(event, "decrypted", False))
        device = self._client.spare(self._client.prove_device, event) if encrypted else None
        ask = read_message(source, place, encrypted=encrypted, device=device)
        if ask is not None:
            self._texts[ask.id] = ask
            if encrypted and device is None:
                self._unproven[ask.id] = event
        return ask

    def _note(self, note: Note) -> None:
        self._inbox.put(note, self._clock.now().timestamp())


def _is_redacted(source: Mapping[str, Any]) -> bool:
    unsigned = source.get("unsigned")
    return isinstance(unsigned, dict) and "redacted_because" in unsigned
