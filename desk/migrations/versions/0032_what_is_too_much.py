"""What is above a limit is counted by minute, and browsers that officers signed in from are known again."""

import sqlalchemy as sa
from alembic import op

from desk.store import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_LIMITS = (
    "by_limit IN ('chat', 'officer', 'enterprise', 'address', 'everybody', 'requests', 'staff_requests', 'attempts')"
)


def upgrade() -> None:
    op.create_table(
        "flood_minutes",
        sa.Column("minute", UtcDateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("by_limit", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.CheckConstraint(_LIMITS, name=op.f("ck_flood_minutes_limit_known")),
        sa.PrimaryKeyConstraint("minute", "channel", "by_limit", "source", name=op.f("pk_flood_minutes")),
    )
    op.create_table(
        "floods",
        sa.Column("chat_address", sa.String(), nullable=False),
        sa.Column("began_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", UtcDateTime(timezone=True), nullable=False),
        sa.Column("told_at", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("chat_address", name=op.f("pk_floods")),
    )
    op.create_table(
        "known_browsers",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_known_browsers_officer_id_officers")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_known_browsers")),
    )
    op.create_index(op.f("ix_known_browsers_officer_id"), "known_browsers", ["officer_id"])


def downgrade() -> None:
    op.drop_table("known_browsers")
    op.drop_table("floods")
    op.drop_table("flood_minutes")
