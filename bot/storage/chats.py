"""What is kept about chats: a keyed index to find them by, a sealed address, and their choices."""

from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, false, insert, select, true, update

from bot.model.people import Address, Chat, Place, Updates
from bot.storage.inbox import SETTLED
from bot.storage.seal import Sealer
from bot.storage.session import Session
from bot.storage.tables import CHATS, INBOX, SENT

CHOICES = ("language", "passage", "page", "updates", "sound", "discreet", "quiet", "timezone")

FIND = select(CHATS.c.id, *(CHATS.c[name] for name in CHOICES)).where(CHATS.c.address_index == bindparam("index"))
ADD = (
    insert(CHATS)
    .values({name: bindparam(name) for name in ("platform", "address_index", "address", *CHOICES)})
    .returning(CHATS.c.id)
)
CHANGE = update(CHATS).where(CHATS.c.id == bindparam("row")).values({name: bindparam(name) for name in CHOICES})
DELETE = delete(CHATS).where(CHATS.c.id == bindparam("row"))
DELETE_SENT = delete(SENT).where(SENT.c.chat == bindparam("row"))
DISMISS = update(INBOX).where(INBOX.c.chat == bindparam("row"), INBOX.c.payload.is_not(None)).values(SETTLED)
NOTHING_CHOSEN = and_(
    *(CHATS.c[name].is_(None) for name in ("language", "passage", "updates", "quiet", "timezone")),
    CHATS.c.sound == true(),
    CHATS.c.discreet == false(),
)
NOTHING_HANGS = and_(
    ~exists().where(SENT.c.chat == CHATS.c.id),
    ~exists().where(INBOX.c.chat == CHATS.c.id, INBOX.c.payload.is_not(None)),
)
DELETE_IDLE = delete(CHATS).where(NOTHING_CHOSEN, NOTHING_HANGS)


def address_index(sealer: Sealer, address: Address) -> bytes:
    """What a chat is found by. Its topics are not chats of their own."""
    return sealer.index("address", f"{address.platform}\0{address.native}")


class StoredChats:
    """The chats, as one transaction sees them. What it has read or written it does not ask for again."""

    def __init__(self, session: Session, sealer: Sealer, hour: int) -> None:
        self._session = session
        self._sealer = sealer
        self._hour = hour
        self._known: dict[bytes, tuple[Any, ...] | None] = {}

    def find(self, address: Address) -> Chat | None:
        """The chat's choices under the very address that was asked for, or None where nothing is kept."""
        row = self._row(address_index(self._sealer, address))
        if row is None:
            return None
        _, language, passage, page, updates, sound, discreet, quiet, timezone = row
        return Chat(
            address=address,
            language=language,
            place=None if passage is None else Place(passage, page),
            updates=None if updates is None else Updates(updates),
            sound=bool(sound),
            discreet=bool(discreet),
            quiet=quiet,
            timezone=timezone,
        )

    def keep(self, chat: Chat) -> int:
        """Insert or update; returns the chat's row id, which no other chat ever gets."""
        index = address_index(self._sealer, chat.address)
        choices = (
            chat.language,
            chat.place and chat.place.passage,
            chat.place and chat.place.page,
            chat.updates and chat.updates.value,
            chat.sound,
            chat.discreet,
            chat.quiet,
            chat.timezone,
        )
        row = self._row(index)
        if row is None:
            number = self._add(index, chat.address, choices)
        else:
            number = row[0]
            if row[1:] != choices:
                self._session.run(CHANGE, row=number, **dict(zip(CHOICES, choices, strict=True)))
        self._known[index] = (number, *choices)
        return number

    def forget(self, address: Address) -> None:
        """Delete the chat and everything that hangs on it; the store takes the traces out of the files at once."""
        index = address_index(self._sealer, address)
        row = self._row(index)
        if row is None:
            return
        self._session.run(DISMISS, row=row[0], hour=self._hour)
        self._session.run(DELETE_SENT, row=row[0])
        self._session.run(DELETE, row=row[0])
        self._session.traces = True
        self._known[index] = None

    def _row(self, index: bytes) -> tuple[Any, ...] | None:
        if index not in self._known:
            self._known[index] = self._session.one(FIND, index=index)
        return self._known[index]

    def _add(self, index: bytes, address: Address, choices: tuple[Any, ...]) -> int:
        number: int = self._session.one(
            ADD,
            platform=address.platform,
            address_index=index,
            address=self._sealer.seal("address", address.native.encode(), bound=index),
            **dict(zip(CHOICES, choices, strict=True)),
        )[0]
        return number
