"""Questions that ended without help are kept in groups of one meaning, with what is done about each group."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KINDS = ("not_covered", "out_of_scope", "abandoned", "not_helpful")
STATES = ("open", "drafted", "variant", "published", "dismissed", "merged")
REASONS = ("not_customs", "answered_elsewhere", "single_case", "wrong", "other")
STEPS = (
    *("begun", "drafted", "variant", "published", "dismissed"),
    *("reopened", "merged", "took_in", "taken_out"),
)
#: Of what ends an enquiry, what may make a gap: only these are looked at again and again.
GAPS = sa.text(
    "outcome IN ('unanswerable_not_covered', 'unanswerable_out_of_scope', 'clarify_entries')"
    " OR feedback = 'not_helpful'"
)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    moment = desk.store.UtcDateTime(timezone=True)
    op.create_table(
        "gap_groups",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("asked", *KINDS)),
        sa.Column("first_asked_at", moment, nullable=False),
        sa.Column("last_asked_at", moment, nullable=False),
        sa.Column("entry", sa.String(), nullable=True),
        sa.Column("likeness", sa.Double(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("settled_entry", sa.String(), nullable=True),
        sa.Column("settled_at", moment, nullable=True),
        sa.Column("asked_when_settled", sa.Integer(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(_one_of("state", STATES), name=op.f("ck_gap_groups_state_known")),
        sa.CheckConstraint(f"reason IS NULL OR {_one_of('reason', REASONS)}", name=op.f("ck_gap_groups_reason_known")),
        sa.CheckConstraint(
            "state NOT IN ('drafted', 'variant') OR draft_id IS NOT NULL", name=op.f("ck_gap_groups_draft_is_there")
        ),
        sa.CheckConstraint(
            "(state = 'dismissed') = (reason IS NOT NULL)", name=op.f("ck_gap_groups_dismissed_for_a_reason")
        ),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)", name=op.f("ck_gap_groups_merged_into_another")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["guidance_drafts.id"], name=op.f("fk_gap_groups_draft_id_guidance_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["gap_groups.id"], name=op.f("fk_gap_groups_merged_into_id_gap_groups")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_groups")),
    )
    op.create_index("ix_gap_groups_state_asked", "gap_groups", ["state", "asked", "id"])
    op.create_index(op.f("ix_gap_groups_draft_id"), "gap_groups", ["draft_id"])
    op.create_table(
        "gap_questions",
        sa.Column("enquiry_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("entry", sa.String(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("placed_in_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(_one_of("kind", KINDS), name=op.f("ck_gap_questions_kind_known")),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name=op.f("fk_gap_questions_enquiry_id_enquiries")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_gap_questions_person_id_persons")),
        sa.ForeignKeyConstraint(["group_id"], ["gap_groups.id"], name=op.f("fk_gap_questions_group_id_gap_groups")),
        sa.ForeignKeyConstraint(
            ["placed_in_id"], ["gap_groups.id"], name=op.f("fk_gap_questions_placed_in_id_gap_groups")
        ),
        sa.PrimaryKeyConstraint("enquiry_id", name=op.f("pk_gap_questions")),
    )
    op.create_index("ix_gap_questions_group_asked", "gap_questions", ["group_id", "asked_at", "enquiry_id"])
    op.create_index(op.f("ix_gap_questions_placed_in_id"), "gap_questions", ["placed_in_id"])
    op.create_index(op.f("ix_gap_questions_asked_at"), "gap_questions", ["asked_at"])
    op.create_table(
        "gap_steps",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint(_one_of("kind", STEPS), name=op.f("ck_gap_steps_kind_known")),
        sa.ForeignKeyConstraint(["group_id"], ["gap_groups.id"], name=op.f("fk_gap_steps_group_id_gap_groups")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_gap_steps_officer_id_officers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_steps")),
    )
    op.create_index(op.f("ix_gap_steps_group_id"), "gap_steps", ["group_id"])
    op.create_index(
        "ix_enquiries_gaps", "enquiries", ["asked_at"], unique=False, sqlite_where=GAPS, postgresql_where=GAPS
    )


def downgrade() -> None:
    op.drop_index("ix_enquiries_gaps", "enquiries")
    op.drop_table("gap_steps")
    op.drop_table("gap_questions")
    op.drop_table("gap_groups")
