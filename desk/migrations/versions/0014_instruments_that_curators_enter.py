"""Legal instruments that curators enter over what ships, and review tasks for what an instrument bears on."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "law_instruments",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("shipped_hash", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("entered_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('entered', 'shipped', 'mistaken')", name="ck_law_instruments_state_known"),
        sa.PrimaryKeyConstraint("number", "revision", name="pk_law_instruments"),
    )
    op.create_table(
        "law_shipped_instruments",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("seen_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_law_shipped_instruments"),
    )
    _create_tasks()


def _create_tasks() -> None:
    op.create_table(
        "law_impact_tasks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("opened_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", desk.store.UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("how", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('entry', 'case', 'answer')", name="ck_law_impact_tasks_kind_known"),
        sa.CheckConstraint(
            "how IS NULL OR how IN ('draft', 'right', 'told', 'passed', 'mistaken')",
            name="ck_law_impact_tasks_how_known",
        ),
        sa.CheckConstraint("(done_at IS NULL) = (how IS NULL)", name="ck_law_impact_tasks_done_somehow"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_law_impact_tasks_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_law_impact_tasks"),
        sa.UniqueConstraint("instrument", "kind", "subject", name="uq_law_impact_tasks_instrument_kind_subject"),
    )
    is_open = sa.text("done_at IS NULL")
    op.create_index(
        "ix_law_impact_tasks_open", "law_impact_tasks", ["id"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("ix_law_impact_tasks_instrument", "law_impact_tasks", ["instrument", "id"])
    op.create_index(op.f("ix_law_impact_tasks_case_id"), "law_impact_tasks", ["case_id"])


def downgrade() -> None:
    op.drop_table("law_impact_tasks")
    op.drop_table("law_shipped_instruments")
    op.drop_table("law_instruments")
