"""What the bot said lately in each chat: to find a panel again, and to take messages back."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Integer, LargeBinary, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.model.people import Address
from bot.storage.chats import DELETE_IDLE, address_index
from bot.storage.hours import hour_of
from bot.storage.seal import Sealer
from bot.storage.session import Session
from bot.storage.tables import CHATS, SENT

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
ROW = select(
    CHATS.c.id,
    bindparam("index", type_=LargeBinary),
    bindparam("sealed", type_=LargeBinary),
    bindparam("hour", type_=Integer),
).where(CHATS.c.id == bindparam("row", type_=BigInteger))
KEEP = insert(SENT).from_select(["chat", "reference_index", "sealed", "hour"], ROW)
KEEP = KEEP.on_conflict_do_update(
    index_elements=[SENT.c.reference_index], set_={"sealed": KEEP.excluded.sealed, "hour": KEEP.excluded.hour}
)
SHOWN = select(SENT.c.sealed).where(SENT.c.reference_index == bindparam("index"))
RECENT = (
    select(SENT.c.sealed, SENT.c.reference_index)
    .join(CHATS, CHATS.c.id == SENT.c.chat)
    .where(CHATS.c.address_index == bindparam("index"))
    .order_by(SENT.c.id.desc())
)
OLDER = RECENT.where(SENT.c.hour < bindparam("before"))
DROP = delete(SENT).where(SENT.c.reference_index == bindparam("index"))
PRUNE = delete(SENT).where(SENT.c.hour < bindparam("before"))


class StoredSent:
    """The messages, as one transaction sees them."""

    def __init__(self, session: Session, sealer: Sealer, hour: int) -> None:
        self._session = session
        self._sealer = sealer
        self._hour = hour

    def keep(self, chat: int, reference: str, shows: str | None) -> None:
        """Remember a message; an edit of the same message renews what it shows. A chat that is gone: nothing."""
        index = self._sealer.index("sent", reference)
        sealed = self._sealer.seal("sent", ENCODER.encode((reference, shows)).encode(), bound=index)
        self._session.run(KEEP, row=chat, index=index, sealed=sealed, hour=self._hour)

    def shown(self, reference: str) -> str | None:
        """The absolute command whose panel that message shows now."""
        index = self._sealer.index("sent", reference)
        row = self._session.one(SHOWN, index=index)
        return self._opened(row[0], index)[1] if row else None

    def recent(self, address: Address) -> tuple[str, ...]:
        """References of what was said there, newest first."""
        rows = self._session.all(RECENT, index=address_index(self._sealer, address))
        return tuple(self._opened(sealed, index)[0] for sealed, index in rows)

    def older(self, address: Address, before: datetime) -> tuple[tuple[str, str], ...]:
        """Messages there of hours that were over before that moment: reference, and what each shows."""
        rows = self._session.all(OLDER, index=address_index(self._sealer, address), before=hour_of(before))
        opened = (self._opened(sealed, index) for sealed, index in rows)
        return tuple((reference, shows or "") for reference, shows in opened)

    def drop(self, references: Sequence[str]) -> None:
        """Forget messages: they are being taken back."""
        self._session.many(DROP, [{"index": self._sealer.index("sent", reference)} for reference in references])
        self._session.traces = True

    def prune(self, before: datetime) -> int:
        """Forget messages of hours that were over before that moment, and chats about which nothing else was kept.

        Returns how many rows went. A message that was edited counts from its latest edit.
        """
        gone = self._session.run(PRUNE, before=hour_of(before)) + self._session.run(DELETE_IDLE)
        self._session.traces |= gone > 0
        return gone

    def _opened(self, sealed: bytes, index: bytes) -> tuple[str, str | None]:
        reference, shows = json.loads(self._sealer.open("sent", sealed, bound=index))
        return reference, shows
