"""Administrators add days on which units work, or do not, otherwise than the calendar that ships says."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exceptional_days",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("windows", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('off', 'worked')", name=op.f("ck_exceptional_days_kind_known")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_exceptional_days_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exceptional_days")),
        sa.UniqueConstraint("day", "unit_id", name=op.f("uq_exceptional_days_day_unit_id")),
    )
    op.create_index(op.f("ix_exceptional_days_unit_id"), "exceptional_days", ["unit_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_exceptional_days_unit_id"), table_name="exceptional_days")
    op.drop_table("exceptional_days")
