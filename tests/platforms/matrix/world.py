"""A homeserver in a few lines, as one account sees it: rooms, who is in them, and what a sync tells of that.

It refuses what a real one refuses, tells every event once, and is asked by ``call`` like the client's connection.
"""

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from bot.platforms.matrix.verdicts import Declined

BOT, ADA, BEN = "@bot:here", "@ada:here", "@ben:here"
Json = dict[str, Any]


@dataclass(slots=True)
class Room:
    """Its events, each with its position in the stream, and what they amount to."""

    name: str
    predecessor: str | None
    public: bool
    events: list[tuple[int, Json]] = field(default_factory=list)
    members: dict[str, str] = field(default_factory=dict)
    levels: Json = field(default_factory=dict)
    heir: str | None = None

    @property
    def present(self) -> set[str]:
        """Who is in it or invited."""
        return {user for user, how in self.members.items() if how in {"join", "invite"}}

    @property
    def muted(self) -> bool:
        """Whether the bot may not speak there."""
        return int(self.levels["users"].get(BOT, 0)) < int(self.levels["events_default"])


class World:
    """The homeserver."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.position = 0
        self.joinings: dict[str, str] = {}
        """For each room that the bot is in: the joining from which its choices date."""

    def opens(self, *, several: bool, public: bool, predecessor: str | None = None) -> str:
        """A room of ada's, with ben in it or not; nobody else is invited."""
        room = Room(f"!{len(self.rooms)}", predecessor, public)
        self.rooms[room.name] = room
        before = {"predecessor": {"room_id": predecessor, "event_id": "$end"}} if predecessor else {}
        self._tell(room, "m.room.create", {"room_version": "11", **before})
        self._move(room, ADA, "join")
        self._rule(room, {"users": {ADA: 100}, "events_default": 0})
        if several:
            self._move(room, BEN, "join")
        return room.name

    def invites(self, name: str, user: str = BOT) -> None:
        """Ask somebody in who is not; into a room that has ended nobody is asked."""
        if self.rooms[name].members.get(user) not in {"join", "invite", "ban"} and self.rooms[name].heir is None:
            self._move(self.rooms[name], user, "invite")

    def puts(self, name: str, user: str, how: str) -> None:
        """Kick (``leave``), ban, or let ben come (``join``); nobody bothers where a room has ended."""
        if self.rooms[name].heir is None and self.rooms[name].members.get(user, "leave") != how:
            self._move(self.rooms[name], user, how)

    def silences(self, name: str, level: int) -> None:
        """Set what it takes to speak."""
        self._rule(self.rooms[name], self.rooms[name].levels | {"events_default": level})

    def ends(self, name: str, *, truly: bool, invite: bool) -> str | None:
        """Upgrade a room, as a homeserver does it; or only pretend to, with a room that does not know of it."""
        old = self.rooms[name]
        if old.heir is not None or old.members.get(BOT) == "invite":
            return None
        several = old.members.get(BEN) == "join"
        new = self.opens(several=several, public=old.public, predecessor=name if truly else None)
        self._rule(self.rooms[new], old.levels)
        old.heir = new
        self._tell(old, "m.room.tombstone", {"replacement_room": new, "body": ""})
        self._rule(old, old.levels | {"events_default": 50})
        if invite:
            self.invites(new)
        return new

    async def call(self, method: str, path: str, body: object = None) -> Json:
        """One request of the bot's: joining, leaving, forgetting."""
        del method, body
        if found := re.fullmatch(r"/join/([^?]+)\?.*|/rooms/([^/]+)/join", path):
            room = self.rooms[unquote(found[1] or found[2])]
            if room.members.get(BOT) == "join":
                return {}
            if room.members.get(BOT) != "invite" and (not room.public or room.members.get(BOT) == "ban"):
                raise Declined(403, "M_FORBIDDEN")
            self._move(room, BOT, "join", asked=found[2] is not None)
            return {}
        if found := re.fullmatch(r"/rooms/([^/]+)/leave", path):
            room = self.rooms[unquote(found[1])]
            if room.members.get(BOT) in {"join", "invite"}:
                self._move(room, BOT, "leave")
        return {}

    def sync(self, since: int | None, *, full_state: bool) -> Json:
        """What is new since then."""
        start = since or 0
        told: dict[str, Json] = {"join": {}, "invite": {}, "leave": {}}
        for room in self.rooms.values():
            events = deepcopy(room.events)  # nio takes them to pieces
            how, news = room.members.get(BOT), [event for at, event in events if at > start]
            if how == "join" and (news or full_state):
                entered = any(_is_own(event) for event in news)
                state = [event for at, event in events if at <= start and "state_key" in event]
                told["join"][room.name] = {
                    "state": {"events": state if full_state or entered else []},
                    "timeline": {"events": news, "limited": False, "prev_batch": "x"},
                }
            elif how == "invite" and any(_is_own(event) for event in news):
                own = [event for event in news if _is_own(event)][-1]
                told["invite"][room.name] = {"invite_state": {"events": [own]}}
            elif how in {"leave", "ban"} and any(_is_own(event) for event in news):
                own = [event for event in news if _is_own(event)][-1]
                told["leave"][room.name] = {"state": {"events": []}, "timeline": {"events": [own]}}
        return {"next_batch": str(self.position), "rooms": told, "device_one_time_keys_count": {}}

    def _move(self, room: Room, user: str, how: str, *, asked: bool = False) -> None:
        before = room.members.get(user)
        self._tell(room, "m.room.member", {"membership": how}, key=user, before=before, sender=_name_doer(user, how))
        room.members[user] = how
        if user != BOT:
            return
        if how == "join":
            old = room.predecessor
            inherits = old in self.joinings and self.rooms[old].heir == room.name
            if old is not None and inherits:
                self._inherit(room.name, self.joinings[old])
            elif asked or before == "invite":  # else it came to a room that replaces nothing, and goes again
                self.joinings[room.name] = str(room.events[-1][1]["event_id"])
        else:
            self.joinings.pop(room.name, None)

    def _inherit(self, name: str, date: str) -> None:
        """What was chosen before an end counts in all that follows it and that the bot is in."""
        self.joinings[name] = date
        heir = self.rooms[name].heir
        if heir in self.joinings and self.rooms[heir].predecessor == name:
            self._inherit(heir, date)

    def _rule(self, room: Room, levels: Json) -> None:
        room.levels = levels
        self._tell(room, "m.room.power_levels", levels)

    def _tell(
        self, room: Room, kind: str, content: Json, *, key: str = "", before: str | None = None, sender: str = ADA
    ) -> None:
        self.position += 1
        event: Json = {
            "type": kind,
            "state_key": key,
            "event_id": f"${self.position}",
            "sender": sender,
            "origin_server_ts": self.position,
            "content": dict(content),
            "unsigned": {"prev_content": {"membership": before}} if before else {},
        }
        room.events.append((self.position, event))


def _is_own(event: Json) -> bool:
    return (event["type"], event["state_key"]) == ("m.room.member", BOT)


def _name_doer(user: str, how: str) -> str:
    return user if how == "join" else ADA
