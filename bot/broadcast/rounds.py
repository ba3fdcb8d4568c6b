"""One round of a network's deliveries, in one transaction: settle what came back, keep the queues, claim what is next.

Plain functions of a transaction and values: the courier hands outcomes in and carries out what comes back.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.broadcast.announce import break_off, finish
from bot.broadcast.decisions import tell_all
from bot.broadcast.pausing import paused
from bot.broadcast.retry import breaks, breaks_at_end, hopeless, look_on, quiet_until
from bot.model.moderator import CLOCK
from bot.model.parcel import Delivery, DeliveryState, Parcel, ParcelState, Settlement
from bot.model.people import Address
from bot.model.post import Post
from bot.ports import Tx
from bot.ports_announcing import Silence
from bot.ports_moderating import Letter

SLICE = 2000
"""Recipients that one transaction puts into the queue at most; other work comes between."""
SMALL_SLICE = 400
"""Rows that are changed one by one in one transaction at most."""
LEASE_SECONDS = 120
"""How long a claim is expected to last; it ends with the program in any case."""
MUTED_SECONDS = 3600
"""How often it is looked whether the bot may write in a chat again."""
MUTED_HOURS = 48
"""After so long a chat in which the bot may not write counts as failed."""
DEFERRALS = 5
"""How often one round asks for more where all that it was given has to wait."""
READY = (ParcelState.TIMED, ParcelState.WAITING, ParcelState.FRESH)
UNDONE = (DeliveryState.RUNNING, DeliveryState.CANCELLING, DeliveryState.RETRACTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one flight."""

    delivery: int
    settlement: Settlement
    moved: tuple[Address, Address] | None = None
    """From where to where the chat has moved."""
    held: Silence | None = None
    """What the network asked for in that chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What became of a letter: its number, and when it is tried again, if so, for the how-manieth time."""

    letter: int
    due: int | None = None
    attempts: int = 0
    chat: int = 0
    """The row id of the chat that it went to."""
    shows: str | None = None
    """The command whose panel its messages stand for, so that a press on one is understood."""
    references: tuple[str, ...] = field(default=(), repr=False)
    """Of its messages that arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the courier hands into a round."""

    platform: str
    now: datetime
    zone: str
    """The time zone of chats that chose none."""
    room: int
    """How many flights may begin."""
    outcomes: Collection[Outcome] = ()
    mail: Collection[Mail] = ()
    letters: Collection[int] = ()
    """Letters that are under way."""
    everyone: float | None = None
    """Until when the network holds all (POSIX seconds), if that is news."""
    known: Mapping[int, Post] = field(default_factory=dict)
    """Posts that the courier has read."""

    @property
    def seconds(self) -> int:
        """The present moment."""
        return int(self.now.timestamp())


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A parcel that was claimed: its next part is to be sent, or it is to be taken back."""

    delivery: Delivery
    parcel: Parcel
    post: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What the courier is to do now."""

    flights: tuple[Flight, ...] = ()
    letters: tuple[Letter, ...] = ()
    busy: bool = False
    """More of the queues is to be done at once, whether or not there was room."""


def run_round(tx: Tx, order: Order) -> Round:
    """Settle, keep, claim."""
    _settle(tx, order)
    _settle_mail(tx, order)
    letters = tuple(
        letter
        for letter in tx.letters.ready(order.platform, order.seconds, order.room + len(order.letters))
        if letter.number not in order.letters
    )[: order.room]
    room, flights, busy = order.room - len(letters), list[Flight](), False
    stopped = paused(tx) is not None
    deliveries = tx.outbox.deliveries(*UNDONE, platform=order.platform)
    for delivery in sorted(deliveries, key=_rank):
        more = _keep(tx, delivery)
        busy |= more
        if stopped and delivery.state is DeliveryState.RUNNING:
            continue
        claimed = _claim(tx, delivery, order, room - len(flights))
        if claimed:
            post = order.known.get(delivery.post) or tx.posts.find(delivery.post)
            flights += [Flight(delivery=delivery, parcel=parcel, post=post) for parcel in claimed if post]
        elif room > len(flights) and not more:
            busy |= _end(tx, delivery, order)
        if delivery.state is DeliveryState.RUNNING and not delivery.filled:
            break  # who is not in its queue yet must not get a later post first
    return Round(flights=tuple(flights), letters=letters, busy=busy)


def _rank(delivery: Delivery) -> tuple[bool, bool, int]:
    """What is taken back goes first, then what is urgent, then what began earlier."""
    return delivery.state is not DeliveryState.RETRACTING, not delivery.urgent, delivery.number


