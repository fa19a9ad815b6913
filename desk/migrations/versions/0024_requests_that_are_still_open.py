"""Requests for ratings are found by until when they are open: the clock looks each second whom it may remind."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_rating_requests_open_until"), "rating_requests", ["open_until"])


def downgrade() -> None:
    op.drop_index(op.f("ix_rating_requests_open_until"), "rating_requests")
