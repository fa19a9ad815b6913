"""A version keeps the day on which it was ended, which one it corrects, and since when people are told what it says."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("guidance_versions", sa.Column("last_day", sa.Date(), nullable=True))
    op.add_column("guidance_versions", sa.Column("corrects", sa.Integer(), nullable=True))
    op.add_column(
        "guidance_versions", sa.Column("content_changed_at", desk.store.UtcDateTime(timezone=True), nullable=True)
    )
    op.execute("UPDATE guidance_versions SET content_changed_at = published_at")
    with op.batch_alter_table("guidance_versions") as table:
        table.alter_column("content_changed_at", existing_type=desk.store.UtcDateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("guidance_versions") as table:
        table.drop_column("content_changed_at")
        table.drop_column("corrects")
        table.drop_column("last_day")
