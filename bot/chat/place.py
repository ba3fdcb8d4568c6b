"""Where a reader stands, and the button that goes on from there."""

from bot.chat.turn import Turn
from bot.model.message import Choice


def part_of(turn: Turn) -> int:
    """The part that the reader stopped in; the first where nothing is kept."""
    place = turn.chat.place
    return (place and turn.guide.catalogue.part_of(place.passage)) or 1


def onward(turn: Turn) -> Choice:
    """Read, or read on from the kept place."""
    if turn.chat.place is None:
        return turn.button("read", "read 1")
    number = part_of(turn)
    return turn.button("read-on", f"read {number}", place=f"{number}/{len(turn.guide.catalogue.statement.parts)}")
