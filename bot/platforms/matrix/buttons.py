"""Reactions as buttons: which signs stand under which panel, and which reaction of a person pressed which of them.

A withdrawal names only the reaction that it takes away, so each is kept with its panel and sign. Seeds are wishes
first, written with the answer that they belong to, so that a kill between the two loses none.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bot.platforms.matrix.vault import Vault

_SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS seeds (
        panel TEXT NOT NULL,
        sign TEXT NOT NULL,
        room TEXT NOT NULL,
        sent INTEGER NOT NULL DEFAULT 0,
        at REAL NOT NULL,
        PRIMARY KEY (panel, sign)
    )
    """,
    "CREATE INDEX IF NOT EXISTS seeds_to_send ON seeds (at) WHERE sent = 0",
    """
    CREATE TABLE IF NOT EXISTS presses (
        event TEXT PRIMARY KEY,
        panel TEXT NOT NULL,
        sign TEXT NOT NULL,
        room TEXT NOT NULL,
        at REAL NOT NULL
    )
    """,
)


def bare(sign: str) -> str:
    """The sign without its variation selectors: apps differ in whether they send U+FE0F."""
    return sign.replace("\ufe0f", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One reaction of the bot's own, to be given to a panel."""

    panel: str = field(repr=False)
    sign: str
    room: str = field(repr=False)


class Buttons:
    """Both tables."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        for statement in _SCHEMA:
            vault.ask(statement)

    def wish(self, room: str, panel: str, signs: Sequence[str], at: float) -> bool:
        """These signs shall stand under the panel; whether any is new there. ``at`` is the moment in POSIX seconds."""
        known = {bare(sign) for (sign,) in self._vault.ask("SELECT sign FROM seeds WHERE panel = ?", panel)}
        fresh = [sign for sign in dict.fromkeys(signs) if bare(sign) not in known]
        with self._vault.transaction():
            for sign in fresh:
                self._vault.ask("INSERT INTO seeds (panel, sign, room, at) VALUES (?, ?, ?, ?)", panel, sign, room, at)
        return bool(fresh)

    def wished(self) -> Seed | None:
        """The oldest seed that is not given yet."""
        rows = self._vault.ask(
            "SELECT panel, sign, room FROM seeds WHERE sent = 0 ORDER BY at, rowid LIMIT 1",
        )
        return Seed(panel=rows[0][0], sign=rows[0][1], room=rows[0][2]) if rows else None

    def settle(self, seed: Seed) -> None:
        """It stands there, or never will."""
        self._vault.ask("UPDATE seeds SET sent = 1 WHERE panel = ? AND sign = ?", seed.panel, seed.sign)

    def press(self, room: str, event: str, panel: str, key: str, at: float) -> str | None:
        """A person's reaction: the sign that it presses, bare, and kept; None where that panel has no such button."""
        signs = self._vault.ask("SELECT sign FROM seeds WHERE panel = ? AND room = ?", panel, room)
        sign = bare(key)
        if sign not in {bare(other) for (other,) in signs}:
            return None
        self._vault.ask(
            "INSERT OR IGNORE INTO presses (event, panel, sign, room, at) VALUES (?, ?, ?, ?, ?)",
            event,
            panel,
            sign,
            room,
            at,
        )
        return sign

    def withdraw(self, room: str, event: str) -> tuple[str, str] | None:
        """That reaction was taken away: its panel and sign, which are forgotten; None where it pressed nothing."""
        rows = self._vault.ask("SELECT panel, sign FROM presses WHERE event = ? AND room = ?", event, room)
        if not rows:
            return None
        self._vault.ask("DELETE FROM presses WHERE event = ?", event)
        return rows[0][0], rows[0][1]

    def drop_panel(self, panel: str) -> None:
        """The panel is gone, and its buttons with it."""
        for table in ("seeds", "presses"):
            self._vault.ask(f"DELETE FROM {table} WHERE panel = ?", panel)  # noqa: S608 - a name of ours

    def drop_rooms(self, rooms: Collection[str]) -> None:
        """Nothing in these rooms is a button any more."""
        for room in rooms:
            for table in ("seeds", "presses"):
                self._vault.ask(f"DELETE FROM {table} WHERE room = ?", room)  # noqa: S608 - a name of ours

    def prune(self, before: float) -> None:
        """Forget panels that are older than that moment; their words still say what to type."""
        for table in ("seeds", "presses"):
            self._vault.ask(f"DELETE FROM {table} WHERE at < ?", before)  # noqa: S608 - a name of ours
