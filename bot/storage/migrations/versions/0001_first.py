"""The first tables: chats, inbox, sent, keyring, notes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OWED = sa.text("payload IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "chats",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("passage", sa.Text(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("updates", sa.Text(), nullable=True),
        sa.Column("sound", sa.Boolean(), nullable=False),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("quiet", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="chats_pk"),
        sa.UniqueConstraint("address_index", name="chats_address_index_once"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "inbox",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="inbox_pk"),
        sa.UniqueConstraint("key", name="inbox_key_once"),
    )
    op.create_index("inbox_owed", "inbox", ["chat"], sqlite_where=OWED, postgresql_where=OWED)
    op.create_index("inbox_settled", "inbox", ["settled"])
    op.create_table(
        "sent",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("reference_index", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="sent_pk"),
        sa.UniqueConstraint("reference_index", name="sent_reference_index_once"),
        sa.ForeignKeyConstraint(["chat"], ["chats.id"], name="sent_chat_fk"),
    )
    op.create_index("sent_chat", "sent", ["chat"])
    op.create_index("sent_hour", "sent", ["hour"])
    op.create_table(
        "keyring",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name="keyring_pk"),
    )
    op.create_table(
        "notes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="notes_pk"),
    )
