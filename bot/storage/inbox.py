"""Which events have been heard, and which answers are still owed.

An event's row has a payload (the ask, sealed) as long as its answer is owed. After that only its index stays, with
the hour, and no way to the chat: enough to know the event when it comes again.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnClause, bindparam, delete, literal_column, null, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, Happening
from bot.ports import Debt
from bot.storage.hours import hour_of
from bot.storage.seal import Sealer
from bot.storage.session import Session, Statement
from bot.storage.tables import INBOX

LISTS = (1, 8, 32, 128)
"""How many keys a look-up is prepared for; a shorter list is filled up with its last key."""

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
ZERO: ColumnClause[int] = literal_column("0")
SETTLED = {"payload": null(), "chat": null(), "due": ZERO, "attempts": ZERO, "settled": bindparam("hour")}
"""What an event's row holds once nothing is owed."""

HEAR = insert(INBOX).on_conflict_do_nothing(index_elements=[INBOX.c.key]).inline()
OWE = HEAR.values({name: bindparam(name) for name in ("key", "chat", "payload", "due", "attempts")})
DISMISS = HEAR.values({"key": bindparam("key")} | SETTLED)
OWED = (
    select(INBOX.c.key, INBOX.c.chat, INBOX.c.payload, INBOX.c.due, INBOX.c.attempts)
    .where(INBOX.c.payload.is_not(None))
    .order_by(INBOX.c.id)
)
POSTPONE = (
    update(INBOX)
    .where(INBOX.c.key == bindparam("event"), INBOX.c.payload.is_not(None))
    .values(due=bindparam("due"), attempts=bindparam("attempts"))
)
SETTLE = update(INBOX).where(INBOX.c.key == bindparam("event"), INBOX.c.payload.is_not(None)).values(SETTLED)
PRUNE = delete(INBOX).where(INBOX.c.settled < bindparam("hour"))


@cache
def _heard(size: int) -> Statement:
    return select(INBOX.c.key).where(INBOX.c.key.in_([bindparam(f"key_{number}") for number in range(size)]))


def event_index(sealer: Sealer, ask: Ask) -> bytes:
    """What an event is known by: its platform's name and the id that the network gave it."""
    return sealer.index("event", f"{ask.address.platform}\0{ask.id}")


def _packed(ask: Ask, withdraws: tuple[str, ...]) -> bytes:
    address = ask.address
    fields = (
        *(ask.id, address.platform, address.native, address.topic, ask.kind.value, ask.text, ask.addressed),
        *(ask.pressed, ask.panel, ask.receipt, ask.speaker, ask.reports, withdraws),
        *(ask.happening, ask.about and (ask.about.platform, ask.about.native), ask.encrypted, ask.device, ask.may_set),
    )
    return ENCODER.encode(fields).encode()


def _unpacked(payload: bytes) -> tuple[Ask, tuple[str, ...]]:
    number, platform, native, topic, kind, text, addressed, pressed, *rest = json.loads(payload)
    panel, receipt, speaker, reports, withdraws, happening, about, encrypted, device, may_set = rest
    ask = Ask(
        id=number,
        address=Address(platform, native, topic),
        kind=ChatKind(kind),
        text=text,
        addressed=addressed,
        pressed=pressed,
        panel=panel,
        receipt=receipt,
        speaker=speaker,
        reports=reports,
        happening=None if happening is None else Happening(happening),
        about=None if about is None else Address(*about),
        encrypted=encrypted,
        device=device,
        may_set=may_set,
    )
    return ask, tuple(withdraws)


class StoredInbox:
    """The inbox, as one transaction sees it."""

    def __init__(self, session: Session, sealer: Sealer, hour: int) -> None:
        self._session = session
        self._sealer = sealer
        self._hour = hour

    def unheard(self, asks: Sequence[Ask]) -> list[Ask]:
        """Those asks that have not been committed before, in order, each once."""
        fresh: dict[bytes, Ask] = {}
        for ask in asks:
            fresh.setdefault(event_index(self._sealer, ask), ask)
        keys = list(fresh)
        for start in range(0, len(keys), LISTS[-1]):
            part = keys[start : start + LISTS[-1]]
            size = next(size for size in LISTS if size >= len(part))
            part += part[-1:] * (size - len(part))
            names = {f"key_{number}": key for number, key in enumerate(part)}
            for (key,) in self._session.all(_heard(size), **names):
                del fresh[key]
        return list(fresh.values())

    def owe(
        self, ask: Ask, chat: int | None, withdraws: tuple[str, ...] = (), *, due: float = 0.0, attempts: int = 0
    ) -> Debt:
        """Note the ask (already resolved) as heard, with its answer still to be given, and not before ``due``.

        An event that has been heard before stays as it was: owed once, or settled.
        """
        key = event_index(self._sealer, ask)
        payload = self._sealer.seal("debt", _packed(ask, withdraws), bound=key)
        self._session.run(OWE, key=key, chat=chat, payload=payload, due=due, attempts=attempts)
        return Debt(key=key, chat=chat, ask=ask, withdraws=withdraws, due=due, attempts=attempts)

    def dismiss(self, ask: Ask) -> None:
        """Note the ask as heard, with nothing to answer."""
        self._session.run(DISMISS, key=event_index(self._sealer, ask), hour=self._hour)

    def owed(self) -> list[Debt]:
        """Every debt, oldest first."""
        debts = []
        for key, chat, payload, due, attempts in self._session.all(OWED):
            ask, withdraws = _unpacked(self._sealer.open("debt", payload, bound=key))
            debts.append(Debt(key=key, chat=chat, ask=ask, withdraws=withdraws, due=due, attempts=attempts))
        return debts

    def postpone(self, debt: Debt, due: float, attempts: int) -> None:
        """Keep the debt; it is not tried before ``due`` (POSIX seconds). One that is settled stays so."""
        self._session.run(POSTPONE, event=debt.key, due=due, attempts=attempts)

    def settle(self, debts: Sequence[Debt]) -> None:
        """The answers were given, or never can be: nothing but the event's index stays."""
        self._session.many(SETTLE, [{"event": debt.key, "hour": self._hour} for debt in debts])
        if any(debt.chat is None for debt in debts):
            self._session.traces = True  # the last words to somebody who asked to be forgotten

    def prune(self, before: datetime) -> int:
        """Delete what was settled in an hour that was over before that moment; returns how many rows went."""
        return self._session.run(PRUNE, hour=hour_of(before))
