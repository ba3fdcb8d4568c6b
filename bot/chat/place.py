"""Where a reader stands, and the button that goes on from there."""

from bot.chat.turn import Turn
from bot.model.message import Choice


def part_of(turn: Turn) -> int:
    """The part that the reader stopped in; the first where nothing is kept."""
    place = turn.chat.place
    if place is not None:
        for part in turn.guide.catalogue.statement.parts:
            if any(passage.id == place.passage for passage in part.passages):
                return part.number
    return 1


def onward(turn: Turn) -> Choice:
    """Read, or read on from the kept place."""
    if turn.chat.place is None:
        return turn.button("read", "read 1")
    number = part_of(turn)
    return turn.button("read-on", f"read {number}", place=f"{number}/{len(turn.guide.catalogue.statement.parts)}")
