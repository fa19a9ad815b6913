"""A monthly report that was published is kept as it was."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "month_reports",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("published_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.Column("published_by_name", sa.String(), nullable=False),
        sa.CheckConstraint("edition >= 1", name=op.f("ck_month_reports_editions_from_one")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["officers.id"], name=op.f("fk_month_reports_published_by_id_officers")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_month_reports_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_reports")),
        sa.UniqueConstraint("unit_id", "month", "edition", name=op.f("uq_month_reports_unit_id_month_edition")),
    )


def downgrade() -> None:
    op.drop_table("month_reports")
