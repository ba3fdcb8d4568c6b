"""Events that were committed with their sync and not yet handed to the rules. Ids only: never what was said.

The text of a message goes by memory; after a kill it is fetched again by its id and decrypted with the key that the
same commit kept.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.speech import Happening
from bot.platforms.matrix.vault import Vault

_SCHEMA = """
CREATE TABLE IF NOT EXISTS inbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL UNIQUE,
    room TEXT NOT NULL,
    sort TEXT NOT NULL,
    panel TEXT,
    sign TEXT,
    at REAL NOT NULL
)
"""
_LATER_COLUMNS = {
    "speaker": "TEXT",
    "about": "TEXT",
    "private": "INTEGER NOT NULL DEFAULT 0",
    "encrypted": "INTEGER NOT NULL DEFAULT 0",
    "told": "INTEGER NOT NULL DEFAULT 0",
}
"""What a matrix.db from before rooms of several does not have."""


class Sort(StrEnum):
    """What an event in the inbox is."""

    MESSAGE = "message"
    """Something typed: fetched again where memory has lost it."""
    PRESS = "press"
    """A reaction given or taken away: the panel and the sign say all."""
    GREETING = "greeting"
    """The bot came into a private chat."""
    SEALED = "sealed"
    """Not readable yet: waits for its key."""
    ADDED = "added"
    """The bot came into a room of several."""
    LEFT = "left"
    """It is there no more."""
    MUTED = "muted"
    """It may not write there."""
    ALLOWED = "allowed"
    """It may write there; or the room is of another kind than before."""
    MOVED = "moved"
    """Another room replaces this one."""
    UNREADABLE = "unreadable"
    """What was said in a private chat stayed sealed."""

    @property
    def happening(self) -> Happening | None:
        """What it tells of the room, where nobody said or pressed anything."""
        return Happening(self.value) if self in _HAPPENINGS else None


_HAPPENINGS = frozenset({Sort.ADDED, Sort.LEFT, Sort.MUTED, Sort.ALLOWED, Sort.MOVED, Sort.UNREADABLE})
_SAID = (Sort.MESSAGE, Sort.PRESS, Sort.GREETING, Sort.SEALED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One event that waits. What tells of a happening says all of it: the room may be gone when it is read."""

    event: str = field(repr=False)
    room: str = field(repr=False)
    sort: Sort
    panel: str | None = field(default=None, repr=False)
    sign: str | None = None
    speaker: str | None = field(default=None, repr=False)
    about: str | None = field(default=None, repr=False)
    private: bool = False
    encrypted: bool = False


class Inbox:
    """The table. Each event once, in the order in which it came."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        vault.ask(_SCHEMA)
        present = {row[1] for row in vault.ask("PRAGMA table_info(inbox)")}
        for name, kind in _LATER_COLUMNS.items():
            if name not in present:
                vault.ask(f"ALTER TABLE inbox ADD COLUMN {name} {kind}")

    def put(self, note: Note, at: float) -> None:
        """Keep the note, with the moment (POSIX seconds) that it came. One that is there already stays as it is."""
        self._vault.ask(
            "INSERT OR IGNORE INTO inbox (event, room, sort, panel, sign, speaker, about, private, encrypted, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(note.event, note.room, note.sort, note.panel, note.sign),
            *(note.speaker, note.about, note.private, note.encrypted, at),
        )

    def waiting(self, most: int) -> list[Note]:
        """What can be handed over now, oldest first."""
        return self._list("sort != ? ORDER BY position LIMIT ?", Sort.SEALED, most)

    def sealed(self) -> list[Note]:
        """What waits for a key, oldest first."""
        return self._list("sort = ? ORDER BY position", Sort.SEALED)

    def overdue(self, before: float) -> list[Note]:
        """What has waited for its key since before that moment, and nobody was told of it."""
        return self._list("sort = ? AND told = 0 AND at <= ? ORDER BY position", Sort.SEALED, before)

    def earliest_sealed(self) -> float | None:
        """When the first of those came that wait for a key and nobody was told of (POSIX seconds)."""
        at: float | None = self._vault.ask("SELECT MIN(at) FROM inbox WHERE sort = ? AND told = 0", Sort.SEALED)[0][0]
        return at

    def tell(self, notes: Iterable[Note]) -> None:
        """Somebody is told that these cannot be read; they wait on."""
        for note in notes:
            self._vault.ask("UPDATE inbox SET told = 1 WHERE event = ?", note.event)

    def unseal(self, note: Note) -> None:
        """Its key came: it is a message now, in the place where it stood."""
        self._vault.ask("UPDATE inbox SET sort = ? WHERE event = ?", Sort.MESSAGE, note.event)

    def seal(self, note: Note) -> None:
        """It cannot be read after all: it waits for its key."""
        self._vault.ask("UPDATE inbox SET sort = ? WHERE event = ?", Sort.SEALED, note.event)

    def drop(self, events: Iterable[str]) -> None:
        """The rules have them, or there is nothing in them."""
        with self._vault.transaction():
            for event in events:
                self._vault.ask("DELETE FROM inbox WHERE event = ?", event)

    def drop_rooms(self, rooms: Collection[str]) -> None:
        """Nothing said in these rooms is handed over any more; what happened to them is."""
        for room in rooms:
            self._vault.ask(
                f"DELETE FROM inbox WHERE room = ? AND sort IN ({', '.join('?' * len(_SAID))})",  # noqa: S608 - marks
                room,
                *_SAID,
            )

    def prune(self, before: float) -> None:
        """Give up what has waited for its key since before that moment."""
        self._vault.ask("DELETE FROM inbox WHERE sort = ? AND at < ?", Sort.SEALED, before)

    def _list(self, condition: str, *values: object) -> list[Note]:
        rows = self._vault.ask(
            "SELECT event, room, sort, panel, sign, speaker, about, private, encrypted "  # noqa: S608 - ours
            f"FROM inbox WHERE {condition}",
            *values,
        )
        return [
            Note(
                event=event,
                room=room,
                sort=Sort(sort),
                panel=panel,
                sign=sign,
                speaker=speaker,
                about=about,
                private=bool(private),
                encrypted=bool(encrypted),
            )
            for event, room, sort, panel, sign, speaker, about, private, encrypted in rows
        ]
