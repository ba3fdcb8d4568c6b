"""What moderators are told unasked and have not been told yet, one row for each address of theirs."""

from collections.abc import Sequence

from sqlalchemy import ColumnClause, bindparam, delete, insert, literal_column, select, update

from bot.ports_moderating import Letter
from bot.storage.chats import read_address
from bot.storage.packing import pack, unpack
from bot.storage.seal import Sealer
from bot.storage.session import Session
from bot.storage.tables import CHATS
from bot.storage.tables_announcing import LETTERS, MODERATOR_ADDRESSES

REACHED = select(MODERATOR_ADDRESSES.c.id).where(
    MODERATOR_ADDRESSES.c.moderator == bindparam("whose"), MODERATOR_ADDRESSES.c.chat.is_not(None)
)
_ZEROS: dict[str, ColumnClause[int]] = {name: literal_column("0") for name in ("due", "attempts")}
WRITE = insert(LETTERS).values({name: bindparam(name) for name in ("address", "post", "sealed", "expires")} | _ZEROS)
_ROUTE = (
    select(
        *(LETTERS.c.id, MODERATOR_ADDRESSES.c.moderator, LETTERS.c.post, LETTERS.c.sealed, LETTERS.c.expires),
        *(LETTERS.c.due, LETTERS.c.attempts, CHATS.c.id, CHATS.c.platform, CHATS.c.address_index, CHATS.c.address),
    )
    .join(MODERATOR_ADDRESSES, MODERATOR_ADDRESSES.c.id == LETTERS.c.address)
    .join(CHATS, CHATS.c.id == MODERATOR_ADDRESSES.c.chat)
    .where(CHATS.c.platform == bindparam("network"))
)
READY = _ROUTE.where(LETTERS.c.due <= bindparam("now")).order_by(LETTERS.c.id).limit(bindparam("most"))
NEXT_DUE = (
    select(LETTERS.c.due)
    .join(MODERATOR_ADDRESSES, MODERATOR_ADDRESSES.c.id == LETTERS.c.address)
    .join(CHATS, CHATS.c.id == MODERATOR_ADDRESSES.c.chat)
    .where(CHATS.c.platform == bindparam("network"))
    .order_by(LETTERS.c.due)
    .limit(literal_column("1"))
)
EXPIRE = delete(LETTERS).where(LETTERS.c.expires <= bindparam("now"))
POSTPONE = (
    update(LETTERS).where(LETTERS.c.id == bindparam("letter")).values(due=bindparam("end"), attempts=bindparam("tries"))
)
SETTLE = delete(LETTERS).where(LETTERS.c.id == bindparam("letter"))


class StoredLetters:
    """The letters, as one transaction sees them."""

    def __init__(self, session: Session, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer

    def write(self, moderator: int, kind: str, *, post: int | None = None, expires: int, **values: str) -> int:
        """A letter to each address of a moderator at which they can be reached; returns how many."""
        rows = self._session.all(REACHED, whose=moderator)
        for (address,) in rows:
            sealed = self._sealer.seal("letter", pack((kind, values)))
            self._session.run(WRITE, address=address, post=post, sealed=sealed, expires=expires)
        return len(rows)

    def ready(self, platform: str, now: int, limit: int) -> list[Letter]:
        """Those that want to be tried now, oldest first. What has expired is deleted."""
        if self._session.run(EXPIRE, now=now):
            self._session.traces = True
        letters = []
        for number, moderator, post, sealed, expires, due, attempts, chat, *place in self._session.all(
            READY, network=platform, now=now, most=limit
        ):
            kind, values = unpack(self._sealer.open("letter", sealed))
            letter = Letter(
                number=number,
                moderator=moderator,
                kind=kind,
                post=post,
                values=values,
                address=read_address(self._sealer, *place),
                chat=chat,
                expires=expires,
                due=due,
                attempts=attempts,
            )
            letters.append(letter)
        return letters

    def next_due(self, platform: str) -> int | None:
        """When the next one wants to be tried (POSIX seconds)."""
        row = self._session.one(NEXT_DUE, network=platform)
        return row[0] if row else None

    def postpone(self, letter: int, due: int, attempts: int) -> None:
        """Keep it; it is not tried before then."""
        self._session.run(POSTPONE, letter=letter, end=due, tries=attempts)

    def settle(self, letters: Sequence[int]) -> None:
        """They arrived, or never can."""
        self._session.many(SETTLE, [{"letter": letter} for letter in letters])
