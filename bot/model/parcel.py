"""A post on its way: its delivery on one network, and the parcel that each chat of it gets.

put ─▶ FRESH ─claim─▶ CLAIMED ─settle─▶ SENT · FAILED · GONE · TIMED (later, or the next part) · UNSURE (last)
                        ▲ │                                     │                                  │
       WAITING ─────────┘ └── killed ─▶ UNSURE                  └───────────── claim ──────────────┘
SENT ─retract─▶ RECALL ─claim─▶ RECALLING ─settle─▶ WITHDRAWN · NOTED · TOO_OLD · STUCK
GONE ─finish─▶ ENDED, the subscription with it;  GONE ─the breaker─▶ SPARED, the subscription stays
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from bot.model.people import Chat


class DeliveryState(StrEnum):
    """Where a post's delivery on one network stands."""

    RUNNING = "running"
    """Goes out."""
    HELD = "held"
    """Stopped; goes on where it was."""
    DONE = "done"
    """Nobody is left to be reached."""
    CANCELLING = "cancelling"
    """Ended early: what was not sent is being dropped."""
    CANCELLED = "cancelled"
    """Ended early."""
    RETRACTING = "retracting"
    """What was sent is being taken back."""
    RETRACTED = "retracted"
    """Whatever could be taken back is."""


class ParcelState(IntEnum):
    """Where one chat's parcel stands. Those below ``CLOSED`` still want something done."""

    FRESH = 0
    """Not tried yet."""
    TIMED = 1
    """To be tried (again, or its next part) from ``due`` on."""
    WAITING = 2
    """Waits for the end of quiet hours, or until the bot may write there."""
    UNSURE = 3
    """May have arrived: tried again from ``due`` on, after all others."""
    CLAIMED = 4
    """In flight until its outcome is committed; ``due`` is the end of the lease."""
    RECALL = 5
    """To be taken back from ``due`` on."""
    RECALLING = 6
    """Being taken back."""
    GONE = 7
    """The chat is gone; its subscription has not been ended yet."""
    SENT = 10
    """Arrived."""
    FAILED = 11
    """Refused, or uncertain too often."""
    ENDED = 12
    """The chat is gone, and its subscription has ended."""
    SPARED = 13
    """The chat seemed gone when the breaker held the delivery: its subscription stays."""
    WITHDRAWN = 14
    """Deleted again."""
    NOTED = 15
    """Could not be deleted any more: replaced by a note that it is withdrawn."""
    TOO_OLD = 16
    """Could neither be deleted nor replaced any more."""
    STUCK = 17
    """Taking it back failed."""


CLOSED = 10
"""States from here on are ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A post's delivery on one network, with its sums: they stay when the parcels are long deleted."""

    number: int
    post: int
    occurrence: int
    """Which time a recurring post goes out: its local minute; 0 for a post that goes out once."""
    platform: str
    urgent: bool
    state: DeliveryState
    high: int
    """The high-water mark: no chat with a greater row id gets this post."""
    cursor: int
    """Chats up to this row id have been looked at: the queue is filled, or recalled, from here on."""
    filled: bool
    """Whether every chat of the audience is in the queue."""
    queued: int = 0
    sent: int = 0
    gone: int = 0
    failed: int = 0
    dropped: int = 0
    """Left the queue unsent: stopped, forgotten, cancelled, retracted."""
    waiting: int = 0
    """Wait for the end of quiet hours, or until the bot may write there."""
    recalled: int = 0
    """To be taken back, done or not."""
    withdrawn: int = 0
    noted: int = 0
    too_old: int = 0
    stuck: int = 0
    window: str = ""
    """The latest outcomes, oldest first: ``1`` for gone, ``0`` for any other."""
    by: str | None = None
    """Who held or ended it."""
    why: str | None = None
    """Why, as a short code: ``breaker``, ``frozen``, or none."""
    started: int
    """POSIX seconds."""
    ended: int | None = None
    """POSIX seconds."""
    pruned: int = 0
    """Parcels of chats up to this row id have been deleted."""

    @property
    def pending(self) -> int:
        """Recipients that are still to be reached, those that wait included."""
        return self.queued - self.sent - self.gone - self.failed - self.dropped

    @property
    def settled(self) -> int:
        """Recipients of whom the outcome is known."""
        return self.sent + self.gone + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One chat's copy of a post."""

    number: int
    """The chat's row id."""
    chat: Chat
    state: ParcelState
    attempts: int = 0
    """How often its arrival was uncertain."""
    since: int = 0
    """POSIX seconds of the first try whose outcome is not known; 0 where there is none."""
    references: tuple[str, ...] = field(default=(), repr=False)
    """Of its parts that arrived, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a parcel that was claimed."""

    number: int
    state: ParcelState
    due: int = 0
    attempts: int = 0
    since: int = 0
    references: tuple[str, ...] = field(default=(), repr=False)
