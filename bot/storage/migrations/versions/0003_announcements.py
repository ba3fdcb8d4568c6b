"""Announcements: posts, approvals, moderators, deliveries with their parcels, and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("due IS NOT NULL")
WANTING = sa.text("updates IN ('all', 'urgent')")


def upgrade() -> None:
    op.create_index("chats_wanting", "chats", ["platform", "id"], sqlite_where=WANTING, postgresql_where=WANTING)
    audience = ["platform", "language", "updates"]
    op.create_index("chats_audience", "chats", audience, sqlite_where=WANTING, postgresql_where=WANTING)
    op.create_table(
        "posts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=True),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("hour_setter", sa.Integer(), nullable=True),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("requested", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("began", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="posts_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("posts_state", "posts", ["state"])
    op.create_table(
        "post_texts",
        sa.Column("post", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("post", "language", name="post_texts_pk"),
        sa.ForeignKeyConstraint(["post"], ["posts.id"], name="post_texts_post_fk"),
    )
    op.create_table(
        "attachments",
        sa.Column("post", sa.BigInteger(), nullable=False),
        sa.Column("digest_index", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("post", "digest_index", name="attachments_pk"),
        sa.ForeignKeyConstraint(["post"], ["posts.id"], name="attachments_post_fk"),
    )
    op.create_table(
        "uploads",
        sa.Column("post", sa.BigInteger(), nullable=False),
        sa.Column("digest_index", sa.LargeBinary(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("post", "digest_index", "platform", name="uploads_pk"),
        sa.ForeignKeyConstraint(["post"], ["posts.id"], name="uploads_post_fk"),
    )
    op.create_table(
        "approvals",
        sa.Column("post", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("voice", sa.Boolean(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("post", "person", "voice", name="approvals_pk"),
    )
    op.create_table(
        "moderators",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("callsign", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name="moderators_pk"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "moderator_addresses",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("moderator", sa.BigInteger(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("devices", sa.LargeBinary(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="moderator_addresses_pk"),
        sa.ForeignKeyConstraint(["moderator"], ["moderators.id"], name="moderator_addresses_moderator_fk"),
        sa.UniqueConstraint("address_index", name="moderator_addresses_address_index_once"),
    )
    op.create_index("moderator_addresses_chat", "moderator_addresses", ["chat"])
    op.create_index("moderator_addresses_moderator", "moderator_addresses", ["moderator"])
    op.create_table(
        "invitations",
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("callsign", sa.LargeBinary(), nullable=True),
        sa.Column("inviter", sa.Integer(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code_index", name="invitations_pk"),
    )
    op.create_table(
        "letters",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("address", sa.BigInteger(), nullable=False),
        sa.Column("post", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="letters_pk"),
        sa.ForeignKeyConstraint(["address"], ["moderator_addresses.id"], name="letters_address_fk"),
        sqlite_autoincrement=True,
    )
    op.create_index("letters_address", "letters", ["address"])
    op.create_table(
        "deliveries",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("post", sa.BigInteger(), nullable=False),
        sa.Column("occurrence", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("filled", sa.Boolean(), nullable=False),
        sa.Column("queued", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("recalled", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("noted", sa.Integer(), nullable=False),
        sa.Column("too_old", sa.Integer(), nullable=False),
        sa.Column("stuck", sa.Integer(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("pruned", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="deliveries_pk"),
        sa.ForeignKeyConstraint(["post"], ["posts.id"], name="deliveries_post_fk"),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_post_once", "deliveries", ["post", "occurrence", "platform"], unique=True)
    op.create_index("deliveries_state", "deliveries", ["state"])
    op.create_table(
        "outbox",
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("delivery", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("chat", "delivery", name="outbox_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "outbox_open", "outbox", ["delivery", "state", "due", "chat"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "chat_holds",
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asked", sa.Double(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("chat", name="chat_holds_pk"),
    )
    op.create_table(
        "audit",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("moment", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("post", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_pk"),
        sqlite_autoincrement=True,
    )
