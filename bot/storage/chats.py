"""What is kept about chats: a keyed index to find them by, a sealed address, and their choices."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, false, func, insert, null, select, true, update

from bot.model.people import Address, Chat, ChatKind, Place, Updates
from bot.storage import parcels
from bot.storage.hours import hour_of
from bot.storage.inbox import SETTLED
from bot.storage.seal import Sealer
from bot.storage.session import Session
from bot.storage.tables import CHATS, INBOX, SENT
from bot.storage.tables_announcing import MODERATOR_ADDRESSES

CHOICES = (
    *("language", "passage", "page", "updates", "sound", "discreet", "quiet", "timezone"),
    *("kind", "muted", "joined", "topic"),
)

HOSTED = CHATS.alias("hosted")

FIND = select(CHATS.c.id, *(CHATS.c[name] for name in CHOICES)).where(CHATS.c.address_index == bindparam("index"))
ADD = (
    insert(CHATS)
    .values({name: bindparam(name) for name in ("platform", "address_index", "address", *CHOICES)})
    .returning(CHATS.c.id)
)
CHANGE = update(CHATS).where(CHATS.c.id == bindparam("row")).values({name: bindparam(name) for name in CHOICES})
LOCATE = select(CHATS.c.platform, CHATS.c.address_index, CHATS.c.address).where(CHATS.c.id == bindparam("row"))
MOVE = (
    update(CHATS)
    .where(CHATS.c.id == bindparam("row"))
    .values({name: bindparam(f"new_{name}") for name in ("platform", "address_index", "address", "topic")})
)
ENTRUST = update(CHATS).where(CHATS.c.id == bindparam("row")).values(host=bindparam("to"))
ENTRUSTED = select(CHATS.c.id).where(CHATS.c.host == bindparam("owner")).order_by(CHATS.c.id)
HOST = select(CHATS.c.platform, CHATS.c.address_index, CHATS.c.address).where(
    CHATS.c.address_index == select(HOSTED.c.host).where(HOSTED.c.id == bindparam("row")).scalar_subquery()
)
RELEASE = update(CHATS).where(CHATS.c.host == bindparam("owner")).values(host=null())
CAME = (
    select(func.count())
    .select_from(CHATS)
    .where(CHATS.c.joined == bindparam("hour"), CHATS.c.platform == bindparam("network"))
)
DELETE = delete(CHATS).where(CHATS.c.id == bindparam("row"))
DELETE_SENT = delete(SENT).where(SENT.c.chat == bindparam("row"))
DISMISS = update(INBOX).where(INBOX.c.chat == bindparam("row"), INBOX.c.payload.is_not(None)).values(SETTLED)
UNREACH = update(MODERATOR_ADDRESSES).where(MODERATOR_ADDRESSES.c.chat == bindparam("whose")).values(chat=null())
NOTHING_CHOSEN = and_(
    *(CHATS.c[name].is_(None) for name in ("language", "passage", "updates", "quiet", "timezone", "topic")),
    CHATS.c.sound == true(),
    CHATS.c.discreet == false(),
)
NOTHING_HANGS = and_(
    ~exists().where(SENT.c.chat == CHATS.c.id),
    ~exists().where(INBOX.c.chat == CHATS.c.id, INBOX.c.payload.is_not(None)),
    ~exists().where(MODERATOR_ADDRESSES.c.chat == CHATS.c.id),
)
DELETE_IDLE = delete(CHATS).where(CHATS.c.joined.is_(None), NOTHING_CHOSEN, NOTHING_HANGS)
IDLE = (
    select(CHATS.c.platform, CHATS.c.address_index, CHATS.c.address)
    .where(CHATS.c.joined < bindparam("before"), NOTHING_CHOSEN)
    .order_by(CHATS.c.id)
)


def address_index(sealer: Sealer, address: Address) -> bytes:
    """What a chat is found by. Its topics are not chats of their own."""
    return sealer.index("address", f"{address.platform}\0{address.native}")


def read_address(sealer: Sealer, platform: str, index: bytes, sealed: bytes) -> Address:
    """The address of a row, in the clear."""
    return Address(platform, sealer.open("address", sealed, bound=index).decode())


def read_chat(sealer: Sealer, platform: str, index: bytes, sealed: bytes, *choices: Any) -> Chat:
    """The chat of a row, its address and topic in the clear."""
    return _chat(read_address(sealer, platform, index, sealed), _open_topic(sealer, index, choices))


def _open_topic(sealer: Sealer, index: bytes, choices: tuple[Any, ...]) -> tuple[Any, ...]:
    *others, topic = choices
    return choices if topic is None else (*others, sealer.open("topic", topic, bound=index).decode())


def _chat(address: Address, choices: tuple[Any, ...]) -> Chat:
    language, passage, page, updates, sound, discreet, quiet, timezone, kind, muted, joined, topic = choices
    return Chat(
        address=address,
        language=language,
        place=None if passage is None else Place(passage, page),
        updates=None if updates is None else Updates(updates),
        sound=bool(sound),
        discreet=bool(discreet),
        quiet=quiet,
        timezone=timezone,
        kind=ChatKind(kind),
        muted=bool(muted),
        joined=joined,
        topic=topic,
    )


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
        return _chat(address, row[1:])

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
            chat.kind.value,
            chat.muted,
            chat.joined,
            chat.topic,
        )
        row = self._row(index)
        if row is None:
            number = self._add(index, chat.address, choices)
        else:
            number = row[0]
            if row[1:] != choices:
                self._session.run(CHANGE, row=number, **self._columns(index, choices))
                self._mind_parcels(number, row[1:], choices)
        self._known[index] = (number, *choices)
        return number

    def forget(self, address: Address) -> None:
        """Delete the chat and everything that hangs on it; the store takes the traces out of the files at once."""
        index = address_index(self._sealer, address)
        if self._session.run(RELEASE, owner=index):  # known to its channels even where it has no row any more
            self._session.traces = True
        row = self._row(index)
        if row is None:
            return
        self._session.run(DISMISS, row=row[0], hour=self._hour)
        self._session.run(DELETE_SENT, row=row[0])
        parcels.forget(self._session, row[0])
        self._session.run(UNREACH, whose=row[0])
        self._session.run(DELETE, row=row[0])
        self._session.traces = True
        self._known[index] = None

    def locate(self, number: int) -> Chat | None:
        """The chat with that row id, its address in the clear."""
        row = self._session.one(LOCATE, row=number)
        return self.find(read_address(self._sealer, *row)) if row else None

    def number(self, address: Address) -> int | None:
        """The chat's row id, where anything is kept about it."""
        row = self._row(address_index(self._sealer, address))
        return row[0] if row else None

    def move(self, address: Address, to: Address) -> None:
        """The chat has another address: what was kept under the new one gives way, messages stay behind."""
        index, target = address_index(self._sealer, address), address_index(self._sealer, to)
        row = self._row(index)
        if row is None or index == target:
            return
        if double := self._row(target):
            parcels.merge(self._session, double[0], row[0])
        self.forget(to)
        self._session.run(DELETE_SENT, row=row[0])  # a reference holds the old address
        self._session.run(
            MOVE,
            row=row[0],
            new_platform=to.platform,
            new_address_index=target,
            new_address=self._sealer.seal("address", to.native.encode(), bound=target),
            new_topic=None,  # a group that had topics was a supergroup before, and does not move
        )
        self._session.traces = True
        self._known[index], self._known[target] = None, (*row[:-1], None)

    def entrust(self, address: Address, host: Address) -> None:
        """Note the private chat of the person who added the bot to that channel."""
        if row := self._row(address_index(self._sealer, address)):
            self._session.run(ENTRUST, row=row[0], to=address_index(self._sealer, host))

    def entrusted(self, host: Address) -> tuple[int, ...]:
        """Row ids of the channels entrusted to that private chat, oldest first."""
        return tuple(row[0] for row in self._session.all(ENTRUSTED, owner=address_index(self._sealer, host)))

    def host(self, address: Address) -> Address | None:
        """The private chat that the channel there is entrusted to, where anything is kept about that one."""
        row = self._row(address_index(self._sealer, address))
        found = self._session.one(HOST, row=row[0]) if row else None
        return read_address(self._sealer, *found) if found else None

    def idle(self, before: datetime) -> tuple[Address, ...]:
        """Groups and channels that the bot came to before that moment, in which nobody has chosen anything."""
        return tuple(read_address(self._sealer, *row) for row in self._session.all(IDLE, before=hour_of(before)))

    def came(self, platform: str, hour: int) -> int:
        """How many groups and channels of a platform the bot came to in that hour since 1970."""
        count: int = self._session.one(CAME, hour=hour, network=platform)[0]
        return count

    def _row(self, index: bytes) -> tuple[Any, ...] | None:
        if index not in self._known:
            row = self._session.one(FIND, index=index)
            self._known[index] = row and (row[0], *_open_topic(self._sealer, index, row[1:]))
        return self._known[index]

    def _mind_parcels(self, number: int, before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
        """What is on its way to the chat keeps to what it has just chosen."""
        old, new = dict(zip(CHOICES, before, strict=True)), dict(zip(CHOICES, after, strict=True))
        if old["updates"] != new["updates"]:
            parcels.stop(self._session, number, keep=Updates(new["updates"] or Updates.OFF))
        if any(old[name] != new[name] for name in ("muted", "quiet", "timezone")):
            parcels.wake(self._session, number)

    def _columns(self, index: bytes, choices: tuple[Any, ...]) -> dict[str, Any]:
        """What the table holds of a chat's choices: the topic sealed."""
        topic = choices[-1]
        sealed = None if topic is None else self._sealer.seal("topic", topic.encode(), bound=index)
        return dict(zip(CHOICES, (*choices[:-1], sealed), strict=True))

    def _add(self, index: bytes, address: Address, choices: tuple[Any, ...]) -> int:
        number: int = self._session.one(
            ADD,
            platform=address.platform,
            address_index=index,
            address=self._sealer.seal("address", address.native.encode(), bound=index),
            **self._columns(index, choices),
        )[0]
        return number
