"""The newest conversation of a chat, and the requests for ratings of a conversation, are found by index."""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_conversations_chat", "conversations", ["chat_id", "started_at"])
    op.create_index("ix_rating_requests_conversation_id", "rating_requests", ["conversation_id"])


def downgrade() -> None:
    op.drop_index("ix_rating_requests_conversation_id", table_name="rating_requests")
    op.drop_index("ix_conversations_chat", table_name="conversations")
