"""Events that were committed with their sync and not yet handed to the rules. Ids only: never what was said.

The text of a message goes by memory; after a kill it is fetched again by its id and decrypted with the key that the
same commit kept.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One event that waits."""

    event: str = field(repr=False)
    room: str = field(repr=False)
    sort: Sort
    panel: str | None = field(default=None, repr=False)
    sign: str | None = None


class Inbox:
    """The table. Each event once, in the order in which it came."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        vault.ask(_SCHEMA)

    def put(self, note: Note, at: float) -> None:
        """Keep the note, with the moment (POSIX seconds) that it came. One that is there already stays as it is."""
        self._vault.ask(
            "INSERT OR IGNORE INTO inbox (event, room, sort, panel, sign, at) VALUES (?, ?, ?, ?, ?, ?)",
            note.event,
            note.room,
            note.sort,
            note.panel,
            note.sign,
            at,
        )

    def waiting(self, most: int) -> list[Note]:
        """What can be handed over now, oldest first."""
        return self._list("sort != ? ORDER BY position LIMIT ?", Sort.SEALED, most)

    def sealed(self) -> list[Note]:
        """What waits for a key, oldest first."""
        return self._list("sort = ? ORDER BY position", Sort.SEALED)

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
        """Nothing from these rooms is handed over any more."""
        for room in rooms:
            self._vault.ask("DELETE FROM inbox WHERE room = ?", room)

    def prune(self, before: float) -> None:
        """Give up what has waited for its key since before that moment."""
        self._vault.ask("DELETE FROM inbox WHERE sort = ? AND at < ?", Sort.SEALED, before)

    def _list(self, condition: str, *values: object) -> list[Note]:
        rows = self._vault.ask(
            f"SELECT event, room, sort, panel, sign FROM inbox WHERE {condition}",  # noqa: S608 - ours
            *values,
        )
        return [
            Note(event=event, room=room, sort=Sort(sort), panel=panel, sign=sign)
            for event, room, sort, panel, sign in rows
        ]
