"""Who may do what in a room, where it comes from, and what replaced it: its state, as the homeserver tells it.

nio keeps power levels too, but knows no creators and adds new levels to old ones instead of replacing them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MODERATOR_LEVEL = 50
"""The power level from which a member may set what the bot says in a room."""
_FOUNDER_LEVEL = 100
"""Of the creator, in a room that has no power levels yet."""
_SUPREME_SINCE = 12
"""From this room version on the creators stand above every level, and in none of the lists."""
_SUPREME_VERSIONS = frozenset({"org.matrix.hydra.11"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """The end of a room: which one replaces it, and who said so."""

    event: str = field(repr=False)
    sender: str = field(repr=False)
    replacement: str = field(repr=False)
    at: int
    """Milliseconds since 1970, by the server of whoever said it."""


@dataclass(slots=True, kw_only=True)
class Charter:
    """What a room's state says. What is malformed says nothing: it gives nobody any power."""

    creators: frozenset[str] = field(default=frozenset(), repr=False)
    supreme: bool = False
    """Whether the creators have more power than any level."""
    predecessor: str | None = field(default=None, repr=False)
    """The room that this one says it replaces."""
    levels: Mapping[str, Any] | None = field(default=None, repr=False)
    """The content of ``m.room.power_levels``; None where there is none."""
    ruled_by: str = field(default="", repr=False)
    """The id of the event that last changed who may do what."""
    tombstone: Tombstone | None = None

    def take(self, event: Mapping[str, Any]) -> None:
        """Take in one state event that the server told; others than these are passed over."""
        content = event.get("content")
        if event.get("state_key") != "" or not isinstance(content, dict):
            return
        match event.get("type"):
            case "m.room.create":
                self._found(event, content)
            case "m.room.power_levels":
                self.levels = content
                self.ruled_by = str(event.get("event_id"))
            case "m.room.encryption":  # from then on it is another kind of event that must be allowed
                self.ruled_by = str(event.get("event_id"))
            case "m.room.tombstone":
                self._end(event, content)

    def level_of(self, user: str) -> float:
        """The user's power, whether or not they are in the room."""
        if user in self.creators and self.supreme:
            return math.inf
        if self.levels is None:
            return _FOUNDER_LEVEL if user in self.creators else 0
        own = _read_level(self._list("users").get(user))
        return own if own is not None else _read_level(self.levels.get("users_default")) or 0

    def may_set(self, user: str) -> bool:
        """Whether the user's level is a moderator's."""
        return self.level_of(user) >= MODERATOR_LEVEL

    def may_say(self, user: str, kind: str) -> bool:
        """Whether the user may send events of that type (none of state)."""
        if self.levels is None:
            return self.level_of(user) >= 0
        needed = _read_level(self._list("events").get(kind))
        if needed is None:
            needed = _read_level(self.levels.get("events_default")) or 0
        return self.level_of(user) >= needed

    def _list(self, name: str) -> Mapping[str, Any]:
        found = self.levels.get(name) if self.levels is not None else None
        return found if isinstance(found, dict) else {}

    def _found(self, event: Mapping[str, Any], content: Mapping[str, Any]) -> None:
        """Older versions name the creator in the event; the newest allow several, who cannot be put down."""
        version = content.get("room_version", "1")
        number = int(version) if isinstance(version, str) and version.isascii() and version.isdecimal() else 0
        self.supreme = number >= _SUPREME_SINCE or version in _SUPREME_VERSIONS
        named = content.get("creator") if 0 < number < _SUPREME_SINCE - 1 else None
        creators = {named if isinstance(named, str) else str(event.get("sender"))}
        more = content.get("additional_creators")
        if self.supreme and isinstance(more, list):
            creators.update(user for user in more if isinstance(user, str))
        self.creators = frozenset(creators)
        before = content.get("predecessor")
        room = before.get("room_id") if isinstance(before, dict) else None
        self.predecessor = room if isinstance(room, str) else None

    def _end(self, event: Mapping[str, Any], content: Mapping[str, Any]) -> None:
        replacement, moment = content.get("replacement_room"), event.get("origin_server_ts")
        if not isinstance(replacement, str) or not replacement.startswith("!"):
            self.tombstone = None
            return
        self.tombstone = Tombstone(
            event=str(event.get("event_id")),
            sender=str(event.get("sender")),
            replacement=replacement,
            at=moment if isinstance(moment, int) else 0,
        )


def _read_level(value: Any) -> int | None:
    """A level. Room versions before 10 allow numbers written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) < 20:
        try:
            return int(value)
        except ValueError:
            return None
    return None
