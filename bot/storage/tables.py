"""The tables, and nothing else. Whatever could name a person is an index (keyed hash) or sealed."""

from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    text,
)
from sqlmodel import Field, SQLModel

RowId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by itself only where the type is INTEGER."""


WANTING = text("updates IN ('all', 'urgent')")
"""Chats that want updates."""


class Row(SQLModel):
    """What the tables share: a metadata of their own, so that nothing foreign is ever migrated."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={  # a constraint without a name cannot be changed by a later migration
            "pk": "%(table_name)s_pk",
            "uq": "%(table_name)s_%(column_0_name)s_once",
            "fk": "%(table_name)s_%(column_0_name)s_fk",
            "ix": "%(table_name)s_%(column_0_name)s",
        }
    )


class ChatRow(Row, table=True):
    """What a chat has chosen. No moment is kept: nothing tells when somebody came."""

    __tablename__ = "chats"
    __table_args__ = (
        Index(
            "chats_joined",
            "joined",
            sqlite_where=text("joined IS NOT NULL"),
            postgresql_where=text("joined IS NOT NULL"),
        ),
        Index("chats_wanting", "platform", "id", sqlite_where=WANTING, postgresql_where=WANTING),
        Index("chats_audience", "platform", "language", "updates", sqlite_where=WANTING, postgresql_where=WANTING),
        Index("chats_host", "host", sqlite_where=text("host IS NOT NULL"), postgresql_where=text("host IS NOT NULL")),
        {"sqlite_autoincrement": True},  # an id is never used again for somebody else
    )

    id: int | None = Field(default=None, sa_column=Column(RowId, primary_key=True))
    platform: str = Field(sa_type=Text)
    address_index: bytes = Field(sa_column=Column(LargeBinary, unique=True, nullable=False))
    address: bytes
    language: str | None = Field(default=None, sa_type=Text)
    passage: str | None = Field(default=None, sa_type=Text)
    page: int | None = None
    updates: str | None = Field(default=None, sa_type=Text)
    sound: bool = True
    discreet: bool = False
    quiet: str | None = Field(default=None, sa_type=Text)
    timezone: str | None = Field(default=None, sa_type=Text)
    kind: str = Field(default="private", sa_column=Column(Text, nullable=False, server_default="private"))
    topic: bytes | None = None
    muted: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    joined: int | None = None  # hours since 1970, of groups and channels alone
    host: bytes | None = None  # the address index of the private chat of whoever added the bot to a channel


class InboxRow(Row, table=True):
    """An event heard. While its answer is owed it has a payload; afterwards only key and hour stay."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "inbox_owed", "chat", sqlite_where=text("payload IS NOT NULL"), postgresql_where=text("payload IS NOT NULL")
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(RowId, primary_key=True))
    key: bytes = Field(sa_column=Column(LargeBinary, unique=True, nullable=False))
    chat: int | None = Field(default=None, sa_type=BigInteger)  # of a forgotten chat too, hence no foreign key
    payload: bytes | None = None
    due: float = Field(default=0.0, sa_type=Double)
    attempts: int = 0
    settled: int | None = Field(default=None, index=True)  # hours since 1970


class SentRow(Row, table=True):
    """A message that the bot sent lately: how to find it, and what it shows."""

    __tablename__ = "sent"

    id: int | None = Field(default=None, sa_column=Column(RowId, primary_key=True))
    chat: int = Field(sa_column=Column(BigInteger, ForeignKey("chats.id"), nullable=False, index=True))
    reference_index: bytes = Field(sa_column=Column(LargeBinary, unique=True, nullable=False))
    sealed: bytes
    hour: int = Field(index=True)  # of the latest change, since 1970


class KeyRow(Row, table=True):
    """A key of this store, wrapped by the key file's."""

    __tablename__ = "keyring"

    name: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    wrapped: bytes
    wrapped_by: str = Field(sa_type=Text)


class NoteRow(Row, table=True):
    """A small durable fact under a name of the program's own; the value is sealed."""

    __tablename__ = "notes"

    name: str = Field(primary_key=True, sa_type=Text)
    value: bytes


CHATS: Table = ChatRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it and does not declare it
INBOX: Table = InboxRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
SENT: Table = SentRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
KEYRING: Table = KeyRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
NOTES: Table = NoteRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
METADATA = Row.metadata
