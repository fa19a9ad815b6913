"""Processes that take work have a row, and what they claim carries their name; updates have their place in a chat."""

import sqlalchemy as sa
from alembic import op

from desk.store import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

CLAIMED = ("inbox_updates", "deliveries", "letters")
UNFINISHED = "state IN ('stored', 'processing')"


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    for table in CLAIMED:
        op.add_column(table, sa.Column("claimed_by", sa.String(), nullable=True))
        op.add_column(table, sa.Column("claimed_beat", sa.Integer(), nullable=True))
    op.add_column("deliveries", sa.Column("begun", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("inbox_updates", sa.Column("position", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(
        "ix_inbox_updates_open_chat",
        "inbox_updates",
        ["channel", "chat_address"],
        sqlite_where=sa.text(UNFINISHED),
        postgresql_where=sa.text(UNFINISHED),
    )
    # Of what a courier had in hand before this was written down, nobody knows how far it came.
    op.execute(sa.text("UPDATE deliveries SET begun = true WHERE state = 'sending'"))
    _place_what_is_unfinished()


def _place_what_is_unfinished() -> None:
    """Twice Telegram's number, or the id where there is none: see desk/conversations/inbox.py."""
    rows = op.get_bind().execute(sa.text(f"SELECT id, channel, update_key FROM inbox_updates WHERE {UNFINISHED}"))
    for id_, channel, key in rows.all():
        number = int(key) if channel == "telegram" and key.isdecimal() else id_
        placed = sa.text("UPDATE inbox_updates SET position = :position WHERE id = :id")
        op.get_bind().execute(placed, {"position": 2 * number, "id": id_})


def downgrade() -> None:
    op.drop_index("ix_inbox_updates_open_chat", table_name="inbox_updates")
    op.drop_column("inbox_updates", "position")
    op.drop_column("deliveries", "begun")
    for table in reversed(CLAIMED):
        op.drop_column(table, "claimed_beat")
        op.drop_column(table, "claimed_by")
    op.drop_table("workers")
