"""Who the moderators are and where they come from: found by an index, kept sealed."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.moderator import Moderator, Role
from bot.model.people import Address
from bot.storage.packing import pack, unpack
from bot.storage.seal import Sealer
from bot.storage.session import Session
from bot.storage.tables_announcing import INVITATIONS, LETTERS, MODERATOR_ADDRESSES, MODERATORS

_HERE = MODERATOR_ADDRESSES
_COLUMNS = (MODERATORS.c.id, MODERATORS.c.callsign, MODERATORS.c.role, MODERATORS.c.frozen)

ADD = insert(MODERATORS).values(callsign=b"", role=bindparam("role"), frozen=False).returning(MODERATORS.c.id)
KEEP = (
    update(MODERATORS)
    .where(MODERATORS.c.id == bindparam("number"))
    .values({name: bindparam(name) for name in ("callsign", "role", "frozen")})
)
FIND = select(*_COLUMNS).where(MODERATORS.c.id == bindparam("number"))
ALL = select(*_COLUMNS).order_by(MODERATORS.c.id)
AT = (
    select(*_COLUMNS)
    .join(_HERE, _HERE.c.moderator == MODERATORS.c.id)
    .where(_HERE.c.address_index == bindparam("index"))
)
REMOVE = delete(MODERATORS).where(MODERATORS.c.id == bindparam("number"))
REMOVE_ADDRESSES = delete(_HERE).where(_HERE.c.moderator == bindparam("number"))
REMOVE_LETTERS = delete(LETTERS).where(
    LETTERS.c.address.in_(select(_HERE.c.id).where(_HERE.c.moderator == bindparam("number")))
)
ADD_ADDRESS = upsert(_HERE).values(
    {name: bindparam(name) for name in ("moderator", "address_index", "address", "devices")}
)
ADD_ADDRESS = ADD_ADDRESS.on_conflict_do_nothing(index_elements=[_HERE.c.address_index])
ADDRESSES = (
    select(_HERE.c.address_index, _HERE.c.address).where(_HERE.c.moderator == bindparam("number")).order_by(_HERE.c.id)
)
DEVICES = select(_HERE.c.devices).where(_HERE.c.address_index == bindparam("index"))
PIN = update(_HERE).where(_HERE.c.address_index == bindparam("index")).values(devices=bindparam("sealed"))
REACH = update(_HERE).where(_HERE.c.address_index == bindparam("index")).values(chat=bindparam("row"))
REACHED = select(_HERE.c.chat, _HERE.c.moderator).where(_HERE.c.chat.is_not(None)).order_by(_HERE.c.id)
INVITE = insert(INVITATIONS).values(
    {name: bindparam(name) for name in ("code_index", "role", "callsign", "inviter", "expires")}
)
INVITED = select(INVITATIONS.c.role, INVITATIONS.c.callsign, INVITATIONS.c.expires).where(
    INVITATIONS.c.code_index == bindparam("index")
)
USE_UP = delete(INVITATIONS).where(INVITATIONS.c.code_index == bindparam("index"))
EXPIRE = delete(INVITATIONS).where(INVITATIONS.c.expires <= bindparam("now"))


class StoredModerators:
    """The moderators, as one transaction sees them."""

    def __init__(self, session: Session, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer

    def add(self, callsign: str, role: Role) -> Moderator:
        """A new moderator, with a number that no other ever gets."""
        number: int = self._session.one(ADD, role=role.value)[0]
        moderator = Moderator(number=number, callsign=callsign, role=role)
        self.keep(moderator)
        return moderator

    def find(self, number: int) -> Moderator | None:
        """By number."""
        row = self._session.one(FIND, number=number)
        return self._read(row) if row else None

    def all(self) -> tuple[Moderator, ...]:
        """Everyone, by number."""
        return tuple(self._read(row) for row in self._session.all(ALL))

    def at(self, address: Address) -> Moderator | None:
        """Who speaks from that address."""
        row = self._session.one(AT, index=self._index(address))
        return self._read(row) if row else None

    def keep(self, moderator: Moderator) -> None:
        """Keep role, callsign and whether they are frozen."""
        number = moderator.number
        sealed = self._sealer.seal("callsign", moderator.callsign.encode(), bound=b"%d" % number)
        role, frozen = moderator.role.value, moderator.frozen
        self._session.run(KEEP, number=number, callsign=sealed, role=role, frozen=frozen)

    def remove(self, number: int) -> None:
        """Delete a moderator with all addresses, devices and letters."""
        for statement in (REMOVE_LETTERS, REMOVE_ADDRESSES, REMOVE):
            self._session.run(statement, number=number)
        self._session.traces = True

    def add_address(self, number: int, address: Address, devices: Collection[str] = ()) -> bool:
        """Another address of the same human; False where it is somebody's already."""
        index = self._index(address)
        sealed = self._sealer.seal("moderator", pack((address.platform, address.native)), bound=index)
        pinned = self._seal_devices(index, devices)
        return self._session.run(ADD_ADDRESS, moderator=number, address_index=index, address=sealed, devices=pinned) > 0

    def addresses(self, number: int) -> tuple[Address, ...]:
        """Where a moderator comes from."""
        return tuple(
            Address(*unpack(self._sealer.open("moderator", sealed, bound=index)))
            for index, sealed in self._session.all(ADDRESSES, number=number)
        )

    def devices(self, address: Address) -> frozenset[str]:
        """Fingerprints of the devices that are pinned for an address."""
        index = self._index(address)
        row = self._session.one(DEVICES, index=index)
        return frozenset(unpack(self._sealer.open("devices", row[0], bound=index))) if row else frozenset()

    def pin(self, address: Address, device: str) -> None:
        """From now on commands from that device count too."""
        index = self._index(address)
        self._session.run(PIN, index=index, sealed=self._seal_devices(index, self.devices(address) | {device}))

    def reach(self, address: Address, chat: int) -> None:
        """Letters for that address go to that private chat, by row id."""
        self._session.run(REACH, index=self._index(address), row=chat)

    def chats(self) -> tuple[int, ...]:
        """Row ids of the private chats in which moderators are reached."""
        return tuple(row[0] for row in self._session.all(REACHED))

    def reached(self) -> Mapping[int, int]:
        """The same, each with the number of the moderator who is reached there."""
        return dict(self._session.all(REACHED))

    def invite(self, code: str, role: Role, callsign: str | None, by: int, expires: int) -> None:
        """Keep an invitation, as an index."""
        index = self._sealer.index("invitation", code)
        sealed = None if callsign is None else self._sealer.seal("callsign", callsign.encode(), bound=index)
        self._session.run(INVITE, code_index=index, role=role.value, callsign=sealed, inviter=by, expires=expires)

    def invited(self, code: str, now: int) -> tuple[Role, str | None] | None:
        """What an invitation that is neither used nor expired is for; it is used up by asking."""
        self._session.run(EXPIRE, now=now)
        index = self._sealer.index("invitation", code)
        row = self._session.one(INVITED, index=index)
        if row is None:
            return None
        self._session.run(USE_UP, index=index)
        callsign = None if row[1] is None else self._sealer.open("callsign", row[1], bound=index).decode()
        return Role(row[0]), callsign

    def _index(self, address: Address) -> bytes:
        return self._sealer.index("moderator", f"{address.platform}\0{address.native}")

    def _seal_devices(self, index: bytes, devices: Collection[str]) -> bytes:
        return self._sealer.seal("devices", pack(sorted(devices)), bound=index)

    def _read(self, row: tuple[Any, ...]) -> Moderator:
        number, sealed, role, frozen = row
        callsign = self._sealer.open("callsign", sealed, bound=b"%d" % number).decode()
        return Moderator(number=number, callsign=callsign, role=Role(role), frozen=bool(frozen))
