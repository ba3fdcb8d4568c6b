"""The queue of updates: kept until an offset confirms them, filtered when they arise."""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice

from aiogram.types import Update

from tests.wires.telegram.answers import Json, Refusal

KINDS = frozenset(Update.model_fields) - {"update_id"}
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Come only to those who name them in allowed_updates."""


class UpdateQueue:
    """What the bot has not confirmed yet. Not safe by itself: the world's lock guards it."""

    def __init__(self, first_id: int) -> None:
        self.allowed = KINDS - UNASKED
        self.pending: deque[Json] = deque()
        self.confirmed = 0
        """How many updates an offset has confirmed (dropped ones not counted)."""
        self.next_id = first_id
        self.polls: list[Poll] = []

    def allow(self, kinds: Sequence[str]) -> None:
        """Remember what is wanted from now on. Unknown names are ignored; an empty list means the usual ones."""
        self.allowed = (KINDS & set(kinds)) or (KINDS - UNASKED)

    def add(self, kind: str, payload: Json) -> Json | None:
        """Queue one update and wake the poll; None if its kind is not wanted."""
        if kind not in self.allowed:
            return None
        update = {"update_id": self.next_id, kind: payload}
        self.next_id += 1
        self.pending.append(update)
        for poll in self.polls:
            poll.wake()
        return update

    def take(self, offset: int, limit: int) -> list[Json]:
        """What a poll with this offset gets, the oldest first. Everything before it is gone for good.

        A negative offset counts from the end of the queue.
        """
        if offset < 0:
            while len(self.pending) > -offset:
                self._confirm()
        else:
            while self.pending and self.pending[0]["update_id"] < offset:
                self._confirm()
        return list(islice(self.pending, limit))

    def _confirm(self) -> None:
        self.pending.popleft()
        self.confirmed += 1

    def drop(self) -> None:
        """Forget everything that waits."""
        self.pending.clear()

    def end_polls(self, refusal: Refusal | None = None) -> None:
        """Send whoever listens away: with a refusal, or empty-handed."""
        for poll in self.polls:
            poll.ended = True
            poll.refusal = refusal
            poll.wake()
        self.polls.clear()


class Poll:
    """One listener that waits. ``wake`` may be called from any thread."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.wake = wake
        self.ended = False
        self.refusal: Refusal | None = None
