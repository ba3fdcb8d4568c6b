"""The tables of announcements, and nothing else. Texts, callsigns, addresses and references are sealed."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    false,
    text,
)
from sqlmodel import Field

from bot.storage.tables import Row, RowId

OPEN = text("due IS NOT NULL")
"""Parcels that still want something done. SQLite sees from any question about ``due`` that this index will do."""


class PostRow(Row, table=True):
    """A post, but for its words."""

    __tablename__ = "posts"
    __table_args__ = ({"sqlite_autoincrement": True},)  # no two posts ever have one number

    id: int | None = Field(default=None, sa_column=Column(RowId, primary_key=True))
    state: str = Field(sa_column=Column(Text, nullable=False, index=True))
    urgent: bool = False
    audience: str = Field(sa_type=Text)
    hour: int | None = Field(default=None, sa_type=BigInteger)
    authors: str = Field(sa_type=Text)  # their numbers, as JSON
    hour_setter: int | None = None
    changed: int = Field(sa_type=BigInteger)
    requested: int | None = Field(default=None, sa_type=BigInteger)
    due: int | None = Field(default=None, sa_type=BigInteger)
    began: int | None = Field(default=None, sa_type=BigInteger)
    why: bytes | None = None


class TextRow(Row, table=True):
    """A post's text in one language."""

    __tablename__ = "post_texts"

    post: int = Field(sa_column=Column(BigInteger, ForeignKey("posts.id"), primary_key=True))
    language: str = Field(primary_key=True, sa_type=Text)
    sealed: bytes


class AttachmentRow(Row, table=True):
    """A picture or a file of a post. It has a place among the others once the post has it."""

    __tablename__ = "attachments"

    post: int = Field(sa_column=Column(BigInteger, ForeignKey("posts.id"), primary_key=True))
    digest_index: bytes = Field(primary_key=True)
    place: int | None = None
    about: bytes
    content: bytes


class UploadRow(Row, table=True):
    """What a network calls an attachment that was uploaded there."""

    __tablename__ = "uploads"

    post: int = Field(sa_column=Column(BigInteger, ForeignKey("posts.id"), primary_key=True))
    digest_index: bytes = Field(primary_key=True)
    platform: str = Field(primary_key=True, sa_type=Text)
    sealed: bytes


class ApprovalRow(Row, table=True):
    """A code issued to a person, and whether it was given; or a voice for going on. Post 0 is all posts."""

    __tablename__ = "approvals"

    post: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    person: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    voice: bool = Field(primary_key=True)
    code_index: bytes | None = None
    digest: bytes
    expires: int = Field(default=0, sa_type=BigInteger)
    misses: int = 0
    used: bool = False


class ModeratorRow(Row, table=True):
    """A human who may make words go out."""

    __tablename__ = "moderators"
    __table_args__ = ({"sqlite_autoincrement": True},)  # what the audit says of a number stays true

    id: int | None = Field(default=None, sa_column=Column(RowId, primary_key=True))
    callsign: bytes
    role: str = Field(sa_type=Text)
    frozen: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))


class ModeratorAddressRow(Row, table=True):
    """Where a moderator comes from, on which devices, and in which private chat they are reached."""

    __tablename__ = "moderator_addresses"

    id: int | None = Field(default=None, sa_column=Column(RowId, primary_key=True))
    moderator: int = Field(sa_column=Column(BigInteger, ForeignKey("moderators.id"), nullable=False, index=True))
    address_index: bytes = Field(sa_column=Column(LargeBinary, unique=True, nullable=False))
    address: bytes
    devices: bytes
    chat: int | None = Field(default=None, sa_column=Column(BigInteger, index=True))


class InvitationRow(Row, table=True):
    """An invitation that was not used yet."""

    __tablename__ = "invitations"

    code_index: bytes = Field(primary_key=True)
    role: str = Field(sa_type=Text)
    callsign: bytes | None = None
    inviter: int
    expires: int = Field(sa_type=BigInteger)


class LetterRow(Row, table=True):
    """What a moderator is told unasked, and has not been told yet."""

    __tablename__ = "letters"
    __table_args__ = ({"sqlite_autoincrement": True},)  # networks tell repeats by the number

    id: int | None = Field(default=None, sa_column=Column(RowId, primary_key=True))
    address: int = Field(sa_column=Column(BigInteger, ForeignKey("moderator_addresses.id"), nullable=False, index=True))
    post: int | None = Field(default=None, sa_type=BigInteger)
    sealed: bytes
    due: int = Field(default=0, sa_type=BigInteger)
    attempts: int = 0
    expires: int = Field(sa_type=BigInteger)


class DeliveryRow(Row, table=True):
    """A post's delivery on one network, with its sums."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("deliveries_post_once", "post", "occurrence", "platform", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(RowId, primary_key=True))
    post: int = Field(sa_column=Column(BigInteger, ForeignKey("posts.id"), nullable=False))
    occurrence: int = Field(sa_type=BigInteger)
    platform: str = Field(sa_type=Text)
    urgent: bool
    state: str = Field(sa_column=Column(Text, nullable=False, index=True))
    high: int = Field(sa_type=BigInteger)
    cursor: int = Field(default=0, sa_type=BigInteger)
    filled: bool = False
    queued: int = 0
    sent: int = 0
    gone: int = 0
    failed: int = 0
    dropped: int = 0
    waiting: int = 0
    recalled: int = 0
    withdrawn: int = 0
    noted: int = 0
    too_old: int = 0
    stuck: int = 0
    window: str = Field(default="", sa_type=Text)
    by: str | None = Field(default=None, sa_type=Text)
    why: str | None = Field(default=None, sa_type=Text)
    started: int = Field(sa_type=BigInteger)
    ended: int | None = Field(default=None, sa_type=BigInteger)
    pruned: int = Field(default=0, sa_type=BigInteger)


class ParcelRow(Row, table=True):
    """One chat's copy of a post. No foreign keys: a million of them must be cheap, and forgetting deletes by chat."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_open", "delivery", "state", "due", "chat", sqlite_where=OPEN, postgresql_where=OPEN),
        {"sqlite_with_rowid": False},
    )

    chat: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    delivery: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    state: int = Field(sa_type=SmallInteger)
    due: int | None = Field(default=None, sa_type=BigInteger)  # none, once nothing is left to do
    attempts: int = Field(sa_type=SmallInteger)
    since: int = Field(sa_type=BigInteger)
    reference: bytes | None = None


class ChatHoldRow(Row, table=True):
    """Until when the network asked for silence in a chat."""

    __tablename__ = "chat_holds"

    chat: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    asked: float = Field(sa_type=Double)
    until: float = Field(sa_type=Double)


class DeedRow(Row, table=True):
    """Who did what, chained to the entry before it."""

    __tablename__ = "audit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_column=Column(RowId, primary_key=True))
    moment: int = Field(sa_type=BigInteger)
    actor: str = Field(sa_type=Text)
    deed: str = Field(sa_type=Text)
    post: int | None = Field(default=None, sa_type=BigInteger)
    detail: bytes
    link: bytes


POSTS: Table = PostRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
TEXTS: Table = TextRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
ATTACHMENTS: Table = AttachmentRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
UPLOADS: Table = UploadRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
APPROVALS: Table = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
MODERATORS: Table = ModeratorRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
MODERATOR_ADDRESSES: Table = ModeratorAddressRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
INVITATIONS: Table = InvitationRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
LETTERS: Table = LetterRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
DELIVERIES: Table = DeliveryRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
OUTBOX: Table = ParcelRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
CHAT_HOLDS: Table = ChatHoldRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
AUDIT: Table = DeedRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
