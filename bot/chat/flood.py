"""How much is taken in: from one chat, and from all together. Beyond it a chat is told once, and not heard for a while.

The bucket of a chat is what it is owed: who waits for answers never fills it, whoever only sends does. It is as large
as a tenth of the room that is left, so that many floods together still leave room.
"""

from collections.abc import Hashable
from enum import Enum

MOST_OWED = 10_000
"""Answers owed in all chats together, each some 6.5 KB in memory; beyond it a platform waits with what it has heard."""
ROOM = 5_000
"""Those of them that a few chats may fill."""
SHARE = 10
"""Of what is left of the room a chat may fill one part in so many: some 450 answers where nobody else waits."""
LEAST = 5
"""So many answers a chat may be owed however full the room is."""
CALM_SECONDS = 10
"""After so long without a word a chat that was too loud is heard again."""


class Entrance(Enum):
    """What becomes of something that is said."""

    HEARD = "heard"
    """It is taken in."""
    TOLD = "told"
    """It is too much: the chat is told so, and what was said is not read."""
    SHUT = "shut"
    """The chat was told before; nothing is kept of what was said, and nothing answered."""


class Flood:
    """Watches what comes in. Keeps a chat only while it is too loud, and in memory alone."""

    def __init__(self) -> None:
        self._loud: dict[Hashable, float] = {}

    def admit(self, chat: Hashable, *, owed: int, everywhere: int, now: float) -> Entrance:
        """What becomes of something said in a chat that is owed so many answers, all chats being owed ``everywhere``.

        A chat that is owed little is always heard, unless it was too loud within ``CALM_SECONDS``.
        """
        if now - self._loud.get(chat, -CALM_SECONDS) < CALM_SECONDS:
            self._loud[chat] = now
            return Entrance.SHUT
        self._loud.pop(chat, None)
        if owed < max(LEAST, (ROOM - everywhere) // SHARE):
            return Entrance.HEARD
        self._loud = {loud: heard for loud, heard in self._loud.items() if now - heard < CALM_SECONDS}
        self._loud[chat] = now
        return Entrance.TOLD
