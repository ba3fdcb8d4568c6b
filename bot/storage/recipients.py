"""Who is in the queue: put in by slices, dropped, recalled, buried and pruned by slices, other work between them."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    true,
    update,
)

from bot.model.parcel import DeliveryState, ParcelState
from bot.model.people import Updates
from bot.storage.deliveries import ENDS, StoredDeliveries
from bot.storage.parcels import IS_OPEN, UNSENT, drop, tally
from bot.storage.session import Statement
from bot.storage.tables import CHATS, WANTING
from bot.storage.tables_announcing import DELIVERIES, OUTBOX

ALL = CHATS.c.updates == literal_column("'all'")
_ZERO: ColumnClause[int] = literal_column("0")

_WANTED = (WANTING, CHATS.c.platform == bindparam("network"), CHATS.c.id > bindparam("cursor"))
_PARCEL = ("chat", "delivery", "state", "due", "attempts", "since")


def _fill(*wanted: ColumnElement[bool]) -> tuple[Statement, Statement]:
    """The end of the next slice, and the slice."""
    part = select(CHATS.c.id).where(*_WANTED, CHATS.c.id <= bindparam("high"), *wanted).order_by(CHATS.c.id)
    slice_ = part.limit(bindparam("most")).subquery()
    row = select(CHATS.c.id, bindparam("of", type_=DELIVERIES.c.id.type), *(_ZERO,) * 4)
    row = row.where(*_WANTED, CHATS.c.id <= bindparam("upto"), *wanted)
    there = exists().where(OUTBOX.c.chat == CHATS.c.id, OUTBOX.c.delivery == bindparam("of"))
    return select(func.max(slice_.c.id)), insert(OUTBOX).from_select(_PARCEL, row.where(~there))


FILL = {False: _fill(ALL), True: _fill()}
"""By whether the post is urgent."""
FILLED = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("delivery"))
    .values(cursor=bindparam("upto"), filled=bindparam("whole"), queued=DELIVERIES.c.queued + bindparam("more"))
)
AUDIENCE = {
    urgent: select(CHATS.c.platform, CHATS.c.language, func.count())
    .where(WANTING, or_(ALL, true() if urgent else false()))
    .group_by(CHATS.c.platform, CHATS.c.language)
    for urgent in (False, True)
}

IN_STATE = (
    select(OUTBOX.c.chat, OUTBOX.c.reference.is_not(None))
    .where(IS_OPEN, OUTBOX.c.delivery == bindparam("of"), OUTBOX.c.state == bindparam("stands"))
    .order_by(OUTBOX.c.due, OUTBOX.c.chat)
    .limit(bindparam("most"))
)
_RANGE = (OUTBOX.c.chat > bindparam("since"), OUTBOX.c.chat <= bindparam("upto"), OUTBOX.c.delivery == bindparam("of"))
_SLICE = (
    select(OUTBOX.c.chat)
    .where(OUTBOX.c.delivery == bindparam("of"), OUTBOX.c.chat > bindparam("since"))
    .order_by(OUTBOX.c.chat)
    .limit(bindparam("most"))
    .subquery()
)
NEXT = select(func.max(_SLICE.c.chat))
"""The end of the next slice of a delivery's parcels, whatever state they are in."""


def _turn(old: ParcelState, new: ParcelState) -> Statement:
    """Parcels of a slice from one state into another."""
    change = update(OUTBOX).where(*_RANGE, OUTBOX.c.state == literal_column(str(old.value)))
    return change.values(state=literal_column(str(new.value)), due=_ZERO, attempts=_ZERO, since=_ZERO)


RECALL = _turn(ParcelState.SENT, ParcelState.RECALL)
AGAIN = _turn(ParcelState.FAILED, ParcelState.FRESH)
PRUNE = delete(OUTBOX).where(*_RANGE)
MOVE_CURSOR = update(DELIVERIES).where(DELIVERIES.c.id == bindparam("delivery")).values(cursor=bindparam("upto"))
MOVE_PRUNED = update(DELIVERIES).where(DELIVERIES.c.id == bindparam("delivery")).values(pruned=bindparam("upto"))
ENDED = select(DELIVERIES.c.id, DELIVERIES.c.pruned, DELIVERIES.c.high).where(
    DELIVERIES.c.ended < bindparam("before"),
    DELIVERIES.c.pruned < DELIVERIES.c.high,
    or_(*(DELIVERIES.c.state == state.value for state in ENDS)),
)
END = (
    update(OUTBOX)
    .where(OUTBOX.c.chat == bindparam("whose"), OUTBOX.c.delivery == bindparam("of"))
    .values(state=literal_column(str(ParcelState.ENDED.value)), due=null())
)
SPARE = (
    update(OUTBOX)
    .where(IS_OPEN, OUTBOX.c.delivery == bindparam("of"), OUTBOX.c.state == literal_column(str(ParcelState.GONE.value)))
    .values(state=literal_column(str(ParcelState.SPARED.value)), due=null())
)


