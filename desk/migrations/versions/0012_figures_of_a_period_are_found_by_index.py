"""Conversations by when they began and requests for ratings by when they were asked are found by an index."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_conversations_started_at"), "conversations", ["started_at"])
    op.create_index(op.f("ix_rating_requests_asked_at"), "rating_requests", ["asked_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_rating_requests_asked_at"), table_name="rating_requests")
    op.drop_index(op.f("ix_conversations_started_at"), table_name="conversations")
