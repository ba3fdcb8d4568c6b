"""What happens to rooms, as notes for the rules: coming in, going, moving, and whether the bot may write.

Everything here runs inside the transaction that takes a sync in. An id of ours is made of the network's, so that the
same happening is never two.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.platforms.matrix.buttons import Buttons
from bot.platforms.matrix.client import Client
from bot.platforms.matrix.departures import Departures, Step
from bot.platforms.matrix.forgetting import forget_room
from bot.platforms.matrix.gaps import read_own_membership
from bot.platforms.matrix.inbox import Inbox, Note, Sort
from bot.platforms.matrix.incoming import Place
from bot.platforms.matrix.standing import Standing, Standings
from bot.platforms.matrix.successions import Stage, Succession, Successions
from bot.ports import Clock

UNREADABLE_AFTER = timedelta(seconds=30)
"""For how long the key of what was said in a private chat is waited for, before somebody is told."""
FAREWELL_SECONDS = 10.0
"""Between telling the rules of a replacement and leaving the old room: what was asked there is answered meanwhile."""


class Happenings:
    """One client's. ``standings``, ``successions`` and ``departures`` outlive it."""

    def __init__(
        self,
        client: Client,
        *,
        inbox: Inbox,
        buttons: Buttons,
        standings: Standings,
        successions: Successions,
        departures: Departures,
        clock: Clock,
    ) -> None:
        self._client = client
        self._inbox = inbox
        self._buttons = buttons
        self._standings = standings
        self._successions = successions
        self._departures = departures
        self._clock = clock
        self.traces = False
        """Whether something was deleted that the write-ahead log may still hold."""

    def note(self, note: Note) -> None:
        """Keep it, from now on."""
        self._inbox.put(note, self._clock.now().timestamp())

    def is_known(self, room: str) -> bool:
        """Whether the bot is there, as far as the rules know."""
        return self._standings.find(room) is not None

    def is_unwanted(self, room: str) -> bool:
        """Whether the bot came there by mistake, and is on its way out: nothing is heard there."""
        return self._departures.is_leaving(room) and not self.is_known(room)

    def come(self, place: Place, joins: str, inviter: str | None) -> None:
        """The bot came in: a private chat is greeted, a room of several told of, a replacement known already."""
        if self._successions.find_heir(place.room) is not None:
            return
        sort = Sort.GREETING if place.private else Sort.ADDED
        self.note(self._tell(sort, joins, place, speaker=inviter))

    def compare(self, place: Place, token: str) -> None:
        """Tell where the room is not what the rules know: whether the bot may write, and whether it is private."""
        charter = self._client.charters[place.room]
        known = self._standings.find(place.room)
        if known is None:
            self._departures.drop(place.room)
        elif charter.tombstone is not None or len(self._client.rooms[place.room].users) < 2:
            return  # its end forbids to write there, which moving tells; and a room without people is about to be left
        kind = "m.room.encrypted" if place.encrypted else "m.room.message"
        now = Standing(private=place.private, muted=not charter.may_say(place.own, kind))
        if now == known:
            return
        self._standings.keep(place.room, now)
        if now == (known or self._inherit(place)):
            return
        sort = Sort.MUTED if now.muted else Sort.ALLOWED
        self.note(self._tell(sort, f"{place.room} {sort} {token}", place))

    def _inherit(self, place: Place) -> Standing:
        """What the rules take a room for that is new to us: what the one was that it replaces, or nothing special."""
        heir = self._successions.find_heir(place.room)
        inherited = self._standings.find(heir.old) if heir is not None else None
        return inherited or Standing(private=place.private)

    def succeed(self, succession: Succession, *, invited: bool) -> None:
        """The bot is in the new room: the rules are told, if that really replaces the old one.

        Else the bot keeps the old one, and leaves the new one unless it was ``invited`` there.
        """
        if self._client.charters[succession.new].predecessor != succession.old:
            self._successions.mark(succession, Stage.REFUSED)
            if not (invited or self.is_known(succession.new)):
                self._departures.wish(succession.new, Step.LEAVE)
            return
        old = self._standings.find(succession.old) or Standing(private=False)
        moved = Note(
            event=succession.event,
            room=succession.old,
            sort=Sort.MOVED,
            speaker=succession.sender,
            about=succession.new,
            private=old.private,
        )
        self.note(moved)
        self._successions.mark(succession, Stage.DONE)
        if self.is_known(succession.new):
            self._standings.keep(succession.new, old)  # what the rules know of the old one is about the new one now
        self._departures.drop(succession.new)
        self._departures.wish(succession.old, Step.LEAVE, FAREWELL_SECONDS)

    def leave(self, room: str, events: list[dict[str, Any]], token: str, *, invited: bool = False) -> None:
        """The bot is not in that room any more, as these events tell; ``invited``: and is asked to come again."""
        known = self._standings.find(room)
        self._inbox.drop_rooms((room,))
        self._buttons.drop_rooms((room,))
        if known is not None:
            own = self._client.user_id
            told = [event for event in events if (read_own_membership(event, own) or ("",))[0] in {"leave", "ban"}]
            self._go(room, known, told[-1] if told else None, token)
        self._standings.drop(room)
        self._successions.drop(room)
        self._client.charters.pop(room, None)
        forget_room(self._client.vault, self._client, room)
        self._departures.drop(room)
        if not invited:
            self._departures.wish(room, Step.FORGET)
        self.traces = True

    def come_back(self, room: str, leaves: Mapping[str, Any] | None, token: str) -> None:
        """The bot had gone and is there again, both since the last sync."""
        known = self._standings.find(room)
        self._inbox.drop_rooms((room,))
        self._buttons.drop_rooms((room,))
        if known is not None:
            self._go(room, known, leaves, token)
        self._standings.drop(room)

    def _go(self, room: str, known: Standing, source: Mapping[str, Any] | None, token: str) -> None:
        """Tell that the bot had to go, or went; by ``token``, the sync's, where the event itself was not told."""
        event = str(source["event_id"]) if source is not None and "event_id" in source else f"{room} left {token}"
        who = source.get("sender") if source is not None else None
        speaker = who if isinstance(who, str) else None
        self.note(Note(event=event, room=room, sort=Sort.LEFT, speaker=speaker, private=known.private))

    def tell_unreadable(self, find_place: Callable[[str], Place]) -> None:
        """What stayed sealed in private chats: each event is told of once, and each room once a day."""
        now = self._clock.now()
        notes = self._inbox.overdue((now - UNREADABLE_AFTER).timestamp())
        if not notes:
            return
        with self._client.vault.transaction():
            for room in {note.room for note in notes} & self._client.rooms.keys():
                place = find_place(room)
                if place.private:
                    self.note(self._tell(Sort.UNREADABLE, f"{room} unreadable {now:%Y-%m-%d}", place))
            self._inbox.tell(notes)

    def _tell(self, sort: Sort, event: str, place: Place, *, speaker: str | None = None) -> Note:
        return Note(
            event=event,
            room=place.room,
            sort=sort,
            speaker=speaker,
            private=place.private,
            encrypted=place.encrypted,
        )
