"""The deliveries themselves: begun, steered, read. Their parcels are in ``recipients`` and ``outbox``."""

from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnClause, bindparam, func, insert, literal_column, null, select, update

from bot.model.moderator import Actor
from bot.model.parcel import Delivery, DeliveryState
from bot.model.people import Address
from bot.storage.chats import StoredChats
from bot.storage.parcels import SUMS
from bot.storage.seal import Sealer
from bot.storage.session import Session
from bot.storage.tables import CHATS
from bot.storage.tables_announcing import DELIVERIES, OUTBOX

_NAMES = tuple(field.name for field in fields(Delivery))
_COLUMNS = tuple(DELIVERIES.c["id" if name == "number" else name] for name in _NAMES)
_OPENS = ("post", "occurrence", "platform", "urgent", "state", "high", "started")
_ZEROS: dict[str, ColumnClause[int]] = {name: literal_column("0") for name in ("cursor", "pruned", *SUMS)}
ENDS = frozenset({DeliveryState.DONE, DeliveryState.CANCELLED, DeliveryState.RETRACTED})
"""States in which nothing is left to do."""

HIGH = select(func.coalesce(func.max(CHATS.c.id), 0))
OPEN = (
    insert(DELIVERIES)
    .values({name: bindparam(name) for name in _OPENS} | _ZEROS | {"filled": False, "window": "", "ended": null()})
    .returning(DELIVERIES.c.id)
)
ONE = select(*_COLUMNS).where(DELIVERIES.c.id == bindparam("delivery"))
OF = select(*_COLUMNS).where(DELIVERIES.c.post == bindparam("of")).order_by(DELIVERIES.c.id)
AMONG = select(*_COLUMNS).where(DELIVERIES.c.state == bindparam("stands"))
STEER = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("delivery"))
    .values(state=bindparam("stands"), by=bindparam("actor"), why=bindparam("reason"), ended=bindparam("end"))
)
REWIND = update(DELIVERIES).where(DELIVERIES.c.id == bindparam("delivery")).values(cursor=literal_column("0"))
FORGET_WINDOW = update(DELIVERIES).where(DELIVERIES.c.id == bindparam("delivery")).values(window="")


DELIVERED = (
    select(OUTBOX.c.delivery, OUTBOX.c.reference)
    .where(OUTBOX.c.chat == bindparam("whose"), OUTBOX.c.reference.is_not(None))
    .order_by(OUTBOX.c.delivery.desc())
)


class StoredDeliveries:
    """The deliveries, as one transaction sees them."""

    def __init__(self, session: Session, sealer: Sealer, chats: StoredChats) -> None:
        self._session = session
        self._sealer = sealer
        self._chats = chats

    def delivered(self, address: Address) -> tuple[str, ...]:
        """References of what was delivered to a chat and can still be taken back, newest first."""
        chat = self._chats.number(address)
        rows = [] if chat is None else self._session.all(DELIVERED, whose=chat)
        return tuple(
            reference
            for number, sealed in rows
            for reference in reversed(open_references(self._sealer, number, sealed))
            if reference
        )

    def open(self, post: int, occurrence: int, platform: str, *, urgent: bool, now: int) -> Delivery:
        """The delivery of a post on a network, begun now if it was not: the audience's high-water mark is fixed."""
        for delivery in self.of(post, occurrence):
            if delivery.platform == platform:
                return delivery
        number: int = self._session.one(
            OPEN,
            post=post,
            occurrence=occurrence,
            platform=platform,
            urgent=urgent,
            state=DeliveryState.RUNNING.value,
            high=self._session.one(HIGH)[0],
            started=now,
        )[0]
        return self._delivery(number)

    def delivery(self, number: int) -> Delivery | None:
        """A delivery by its number."""
        row = self._session.one(ONE, delivery=number)
        return _read(row) if row else None

    def deliveries(self, *states: DeliveryState, platform: str | None = None) -> tuple[Delivery, ...]:
        """Those in these states, in the order in which they began."""
        found = [_read(row) for state in states for row in self._session.all(AMONG, stands=state.value)]
        found.sort(key=lambda delivery: delivery.number)
        return tuple(delivery for delivery in found if platform in {None, delivery.platform})

    def of(self, post: int, occurrence: int | None = None) -> tuple[Delivery, ...]:
        """Those of a post."""
        found = map(_read, self._session.all(OF, of=post))
        return tuple(delivery for delivery in found if occurrence in {None, delivery.occurrence})

    def steer(self, number: int, state: DeliveryState, actor: Actor, why: str | None, now: int) -> None:
        """Bring a delivery into a state. One that goes on after a hold begins its window of outcomes anew."""
        before = self._delivery(number).state
        end = now if state in ENDS else None
        self._session.run(STEER, delivery=number, stands=state.value, actor=str(actor), reason=why, end=end)
        if state is DeliveryState.RETRACTING and before is not state:
            self._session.run(REWIND, delivery=number)
        if state is DeliveryState.RUNNING and before is DeliveryState.HELD:
            self._session.run(FORGET_WINDOW, delivery=number)

    def _delivery(self, number: int) -> Delivery:
        """One that is there. Raises LookupError where it is not."""
        found = self.delivery(number)
        if found is None:
            raise LookupError("no such delivery")
        return found


def _read(row: tuple[Any, ...]) -> Delivery:
    values = dict(zip(_NAMES, row, strict=True))
    flags = {name: bool(values[name]) for name in ("urgent", "filled")}
    return Delivery(**values | flags | {"state": DeliveryState(values["state"])})


def open_references(sealer: Sealer, delivery: int, sealed: bytes) -> list[str]:
    """What a network calls the parts of a parcel."""
    return sealer.open("parcel", sealed, bound=b"%d" % delivery).decode().split("\n")