class StoredRecipients(StoredDeliveries):
    """The audience of deliveries, as one transaction sees it."""

    def fill(self, number: int, limit: int) -> bool:
        """Put the next chats of the audience into the queue, at most so many; False once all are in."""
        delivery = self._delivery(number)
        if delivery.filled:
            return False
        ends, puts = FILL[delivery.urgent]
        place = {"network": delivery.platform, "cursor": delivery.cursor}
        (upto,) = self._session.one(ends, **place, high=delivery.high, most=limit)
        whole = upto is None
        more = 0 if whole else self._session.run(puts, **place, upto=upto, of=number)
        upto = delivery.high if whole else upto
        self._session.run(FILLED, delivery=number, upto=upto, whole=whole, more=more)
        return not whole

    def drop(self, number: int, limit: int) -> int:
        """Delete what has not been sent, at most so many; parcels of which a part arrived count as sent."""
        recalls = self._delivery(number).state is DeliveryState.RETRACTING
        count = 0
        for state in UNSENT:
            rows = self._session.all(IN_STATE, of=number, stands=state.value, most=limit - count)
            for chat, arrived in rows:
                drop(self._session, number, chat, state, arrived=bool(arrived), recalls=recalls)
            count += len(rows)
        return count

    def recall(self, number: int, limit: int) -> bool:
        """Mark what was sent for being taken back, the next so many parcels; False once all are marked."""
        since = self._delivery(number).cursor
        upto = self._session.one(NEXT, of=number, since=since, most=limit)[0]
        if upto is None:
            return False
        count = self._session.run(RECALL, of=number, since=since, upto=upto)
        self._session.run(MOVE_CURSOR, delivery=number, upto=upto)
        tally(self._session, number, {"recalled": count})
        return True

    def bury(self, number: int, limit: int) -> int:
        """End the subscriptions of chats that are gone, at most so many; returns how many."""
        rows = self._session.all(IN_STATE, of=number, stands=ParcelState.GONE.value, most=limit)
        for chat, _ in rows:
            self._session.run(END, whose=chat, of=number)
            if found := self._chats.locate(chat):
                self._chats.keep(replace(found, updates=Updates.OFF))
        return len(rows)

    def spare(self, number: int) -> None:
        """Leave the subscriptions of chats that seemed gone as they are."""
        self._session.run(SPARE, of=number)

    def again(self, number: int, since: int, limit: int) -> int | None:
        """Put failed parcels of the next so many chats after that row id back; the last one's, or None at the end."""
        upto: int | None = self._session.one(NEXT, of=number, since=since, most=limit)[0]
        if upto is not None:
            count = self._session.run(AGAIN, of=number, since=since, upto=upto)
            tally(self._session, number, {"failed": -count})
        return upto

    def audience(self, *, urgent: bool = False) -> Mapping[tuple[str, str | None], int]:
        """How many chats want updates (``urgent``: those of urgent posts too), by platform and chosen language."""
        rows = self._session.all(AUDIENCE[urgent])
        return {(platform, language): count for platform, language, count in rows}

    def prune(self, before: int, limit: int) -> bool:
        """Delete parcels of deliveries that ended before then, a slice of that size; the sums stay."""
        row = self._session.one(ENDED, before=before)
        if row is None:
            return False
        number, since, high = row
        upto = self._session.one(NEXT, of=number, since=since, most=limit)[0]
        if upto is not None:
            self._session.run(PRUNE, of=number, since=since, upto=upto)
            self._session.traces = True
        self._session.run(MOVE_PRUNED, delivery=number, upto=high if upto is None else upto)
        return True
