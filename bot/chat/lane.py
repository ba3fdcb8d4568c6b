"""What one chat is owed: its answers, in the order of what was asked."""

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace

from bot.model.people import Address
from bot.model.speech import Reply
from bot.ports import Debt

Key = tuple[str, str]
"""A chat: its platform's name and its native id."""


@dataclass(slots=True, kw_only=True)
class Owed:
    """A debt with its answer. ``counted``: the attempt that comes next is on the disk already."""

    debt: Debt
    reply: Reply
    counted: bool = False

    def follow(self, to: Address) -> "Owed":
        """The same for a chat that has moved there: said anew, since messages of the old place are not known there."""
        ask = replace(self.debt.ask, address=to, pressed=False, panel=None)
        return Owed(debt=replace(self.debt, ask=ask), reply=replace(self.reply, withdraws=()))


@dataclass(slots=True, kw_only=True)
class Lane:
    """What one chat is owed, in order."""

    key: Key
    coming: int = 0
    """Asks that are being committed."""
    waiting: deque[Owed] = field(default_factory=deque)
    due: float = 0.0
    """POSIX seconds before which the network wants silence in this chat."""
    task: asyncio.Task[None] | None = None
    flying: bool = False
    """Whether its first answer may be on its way, or its outcome is being committed."""
    settling: bool = False
    """Whether the outcome of its first answer has been handed to the store: what is handed in now comes after it."""
    forgets: int = 0
    """How many of those that wait are answers to having been forgotten."""
    said: list[str] = field(default_factory=list)
    """What was said after the chat was forgotten: no row knows it, and the answer to that takes it along."""

    @property
    def owed(self) -> int:
        """How many answers are owed, or may soon be."""
        return self.coming + len(self.waiting)