def _settle(tx: Tx, order: Order) -> None:
    if order.everyone is not None:
        name = f"hold {order.platform}"  # the conversation reads it, too
        tx.notes.put(name, str(max(order.everyone, float(tx.notes.get(name) or 0))))
    batches: dict[int, list[Settlement]] = {}
    for outcome in order.outcomes:
        batches.setdefault(outcome.delivery, []).append(outcome.settlement)
        if outcome.held is not None:
            tx.outbox.hold(outcome.settlement.number, outcome.held)
        if outcome.moved is not None:
            tx.chats.move(*outcome.moved)
    for number, settlements in batches.items():
        delivery = tx.outbox.delivery(number)
        if delivery is None:
            continue
        window = look_on(delivery.window, settlements)
        tx.outbox.settle(number, settlements, window)
        if delivery.state is DeliveryState.RUNNING and breaks(window):
            break_off(tx, delivery, now=order.now)
        elif delivery.state is not DeliveryState.RUNNING:
            tx.outbox.spare(number)


def _settle_mail(tx: Tx, order: Order) -> None:
    for mail in order.mail:
        if mail.due is None:
            tx.letters.settle([mail.letter])
            for reference in mail.references:
                tx.sent.keep(mail.chat, reference, mail.shows)
        else:
            tx.letters.postpone(mail.letter, mail.due, mail.attempts)


def _keep(tx: Tx, delivery: Delivery) -> bool:
    """The next slice of the queue; True where there is more."""
    if delivery.state is DeliveryState.RUNNING:
        return not delivery.filled and tx.outbox.fill(delivery.number, SLICE)
    more = tx.outbox.drop(delivery.number, SMALL_SLICE) == SMALL_SLICE
    if delivery.state is DeliveryState.RETRACTING:
        more |= tx.outbox.recall(delivery.number, SLICE)
    return more


def _claim(tx: Tx, delivery: Delivery, order: Order, room: int) -> list[Parcel]:
    """Up to ``room`` parcels, claimed; those that have to wait for quiet hours or a permission do so from now on."""
    number, claimed = delivery.number, list[Parcel]()
    if delivery.state is DeliveryState.CANCELLING:
        return claimed
    recalls = delivery.state is DeliveryState.RETRACTING
    for _ in range(DEFERRALS):
        if (most := room - len(claimed)) <= 0:
            break
        states = (ParcelState.RECALL,) if recalls else READY
        found = tx.outbox.ready(number, states, order.seconds, most)
        if not found and not recalls and not claimed and delivery.filled:
            found = tx.outbox.ready(number, (ParcelState.UNSURE,), order.seconds, most)
        waits, goes, lost = list[tuple[Parcel, int]](), list[Parcel](), list[Settlement]()
        for parcel in found:
            due = None if recalls else _wait(delivery, parcel, order)
            if due is not None:
                waits.append((parcel, due))
                continue
            goes.append(parcel)
            if not recalls and _given_up(delivery, parcel, order):
                lost.append(Settlement(number=parcel.number, state=ParcelState.FAILED, references=parcel.references))
            else:
                claimed.append(parcel)
        tx.outbox.defer(number, waits)
        tx.outbox.claim(number, goes, order.seconds + LEASE_SECONDS, order.seconds)
        tx.outbox.settle(number, lost)
        if not waits and not lost:
            break
    return claimed


def _wait(delivery: Delivery, parcel: Parcel, order: Order) -> int | None:
    """Until when (POSIX seconds) the parcel waits for its chat; None where it need not."""
    if parcel.chat.muted and not _given_up(delivery, parcel, order):
        return order.seconds + MUTED_SECONDS
    until = None if delivery.urgent else quiet_until(parcel.chat, order.now, order.zone)
    return None if until is None else int(until.timestamp())


def _given_up(delivery: Delivery, parcel: Parcel, order: Order) -> bool:
    late = order.seconds - delivery.started > timedelta(hours=MUTED_HOURS).total_seconds()
    return hopeless(parcel, order.seconds) or (parcel.chat.muted and late)


def _end(tx: Tx, delivery: Delivery, order: Order) -> bool:
    """End a delivery in which nothing is left to do; True where ending it takes more than this round."""
    left = tx.outbox.left(delivery.number)
    now = order.seconds
    if delivery.state is DeliveryState.RUNNING:
        if not delivery.filled or left - {ParcelState.GONE}:
            return False
        if left and breaks_at_end(delivery.window):
            break_off(tx, delivery, now=order.now)
        elif left and tx.outbox.bury(delivery.number, SMALL_SLICE):
            return True
        else:
            tx.outbox.steer(delivery.number, DeliveryState.DONE, CLOCK, None, now)
            finish(tx, delivery.post, now=order.now)
    elif delivery.state is DeliveryState.CANCELLING and not left - {ParcelState.GONE}:
        tx.outbox.spare(delivery.number)
        tx.outbox.steer(delivery.number, DeliveryState.CANCELLED, CLOCK, None, now)
    elif delivery.state is DeliveryState.RETRACTING and not left - {ParcelState.GONE}:
        tx.outbox.spare(delivery.number)
        tx.outbox.steer(delivery.number, DeliveryState.RETRACTED, CLOCK, None, now)
        if all(one.state is DeliveryState.RETRACTED for one in tx.outbox.of(delivery.post)):
            tell_all(tx, "retracted", now, post=delivery.post)
    return False
