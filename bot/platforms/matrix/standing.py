"""The rooms that the bot is in, as the rules were told: what differs from it is news.

Written with the sync that changed it and with the note that tells it, so that a kill neither loses news nor tells it
twice.
"""

from dataclasses import dataclass

from bot.platforms.matrix.vault import Vault

_SCHEMA = """
CREATE TABLE IF NOT EXISTS standings (
    room TEXT PRIMARY KEY,
    private INTEGER NOT NULL,
    muted INTEGER NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What sort of room it was last, and whether the bot might write there."""

    private: bool
    muted: bool = False


class Standings:
    """The table."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        vault.ask(_SCHEMA)

    def find(self, room: str) -> Standing | None:
        """None, where the bot is not, as far as the rules know."""
        rows = self._vault.ask("SELECT private, muted FROM standings WHERE room = ?", room)
        return Standing(private=bool(rows[0][0]), muted=bool(rows[0][1])) if rows else None

    def keep(self, room: str, standing: Standing) -> None:
        """The bot is there, and so."""
        self._vault.ask(
            "INSERT OR REPLACE INTO standings (room, private, muted) VALUES (?, ?, ?)",
            room,
            standing.private,
            standing.muted,
        )

    def drop(self, room: str) -> None:
        """The bot is there no more."""
        self._vault.ask("DELETE FROM standings WHERE room = ?", room)
