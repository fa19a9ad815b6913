"""Guidance is published at a moment, and its golden questions say first what that would take from other entries."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = desk.store.UtcDateTime(timezone=True)
OLD_STATES = ("draft", "in_review", "returned", "published", "discarded")
STATES = ("draft", "in_review", "returned", "scheduled", "published", "discarded")
OLD_STEPS = (
    *("opened", "saved", "brought_up_to_date", "taken_over", "submitted", "taken_back", "returned"),
    *("published", "discarded"),
)
NEW_STEPS = ("planned", "scheduled", "overridden", "missed")
STEPS = (*OLD_STEPS[:-2], *NEW_STEPS, *OLD_STEPS[-2:])
OLD_OPEN = sa.text("state IN ('draft', 'returned', 'in_review')")
OPEN = sa.text("state IN ('draft', 'returned', 'in_review', 'scheduled')")
BY_ANOTHER = "(reviewer_id IS NOT NULL AND reviewer_id NOT IN (author_id, editor_id))"
COLUMNS = ("base_last_day", "publish_at", "last_day", "corrects", "gate", "override_reason", "missed")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _one_open_draft(condition: sa.TextClause) -> None:
    op.create_index(
        "uq_guidance_drafts_open",
        "guidance_drafts",
        ["entry_id"],
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def upgrade() -> None:
    op.drop_index("uq_guidance_drafts_open", "guidance_drafts")
    with op.batch_alter_table("guidance_drafts") as table:
        table.add_column(sa.Column("base_last_day", sa.Date(), nullable=True))
        table.add_column(sa.Column("publish_at", MOMENT, nullable=True))
        table.add_column(sa.Column("last_day", sa.Date(), nullable=True))
        table.add_column(sa.Column("corrects", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("gate", sa.JSON(), nullable=True))
        table.add_column(sa.Column("override_reason", sa.Text(), nullable=True))
        table.add_column(sa.Column("overridden_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("missed", sa.String(), nullable=True))
        table.create_foreign_key(
            op.f("fk_guidance_drafts_overridden_by_id_officers"), "officers", ["overridden_by_id"], ["id"]
        )
        table.drop_constraint(op.f("ck_guidance_drafts_state_known"), type_="check")
        table.create_check_constraint(op.f("ck_guidance_drafts_state_known"), _one_of("state", STATES))
        table.drop_constraint(op.f("ck_guidance_drafts_four_eyes"), type_="check")
        table.create_check_constraint(
            op.f("ck_guidance_drafts_four_eyes"), f"state NOT IN ('scheduled', 'published') OR {BY_ANOTHER}"
        )
        table.create_check_constraint(
            op.f("ck_guidance_drafts_scheduled_for"), "state != 'scheduled' OR publish_at IS NOT NULL"
        )
    _one_open_draft(OPEN)
    op.create_index("ix_guidance_drafts_published", "guidance_drafts", ["entry_id", "published_version"])
    with op.batch_alter_table("guidance_draft_steps") as table:
        table.alter_column("officer_id", existing_type=sa.Integer(), nullable=True)
        table.drop_constraint(op.f("ck_guidance_draft_steps_kind_known"), type_="check")
        table.create_check_constraint(op.f("ck_guidance_draft_steps_kind_known"), _one_of("kind", STEPS))
    _golden_questions()


def _golden_questions() -> None:
    op.create_table(
        "golden_questions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_words", sa.Text(), nullable=True),
        sa.CheckConstraint("origin IN ('shipped', 'curator')", name=op.f("ck_golden_questions_origin_known")),
        sa.CheckConstraint("language IN ('vi', 'en')", name=op.f("ck_golden_questions_language_known")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["guidance_entries.id"], name=op.f("fk_golden_questions_entry_id_guidance_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_golden_questions")),
        sa.UniqueConstraint("entry_id", "language", "text", name=op.f("uq_golden_questions_entry_id_language_text")),
    )


def downgrade() -> None:
    op.drop_table("golden_questions")
    op.execute(f"DELETE FROM guidance_draft_steps WHERE officer_id IS NULL OR {_one_of('kind', NEW_STEPS)}")
    with op.batch_alter_table("guidance_draft_steps") as table:
        table.drop_constraint(op.f("ck_guidance_draft_steps_kind_known"), type_="check")
        table.create_check_constraint(op.f("ck_guidance_draft_steps_kind_known"), _one_of("kind", OLD_STEPS))
        table.alter_column("officer_id", existing_type=sa.Integer(), nullable=False)
    # What was to be published at a moment waits for a reviewer again: the older desk has no clock for it.
    op.execute("UPDATE guidance_drafts SET state = 'in_review' WHERE state = 'scheduled'")
    op.drop_index("ix_guidance_drafts_published", "guidance_drafts")
    op.drop_index("uq_guidance_drafts_open", "guidance_drafts")
    with op.batch_alter_table("guidance_drafts") as table:
        table.drop_constraint(op.f("ck_guidance_drafts_scheduled_for"), type_="check")
        table.drop_constraint(op.f("ck_guidance_drafts_four_eyes"), type_="check")
        table.create_check_constraint(op.f("ck_guidance_drafts_four_eyes"), f"state != 'published' OR {BY_ANOTHER}")
        table.drop_constraint(op.f("ck_guidance_drafts_state_known"), type_="check")
        table.create_check_constraint(op.f("ck_guidance_drafts_state_known"), _one_of("state", OLD_STATES))
        table.drop_constraint(op.f("fk_guidance_drafts_overridden_by_id_officers"), type_="foreignkey")
        table.drop_column("overridden_by_id")
        for column in COLUMNS:
            table.drop_column(column)
    _one_open_draft(OLD_OPEN)
