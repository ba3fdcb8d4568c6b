"""Everything stopped at once, by one person: kept as a note, so that it outlasts a restart."""

from bot.ports import Tx

NOTE = "paused"


def paused(tx: Tx) -> str | None:
    """Who has stopped everything, as the audit names them; None where nobody has."""
    return tx.notes.get(NOTE)


def mark_paused(tx: Tx, by: str | None) -> None:
    """Note who has stopped everything, or that it goes on."""
    tx.notes.put(NOTE, by)
