"""What is to be forgotten is looked for each minute: conversations by their end, what channels delivered while it is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_KEPT_STILL = "chat_address <> ''"


def upgrade() -> None:
    op.create_index(op.f("ix_conversations_ended_at"), "conversations", ["ended_at"])
    op.create_index(
        "ix_inbox_updates_kept",
        "inbox_updates",
        ["finished_at"],
        sqlite_where=sa.text(_KEPT_STILL),
        postgresql_where=sa.text(_KEPT_STILL),
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_updates_kept", table_name="inbox_updates")
    op.drop_index(op.f("ix_conversations_ended_at"), table_name="conversations")
