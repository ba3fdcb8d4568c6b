"""Parcels in flight: found ready, claimed with a lease, settled in batches, reclaimed after a kill."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, literal_column, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert

from bot.model.parcel import CLOSED, DeliveryState, Parcel, ParcelState, Settlement
from bot.model.people import Address, Updates
from bot.ports_announcing import Silence
from bot.storage.chats import CHOICES, read_chat
from bot.storage.deliveries import open_references
from bot.storage.parcels import IS_OPEN, drop, tally
from bot.storage.recipients import StoredRecipients
from bot.storage.session import Statement
from bot.storage.tables import CHATS
from bot.storage.tables_announcing import CHAT_HOLDS, DELIVERIES, OUTBOX

_CHAT = (CHATS.c.platform, CHATS.c.address_index, CHATS.c.address, *(CHATS.c[name] for name in CHOICES))
_PARCEL = (OUTBOX.c.chat, OUTBOX.c.state, OUTBOX.c.attempts, OUTBOX.c.since, OUTBOX.c.reference)
_TIMED = (ParcelState.TIMED, ParcelState.WAITING, ParcelState.UNSURE, ParcelState.RECALL)
_PUT_OFF = {state: state for state in (ParcelState.UNSURE, ParcelState.RECALL)}
_BACK = {
    ParcelState.RECALL: None,
    ParcelState.WITHDRAWN: "withdrawn",
    ParcelState.NOTED: "noted",
    ParcelState.TOO_OLD: "too_old",
    ParcelState.STUCK: "stuck",
}
"""What may become of a parcel that is taken back, and the sum that counts it."""
_FORTH = {ParcelState.SENT: "sent", ParcelState.FAILED: "failed", ParcelState.GONE: "gone"}


def _ready(*, urgent: bool) -> Statement:
    """Parcels in a state that are due, and to whose chat no delivery that comes first has anything to bring."""
    other, theirs = OUTBOX.alias(), DELIVERIES.alias()
    earlier = theirs.c.id < bindparam("of")
    first = and_(theirs.c.urgent == true(), earlier) if urgent else or_(theirs.c.urgent == true(), earlier)
    another = exists().where(
        other.c.chat == OUTBOX.c.chat,
        other.c.delivery != OUTBOX.c.delivery,
        other.c.state < literal_column(str(ParcelState.RECALL.value)),
        other.c.state != literal_column(str(ParcelState.WAITING.value)),  # what waits makes its followers wait, too
        theirs.c.id == other.c.delivery,
        theirs.c.state == literal_column(f"'{DeliveryState.RUNNING}'"),
        first,
    )
    due = (OUTBOX.c.delivery == bindparam("of"), OUTBOX.c.due <= bindparam("now"))
    ready = select(*_PARCEL, *_CHAT).join(CHATS, CHATS.c.id == OUTBOX.c.chat)
    ready = ready.where(IS_OPEN, OUTBOX.c.state == bindparam("stands"), *due, ~another)
    return ready.order_by(OUTBOX.c.due, OUTBOX.c.chat).limit(bindparam("most"))


READY = {urgent: _ready(urgent=urgent) for urgent in (False, True)}
_THIS = (OUTBOX.c.chat == bindparam("whose"), OUTBOX.c.delivery == bindparam("of"))
CLAIM = (
    update(OUTBOX)
    .where(*_THIS, IS_OPEN)
    .values(state=bindparam("into"), due=bindparam("end"), since=bindparam("first"))
)
DEFER = update(OUTBOX).where(*_THIS, IS_OPEN).values(state=bindparam("into"), due=bindparam("end"))
SETTLE = (
    update(OUTBOX)
    .where(*_THIS, OUTBOX.c.state == bindparam("stood"))
    .values(
        state=bindparam("into"),
        due=bindparam("end"),
        attempts=bindparam("tries"),
        since=bindparam("first"),
        reference=bindparam("sealed"),
    )
)
WINDOW = update(DELIVERIES).where(DELIVERIES.c.id == bindparam("delivery")).values(window=bindparam("outcomes"))
_IN = (IS_OPEN, OUTBOX.c.delivery == bindparam("of"), OUTBOX.c.state == bindparam("stands"))
RECLAIM = (
    update(OUTBOX)
    .where(*_IN)
    .values(state=bindparam("into"), due=bindparam("end"), attempts=OUTBOX.c.attempts + bindparam("more"))
)
FLYING = select(OUTBOX.c.chat).where(*_IN)
LEFT = FLYING.limit(literal_column("1"))
NEXT_DUE = select(OUTBOX.c.due).where(*_IN).order_by(OUTBOX.c.due).limit(literal_column("1"))
HOLD = insert(CHAT_HOLDS).values(chat=bindparam("whose"), asked=bindparam("begin"), until=bindparam("end"))
HOLD = HOLD.on_conflict_do_update(
    index_elements=[CHAT_HOLDS.c.chat], set_={"asked": HOLD.excluded.asked, "until": HOLD.excluded.until}
)
HELD = select(CHAT_HOLDS.c.chat, CHAT_HOLDS.c.asked, CHAT_HOLDS.c.until)
OVER = delete(CHAT_HOLDS).where(CHAT_HOLDS.c.until <= bindparam("now"))


class StoredOutbox(StoredRecipients):
    """The outbox, as one transaction sees it."""

    def ready(self, number: int, states: Sequence[ParcelState], now: int, limit: int) -> list[Parcel]:
        """Parcels that want to be tried now, in the order of the states. Whose chat wants none any more is dropped."""
        delivery = self._delivery(number)
        parcels: list[Parcel] = []
        for state in states:
            most = limit - len(parcels)
            if most <= 0:
                break
            rows = self._session.all(READY[delivery.urgent], of=number, stands=state.value, now=now, most=most)
            for row in rows:
                parcel = self._read(number, row)
                wanted = {Updates.ALL, Updates.URGENT} if delivery.urgent else {Updates.ALL}
                if state is ParcelState.RECALL or parcel.chat.updates in wanted:
                    parcels.append(parcel)
                else:
                    drop(self._session, number, parcel.number, state, arrived=bool(parcel.references), recalls=False)
        return parcels

    def claim(self, number: int, parcels: Sequence[Parcel], lease: int, now: int) -> None:
        """Take parcels into flight until the end of the lease (POSIX seconds)."""
        rows = [
            {
                "whose": parcel.number,
                "of": number,
                "into": (ParcelState.RECALLING if parcel.state is ParcelState.RECALL else ParcelState.CLAIMED).value,
                "end": lease,
                "first": parcel.since or now,
            }
            for parcel in parcels
        ]
        if rows:
            self._session.many(CLAIM, rows)
            waited = sum(parcel.state is ParcelState.WAITING for parcel in parcels)
            tally(self._session, number, {"waiting": -waited})

    def defer(self, number: int, parcels: Sequence[tuple[Parcel, int]]) -> None:
        """Parcels that wait for quiet hours or a permission, each until then (POSIX seconds)."""
        into = ParcelState.WAITING.value
        rows = [{"whose": parcel.number, "of": number, "into": into, "end": due} for parcel, due in parcels]
        if rows:
            self._session.many(DEFER, rows)
            fresh = sum(parcel.state is not ParcelState.WAITING for parcel, _ in parcels)
            tally(self._session, number, {"waiting": fresh})

    def put_off(self, number: int, parcels: Sequence[tuple[Parcel, int]]) -> None:
        """Parcels that may not be tried before then (POSIX seconds): the chat, or the pace, does not bear it yet."""
        rows = [
            {
                "whose": parcel.number,
                "of": number,
                "into": _PUT_OFF.get(parcel.state, ParcelState.TIMED).value,
                "end": due,
            }
            for parcel, due in parcels
        ]
        if rows:
            self._session.many(DEFER, rows)
            waited = sum(parcel.state is ParcelState.WAITING for parcel, _ in parcels)
            tally(self._session, number, {"waiting": -waited})

    def settle(self, number: int, settlements: Sequence[Settlement], window: str | None = None) -> None:
        """What became of parcels that were in flight; one that was deleted meanwhile stays deleted."""
        if window is not None:
            self._session.run(WINDOW, delivery=number, outcomes=window)
        if not settlements:
            return
        retracting = self._delivery(number).state is DeliveryState.RETRACTING
        flying = {
            (chat, state)
            for state in {_stood(settlement) for settlement in settlements}
            for (chat,) in self._session.all(FLYING, of=number, stands=state.value)
        }
        there = [settlement for settlement in settlements if (settlement.number, _stood(settlement)) in flying]
        self._session.many(SETTLE, [self._settlement(number, one, retracting=retracting) for one in there])
        sums: dict[str, int] = {}
        for settlement in there:
            if name := _FORTH.get(settlement.state) or _BACK.get(settlement.state):
                sums[name] = sums.get(name, 0) + 1
        if retracting:
            sums["recalled"] = sum(settlement.state is ParcelState.SENT for settlement in there)
        tally(self._session, number, sums)

    def reclaim(self, platform: str, now: int) -> int:
        """After a kill: whatever was in flight may have arrived. Returns how many parcels that were."""
        count = 0
        for delivery in self.deliveries(*DeliveryState, platform=platform):
            for stands, into, more in (
                (ParcelState.CLAIMED, ParcelState.UNSURE, 1),
                (ParcelState.RECALLING, ParcelState.RECALL, 0),
            ):
                count += self._session.run(
                    RECLAIM, of=delivery.number, stands=stands.value, into=into.value, end=now, more=more
                )
        return count

    def left(self, number: int) -> frozenset[ParcelState]:
        """In which states a delivery still has parcels that want something done."""
        return frozenset(
            state
            for state in ParcelState
            if state < CLOSED and self._session.one(LEFT, of=number, stands=state.value) is not None
        )

    def next_due(self, number: int) -> int | None:
        """When the next timed, waiting or uncertain parcel wants to be tried (POSIX seconds)."""
        rows = [self._session.one(NEXT_DUE, of=number, stands=state.value) for state in _TIMED]
        return min((row[0] for row in rows if row), default=None)

    def hold(self, chat: int, silence: Silence) -> None:
        """The network asked for silence in that chat."""
        self._session.run(HOLD, whose=chat, begin=silence.asked, end=silence.until)

    def held(self, platform: str, now: float) -> Mapping[Address, Silence]:
        """Chats in which silence was asked for and is not over; what is over is deleted."""
        self._session.run(OVER, now=now)
        return {
            chat.address: Silence(asked, until)
            for number, asked, until in self._session.all(HELD)
            if (chat := self._chats.locate(number)) is not None and chat.address.platform == platform
        }

    def _read(self, number: int, row: tuple[Any, ...]) -> Parcel:
        chat, state, attempts, since, sealed, *rest = row
        references: tuple[str, ...] = ()
        if sealed is not None:
            references = tuple(open_references(self._sealer, number, sealed))
        return Parcel(
            number=chat,
            chat=read_chat(self._sealer, *rest),
            state=ParcelState(state),
            attempts=attempts,
            since=since,
            references=references,
        )

    def _settlement(self, number: int, settlement: Settlement, *, retracting: bool) -> dict[str, Any]:
        into = settlement.state
        if retracting and into is ParcelState.SENT:
            into = ParcelState.RECALL
        sealed = None
        if settlement.references:
            sealed = self._sealer.seal("parcel", "\n".join(settlement.references).encode(), bound=b"%d" % number)
        return {
            "whose": settlement.number,
            "of": number,
            "stood": _stood(settlement).value,
            "into": into.value,
            "end": settlement.due if into < CLOSED else None,
            "tries": settlement.attempts,
            "first": settlement.since,
            "sealed": sealed,
        }


def _stood(settlement: Settlement) -> ParcelState:
    """Where a parcel stood while that became of it."""
    return ParcelState.RECALLING if settlement.state in _BACK else ParcelState.CLAIMED
