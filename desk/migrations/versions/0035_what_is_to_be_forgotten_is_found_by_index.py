"""What is to be forgotten is looked for each minute: conversations by their end, what was delivered while it is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_conversations_remembered", "conversations", "ended_at", "coalesce(end_reason, '') <> 'forgotten'"),
    ("ix_inbox_updates_kept", "inbox_updates", "finished_at", "chat_address <> ''"),
)


def upgrade() -> None:
    for name, table, column, condition in _INDEXES:
        where = sa.text(condition)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, _, _ in reversed(_INDEXES):
        op.drop_index(name, table_name=table)
