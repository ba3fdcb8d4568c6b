"""Who did what: append-only, each entry chained to the one before it by a keyed hash.

A link is HMAC-SHA256, under a secret of the store, over the link before it and the entry as JSON. The note ``audit``
keeps both ends, so that an entry missing at either is noticed: the checkpoint, which is the number and link of the
last pruned entry, and the head.
"""

import hmac
import json
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from bot.errors import KeyRefused
from bot.model.moderator import Actor
from bot.ports_moderating import Deed, Inspection
from bot.storage.notes import StoredNotes
from bot.storage.seal import Sealer
from bot.storage.session import Session
from bot.storage.tables_announcing import AUDIT

NOTE = "audit"
START = (0, "")
"""Before the first entry."""

_ENTRY = (AUDIT.c.id, AUDIT.c.moment, AUDIT.c.actor, AUDIT.c.deed, AUDIT.c.post, AUDIT.c.detail)
APPEND = insert(AUDIT).values({column.name: bindparam(column.name) for column in (*_ENTRY, AUDIT.c.link)})
LATEST = select(*_ENTRY).order_by(AUDIT.c.id.desc()).limit(bindparam("most"))
CHAIN = (
    select(*_ENTRY, AUDIT.c.link).where(AUDIT.c.id > bindparam("since")).order_by(AUDIT.c.id).limit(bindparam("most"))
)
OLD = (
    select(AUDIT.c.id, AUDIT.c.link)
    .where(AUDIT.c.moment < bindparam("before"))
    .order_by(AUDIT.c.id.desc())
    .limit(bindparam("most"))
)
PRUNE = delete(AUDIT).where(AUDIT.c.id <= bindparam("upto"))
SLICE = 1000
Values = tuple[int, int, str, str, int | None, str]


class StoredAudit:
    """The audit, as one transaction sees it."""

    def __init__(self, session: Session, sealer: Sealer, moment: int) -> None:
        self._session = session
        self._sealer = sealer
        self._notes = StoredNotes(session, sealer)
        self._moment = moment

    def write(self, actor: Actor, deed: str, *, post: int | None = None, detail: str = "") -> None:
        """Append an entry, in the transaction of the deed."""
        base, (last, link) = self._ends()
        entry = (last + 1, self._moment, str(actor), deed, post, detail)
        fresh = self._link(link, entry)
        sealed = self._sealer.seal("deed", detail.encode(), bound=b"%d" % entry[0])
        names = ("id", "moment", "actor", "deed", "post")
        self._session.run(APPEND, **dict(zip(names, entry, strict=False)), detail=sealed, link=bytes.fromhex(fresh))
        self._note(base, (entry[0], fresh))

    def latest(self, limit: int) -> tuple[Deed, ...]:
        """The latest entries, newest first."""
        return tuple(
            Deed(
                number=number,
                moment=moment,
                actor=Actor.read(actor),
                deed=deed,
                post=post,
                detail=self._sealer.open("deed", sealed, bound=b"%d" % number).decode(),
            )
            for number, moment, actor, deed, post, sealed in self._session.all(LATEST, most=limit)
        )

    def verify(self) -> Inspection:
        """Check the whole chain, from the latest checkpoint to the head."""
        (number, link), head = self._ends()
        count = 0
        while rows := self._session.all(CHAIN, since=number, most=SLICE):
            for found, moment, actor, deed, post, sealed, kept in rows:
                try:
                    detail = self._sealer.open("deed", sealed, bound=b"%d" % found).decode()
                except KeyRefused:
                    return Inspection(count, found)
                link = self._link(link, (found, moment, actor, deed, post, detail))
                if found != number + 1 or link != bytes(kept).hex():
                    return Inspection(count, number + 1)
                number, count = found, count + 1
        return Inspection(count, None if (number, link) == head else min(number, head[0]) + 1)

    def prune(self, before: datetime) -> int:
        """Delete entries older than that behind a checkpoint; returns how many went."""
        row = self._session.one(OLD, before=int(before.timestamp()), most=1)
        if row is None:
            return 0
        self._note((row[0], bytes(row[1]).hex()), self._ends()[1])
        return self._session.run(PRUNE, upto=row[0])

    def _ends(self) -> tuple[tuple[int, str], tuple[int, str]]:
        note = self._notes.get(NOTE)
        if note is None:
            return START, START
        base, head = json.loads(note)
        return tuple(base), tuple(head)

    def _note(self, base: tuple[int, str], head: tuple[int, str]) -> None:
        self._notes.put(NOTE, json.dumps((base, head)))

    def _link(self, before: str, entry: Values) -> str:
        words = json.dumps((before, *entry), ensure_ascii=False, separators=(",", ":"))
        return hmac.digest(self._sealer.secret("audit"), words.encode(), "sha256").hex()
