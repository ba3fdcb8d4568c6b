"""What a sync means to us: notes in the inbox, written in the transaction that takes the sync in.

Nothing from before the bot's own invitation to a room is heard, but in a room that replaces one of its own; nothing
from before its first sync ever. What was said is in memory alone; whoever reads the notes after a kill has it fetched
and decrypted again.
"""

from collections.abc import Mapping
from typing import Any

from nio import RoomKeyEvent
from nio.responses import SyncResponse

from bot.platforms.matrix.buttons import Buttons
from bot.platforms.matrix.client import Client
from bot.platforms.matrix.departures import Departures
from bot.platforms.matrix.gaps import fetch_gap, find_arrival
from bot.platforms.matrix.happenings import Happenings
from bot.platforms.matrix.hearing import Hearing
from bot.platforms.matrix.inbox import Inbox
from bot.platforms.matrix.invitations import Invitations, find_inviter
from bot.platforms.matrix.standing import Standings
from bot.platforms.matrix.successions import Succession, Successions
from bot.ports import Clock


class Reception:
    """One client's ear. It is thrown away with its client."""

    def __init__(
        self,
        client: Client,
        *,
        inbox: Inbox,
        buttons: Buttons,
        invitations: Invitations,
        standings: Standings,
        successions: Successions,
        departures: Departures,
        clock: Clock,
        name: str,
    ) -> None:
        self._client = client
        self._invitations = invitations
        self._successions = successions
        self.hearing = Hearing(client, inbox=inbox, buttons=buttons, clock=clock, name=name)
        self.happenings = Happenings(
            client,
            inbox=inbox,
            buttons=buttons,
            standings=standings,
            successions=successions,
            departures=departures,
            clock=clock,
        )
        self.opened = {note.room for note in inbox.sealed()}
        """Rooms for which a key came: what is sealed there may be readable now."""
        client.complete = self.complete
        client.absorb = self.absorb

    async def complete(self, response: SyncResponse) -> None:
        """Put what a limited timeline left out before it. Raises Unanswered: then nothing of the sync is taken in."""
        since = self._client.vault.recall("sync_token")
        for room, info in response.rooms.join.items():
            invited = self._invitations.knows(room)
            heir = self._successions.expects(room) is not None
            timeline = info.timeline
            if not (timeline.limited and timeline.prev_batch) or (since is None and not invited):
                continue
            if heir or find_arrival(timeline.events, self._client.user_id).begins is None:
                end = None if invited or heir else since
                timeline.events[:0] = await fetch_gap(self._client, room, timeline.prev_batch, end)

    def absorb(self, response: SyncResponse) -> None:
        """Write the notes. Inside the sync's transaction, after nio took it in."""
        heard_before = self._client.vault.recall("sync_token") is not None
        token = response.next_batch
        for room in response.rooms.leave:
            self._invitations.drop(room)
            self.happenings.leave(room, response.memberships.get(room, []), token)
        for room, info in response.rooms.invite.items():
            if self.happenings.is_known(room):  # put out and asked again, both since the last sync
                self.happenings.leave(room, [], token, invited=True)
            inviter = find_inviter(info.invite_state, self._client.user_id)
            if inviter is not None:
                self._invitations.note(room, inviter)
        self._enter_all(response.rooms.join, token, heard_before=heard_before)
        self.opened.update(event.room_id for event in response.to_device_events if isinstance(event, RoomKeyEvent))

    def _enter_all(self, joined: Mapping[str, Any], token: str, *, heard_before: bool) -> None:
        """What was said in an old room comes before its end, and that before what the new one brings."""
        for room in joined:
            stone = self._client.charters[room].tombstone
            if stone is not None:
                self._successions.note(room, stone)
        followed = [one for one in self._successions.open() if one.new in self._client.rooms]
        ended = [one.old for one in followed if one.old in joined]
        for room in ended:
            self._enter(room, joined[room], token, heard_before=heard_before)
        for succession in followed:
            self.happenings.succeed(succession, invited=self._invitations.knows(succession.new))
            if succession.new not in joined and self.happenings.is_known(succession.new):
                self.happenings.compare(self.hearing.place(succession.new), token)
        for room in joined:
            if room not in ended:
                self._enter(room, joined[room], token, heard_before=heard_before)

    def list_lonely(self) -> list[str]:
        """Rooms in which the bot is alone, nobody invited, and waits for nothing."""
        alone = {self._client.user_id}
        rooms = [room for room, known in self._client.rooms.items() if set(known.users) == alone]
        return [room for room in rooms if not self._successions.waits_in(room)]

    def tell_unreadable(self) -> None:
        """Note what stayed sealed for too long."""
        self.happenings.tell_unreadable(self.hearing.place)

    def _enter(self, room: str, info: Any, token: str, *, heard_before: bool) -> None:
        """Note what happened and was said in a room since the last sync, or since we were invited."""
        if self.happenings.is_unwanted(room):
            return
        inviter = self._invitations.find(room)
        events = info.timeline.events
        arrival = find_arrival(events, self._client.user_id)
        if self.happenings.is_known(room) and (inviter is not None or arrival.leaves is not None):
            self.happenings.come_back(room, arrival.leaves, token)
        place = self.hearing.place(room)
        heir = self._successions.find_heir(room) if arrival.joins is not None else None
        hears = heard_before or inviter is not None
        if inviter is not None and arrival.joins is None:
            joins = find_arrival(info.state, self._client.user_id).joins
            if joins is not None:
                self.happenings.come(place, joins, inviter)
        for index, event in enumerate(events if hears else ()):
            source = event.source
            if source.get("event_id") == arrival.joins and arrival.joins is not None:
                self.happenings.come(place, arrival.joins, inviter)
            elif not isinstance(source.get("event_id"), str) or source.get("sender") == place.own:
                continue
            elif index >= (arrival.begins or 0) or (heir is not None and _follows(source, heir)):
                self.hearing.hear(event, place)
        self.happenings.compare(place, token)
        self._invitations.drop(room)


def _follows(source: Mapping[str, Any], heir: Succession) -> bool:
    """Whether it was said in the new room after it replaced the old one, and can be read."""
    moment = source.get("origin_server_ts")
    return source.get("type") != "m.room.encrypted" and isinstance(moment, int) and moment >= heir.said
