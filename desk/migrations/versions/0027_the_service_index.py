"""Points that are deducted from a unit's service index by hand, and indexes as they were published."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_MOMENT = desk.store.UtcDateTime(timezone=True)


def upgrade() -> None:
    _deductions()
    _published()


def _deductions() -> None:
    people = ("by_id", "taken_back_by_id", "objected_by_id", "answered_by_id")
    op.create_table(
        "service_index_deductions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_back_at", _MOMENT, nullable=True),
        sa.Column("taken_back_reason", sa.Text(), nullable=True),
        sa.Column("objection", sa.Text(), nullable=True),
        sa.Column("objected_by_id", sa.Integer(), nullable=True),
        sa.Column("objected_at", _MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.CheckConstraint("points > 0", name=op.f("ck_service_index_deductions_points_above_zero")),
        *(
            sa.CheckConstraint(
                f"({act}_at IS NULL) = ({act}_by_id IS NULL)",
                name=op.f(f"ck_service_index_deductions_{act}_by_somebody"),
            )
            for act in ("taken_back", "objected", "answered")
        ),
        sa.CheckConstraint(
            "answered_at IS NULL OR objected_at IS NOT NULL",
            name=op.f("ck_service_index_deductions_answers_an_objection"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_service_index_deductions_unit_id_units")),
        *(
            sa.ForeignKeyConstraint(
                [person], ["officers.id"], name=op.f(f"fk_service_index_deductions_{person}_officers")
            )
            for person in people
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_index_deductions")),
    )
    op.create_index("ix_service_index_deductions_unit_id_day", "service_index_deductions", ["unit_id", "day"])


def _published() -> None:
    op.create_table(
        "service_indexes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("criteria_hash", sa.String(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.Column("published_at", _MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('region', 'office')", name=op.f("ck_service_indexes_kind_known")),
        sa.CheckConstraint("edition = 1 OR reason IS NOT NULL", name=op.f("ck_service_indexes_again_for_a_reason")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["officers.id"], name=op.f("fk_service_indexes_published_by_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_indexes")),
        sa.UniqueConstraint(
            "first", "last", "kind", "edition", name=op.f("uq_service_indexes_first_last_kind_edition")
        ),
    )
    op.create_table(
        "service_index_units",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("index_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("points_before", sa.Integer(), nullable=True),
        sa.Column("by_hand", sa.Integer(), nullable=False),
        sa.Column("deductions", sa.Integer(), nullable=False),
        sa.Column("scored", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["index_id"], ["service_indexes.id"], name=op.f("fk_service_index_units_index_id_service_indexes")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_service_index_units_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_index_units")),
        sa.UniqueConstraint("index_id", "unit_id", name=op.f("uq_service_index_units_index_id_unit_id")),
    )


def downgrade() -> None:
    op.drop_table("service_index_units")
    op.drop_table("service_indexes")
    op.drop_index("ix_service_index_deductions_unit_id_day", "service_index_deductions")
    op.drop_table("service_index_deductions")
