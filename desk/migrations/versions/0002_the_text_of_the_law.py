"""The text of the law."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "law_articles",
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("imported_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("instrument", "article", name=op.f("pk_law_articles")),
    )
    # Columns are added and dropped without rebuilding the table, which on SQLite would lose its checks.
    op.add_column("enquiries", sa.Column("related_law", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("publication", sa.Column("law_no", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("publication", "law_no")
    op.drop_column("enquiries", "related_law")
    op.drop_table("law_articles")
