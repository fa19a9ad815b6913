"""What the linter found is a review task; the store knows how far it has read, and which translations still hold."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KIND_KNOWN = "ck_guidance_reviews_kind_known"
NOT_GONE = sa.text("finding IS NOT NULL AND gone_at IS NULL")


def upgrade() -> None:
    moment = desk.store.UtcDateTime(timezone=True)
    with op.batch_alter_table("guidance_reviews") as table:
        table.add_column(sa.Column("code", sa.String(), nullable=True))
        table.add_column(sa.Column("finding", sa.String(), nullable=True))
        table.add_column(sa.Column("gone_at", moment, nullable=True))
        table.drop_constraint(op.f(KIND_KNOWN), type_="check")
        table.create_check_constraint(op.f(KIND_KNOWN), "kind IN ('shipped_change', 'shipped_removed', 'lint')")
    op.create_index(
        "uq_guidance_reviews_finding",
        "guidance_reviews",
        ["entry_id", "finding"],
        unique=True,
        sqlite_where=NOT_GONE,
        postgresql_where=NOT_GONE,
    )
    op.create_index("ix_guidance_reviews_code", "guidance_reviews", ["code", "id"])
    op.create_table(
        "lint_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("publication_no", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_lint_run_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lint_run")),
    )
    op.create_table(
        "guidance_translation_checks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["guidance_entries.id"], name=op.f("fk_guidance_translation_checks_entry_id_guidance_entries")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_guidance_translation_checks_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_translation_checks")),
    )
    op.create_index(op.f("ix_guidance_translation_checks_entry_id"), "guidance_translation_checks", ["entry_id"])


def downgrade() -> None:
    op.drop_table("guidance_translation_checks")
    op.drop_table("lint_run")
    # A draft that answers a finding stays; it only forgets what it answers.
    found = "SELECT id FROM guidance_reviews WHERE kind = 'lint'"
    op.execute(f"UPDATE guidance_drafts SET review_id = NULL WHERE review_id IN ({found})")
    op.execute("DELETE FROM guidance_reviews WHERE kind = 'lint'")
    op.drop_index("ix_guidance_reviews_code", "guidance_reviews")
    op.drop_index("uq_guidance_reviews_finding", "guidance_reviews")
    with op.batch_alter_table("guidance_reviews") as table:
        table.drop_constraint(op.f(KIND_KNOWN), type_="check")
        table.create_check_constraint(op.f(KIND_KNOWN), "kind IN ('shipped_change', 'shipped_removed')")
        table.drop_column("gone_at")
        table.drop_column("finding")
        table.drop_column("code")
