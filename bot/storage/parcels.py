"""What becomes of a chat's parcels when the chat itself changes: stops, speaks, moves, or is forgotten."""

from collections.abc import Mapping

from sqlalchemy import bindparam, delete, literal_column, select, update

from bot.model.parcel import CLOSED, DeliveryState, ParcelState
from bot.model.people import Updates
from bot.storage.session import Session
from bot.storage.tables_announcing import CHAT_HOLDS, DELIVERIES, OUTBOX

SUMS = (
    *("queued", "sent", "gone", "failed", "dropped", "waiting"),
    *("recalled", "withdrawn", "noted", "too_old", "stuck"),
)
IS_OPEN = OUTBOX.c.due.is_not(None)
"""Still wants something done: in the words of the partial index, or it is not used."""
UNSENT = (ParcelState.FRESH, ParcelState.TIMED, ParcelState.WAITING, ParcelState.UNSURE)
"""May be dropped: nothing is in flight."""

TALLY = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("number"))
    .values({name: DELIVERIES.c[name] + bindparam(f"more_{name}") for name in SUMS})
)
_ONE = (OUTBOX.c.chat == bindparam("whose"), OUTBOX.c.delivery == bindparam("of"))
HIS = (
    select(OUTBOX.c.delivery, OUTBOX.c.state, OUTBOX.c.reference.is_not(None), DELIVERIES.c.urgent, DELIVERIES.c.state)
    .join(DELIVERIES, DELIVERIES.c.id == OUTBOX.c.delivery)
    .where(OUTBOX.c.chat == bindparam("whose"))
)
DROP = delete(OUTBOX).where(*_ONE)
MARK = update(OUTBOX).where(*_ONE).values(state=bindparam("stands"), due=bindparam("end"))
REPOINT = update(OUTBOX).where(*_ONE).values(chat=bindparam("heir"))
DROP_ALL = delete(OUTBOX).where(OUTBOX.c.chat == bindparam("whose"))
DROP_HOLD = delete(CHAT_HOLDS).where(CHAT_HOLDS.c.chat == bindparam("whose"))
WAKE = (
    update(OUTBOX)
    .where(OUTBOX.c.chat == bindparam("whose"), OUTBOX.c.state == literal_column(str(ParcelState.WAITING.value)))
    .values(due=literal_column("0"))
)


def tally(session: Session, delivery: int, sums: Mapping[str, int]) -> None:
    """Add to a delivery's sums."""
    if any(sums.values()):
        session.run(TALLY, number=delivery, **{f"more_{name}": sums.get(name, 0) for name in SUMS})


def drop(session: Session, delivery: int, chat: int, state: ParcelState, *, arrived: bool, recalls: bool) -> None:
    """Take an unsent parcel out of the queue; where a part of it arrived it counts as sent, and can be taken back."""
    sums = {"waiting": -1 if state is ParcelState.WAITING else 0}
    if arrived:
        stands = ParcelState.RECALL if recalls else ParcelState.SENT
        session.run(MARK, whose=chat, of=delivery, stands=stands.value, end=0 if recalls else None)
        sums |= {"sent": 1, "recalled": int(recalls)}
    elif recalls and state is ParcelState.UNSURE:  # it may be there, and nobody knows where
        session.run(MARK, whose=chat, of=delivery, stands=ParcelState.STUCK.value, end=None)
        sums |= {"dropped": 1, "recalled": 1, "stuck": 1}
    else:
        session.run(DROP, whose=chat, of=delivery)
        sums |= {"dropped": 1}
    tally(session, delivery, sums)


def stop(session: Session, chat: int, *, keep: Updates) -> None:
    """The chat wants no others any more than it has chosen now: no running delivery brings it any."""
    for delivery, state, arrived, urgent, stands in session.all(HIS, whose=chat):
        if state in UNSENT and not (keep is Updates.ALL or (keep is Updates.URGENT and urgent)):
            recalls = stands == DeliveryState.RETRACTING
            drop(session, delivery, chat, ParcelState(state), arrived=bool(arrived), recalls=recalls)
        elif state == ParcelState.GONE:  # it speaks: it is not gone
            session.run(MARK, whose=chat, of=delivery, stands=ParcelState.SPARED.value, end=None)


def wake(session: Session, chat: int) -> None:
    """Its quiet hours changed, or the bot may write there again: what waits is looked at anew."""
    session.run(WAKE, whose=chat)


def forget(session: Session, chat: int) -> None:
    """Nothing of the chat stays; the deliveries' sums come out even."""
    for delivery, state, _, _, _ in session.all(HIS, whose=chat):
        if state in {ParcelState.RECALL, ParcelState.RECALLING}:
            tally(session, delivery, {"recalled": -1})
        elif state < CLOSED and state != ParcelState.GONE:
            tally(session, delivery, {"dropped": 1, "waiting": -1 if state == ParcelState.WAITING else 0})
    session.run(DROP_ALL, whose=chat)
    session.run(DROP_HOLD, whose=chat)


def merge(session: Session, chat: int, heir: int) -> None:
    """Two rows turn out to be one chat: what either got counts, so that nothing is sent to it twice."""
    his = {row[0]: row for row in session.all(HIS, whose=heir)}
    for delivery, state, _, _, _ in session.all(HIS, whose=chat):
        if delivery not in his:
            session.run(REPOINT, whose=chat, of=delivery, heir=heir)
        elif state not in UNSENT and his[delivery][1] in {*UNSENT, ParcelState.CLAIMED}:
            waited = his[delivery][1] == ParcelState.WAITING
            tally(session, delivery, {"dropped": 1, "waiting": -1 if waited else 0})
            session.run(DROP, whose=heir, of=delivery)
            session.run(REPOINT, whose=chat, of=delivery, heir=heir)
