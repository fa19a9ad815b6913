"""Guidance is written in drafts that a second person approves, and lists of it are searched by their words."""

import sqlalchemy as sa
from alembic import op

import desk.store
from desk.vietnamese import fold

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN_ONLY = sa.text("state IN ('draft', 'returned', 'in_review')")
KINDS = ("edit", "new", "retire", "shipped_change")
STATES = ("draft", "in_review", "returned", "published", "discarded")
STEPS = (
    "opened",
    "saved",
    "brought_up_to_date",
    "taken_over",
    "submitted",
    "taken_back",
    "returned",
    "published",
    "discarded",
)

ENTRIES = sa.table("guidance_entries", sa.column("id"), sa.column("searched"))
VERSIONS = sa.table("guidance_versions", sa.column("entry_id"), sa.column("number"), sa.column("content", sa.JSON()))


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    op.add_column("guidance_entries", sa.Column("searched", sa.Text(), server_default="", nullable=False))
    _write_down_what_is_searched()
    moment = desk.store.UtcDateTime(timezone=True)
    op.create_table(
        "guidance_drafts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("base_live", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("edited_at", moment, nullable=False),
        sa.Column("submitted_at", moment, nullable=True),
        sa.Column("settled_at", moment, nullable=True),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.CheckConstraint(_one_of("kind", KINDS), name=op.f("ck_guidance_drafts_kind_known")),
        sa.CheckConstraint(_one_of("state", STATES), name=op.f("ck_guidance_drafts_state_known")),
        sa.CheckConstraint(
            "state != 'published' OR (reviewer_id IS NOT NULL AND reviewer_id NOT IN (author_id, editor_id))",
            name=op.f("ck_guidance_drafts_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["guidance_reviews.id"], name=op.f("fk_guidance_drafts_review_id_guidance_reviews")
        ),
        *(
            sa.ForeignKeyConstraint([column], ["officers.id"], name=op.f(f"fk_guidance_drafts_{column}_officers"))
            for column in ("author_id", "editor_id", "reviewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_drafts")),
    )
    op.create_index("ix_guidance_drafts_state", "guidance_drafts", ["state", "id"])
    op.create_index(op.f("ix_guidance_drafts_entry_id"), "guidance_drafts", ["entry_id"])
    op.create_index(op.f("ix_guidance_drafts_author_id"), "guidance_drafts", ["author_id"])
    op.create_index(
        "uq_guidance_drafts_open",
        "guidance_drafts",
        ["entry_id"],
        unique=True,
        sqlite_where=OPEN_ONLY,
        postgresql_where=OPEN_ONLY,
    )
    op.create_table(
        "guidance_draft_steps",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint(_one_of("kind", STEPS), name=op.f("ck_guidance_draft_steps_kind_known")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["guidance_drafts.id"], name=op.f("fk_guidance_draft_steps_draft_id_guidance_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_guidance_draft_steps_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_draft_steps")),
    )
    op.create_index(op.f("ix_guidance_draft_steps_draft_id"), "guidance_draft_steps", ["draft_id"])


def _write_down_what_is_searched() -> None:
    """The words of each entry's newest version, with their marks and without."""
    bind = op.get_bind()
    newest = sa.select(VERSIONS.c.entry_id, sa.func.max(VERSIONS.c.number).label("number")).group_by(
        VERSIONS.c.entry_id
    )
    last = newest.subquery()
    query = sa.select(VERSIONS.c.entry_id, VERSIONS.c.content).join(
        last, sa.and_(VERSIONS.c.entry_id == last.c.entry_id, VERSIONS.c.number == last.c.number)
    )
    for entry_id, content in bind.execute(query).all():
        texts = [entry_id, *(content[part][language] for part in ("title", "answer") for language in ("vi", "en"))]
        written = "\n".join([*texts, *content["questions"]["vi"], *content["questions"]["en"]]).lower()
        searched = f"{written}\n{fold(written)}"
        op.execute(ENTRIES.update().where(ENTRIES.c.id == entry_id).values(searched=searched))


def downgrade() -> None:
    op.drop_table("guidance_draft_steps")
    op.drop_table("guidance_drafts")
    op.drop_column("guidance_entries", "searched")
