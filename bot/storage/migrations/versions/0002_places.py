"""Groups, channels and rooms: a chat's kind and topic, whether the bot may write there, and since when it is there."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chats", sa.Column("kind", sa.Text(), nullable=False, server_default="private"))
    op.add_column("chats", sa.Column("topic", sa.LargeBinary(), nullable=True))
    op.add_column("chats", sa.Column("muted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("chats", sa.Column("joined", sa.Integer(), nullable=True))
    op.add_column("chats", sa.Column("host", sa.LargeBinary(), nullable=True))
    for name in ("joined", "host"):
        kept = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"chats_{name}", "chats", [name], sqlite_where=kept, postgresql_where=kept)
