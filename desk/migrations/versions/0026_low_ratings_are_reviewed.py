"""A low rating opens a review with a history of its own, and officers remark on ratings of theirs."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_MOMENT = desk.store.UtcDateTime(timezone=True)
_KINDS = (
    "'opened', 'stars_changed', 'heads_told', 'overdue_told', 'looked_into', 'worded', 'told', 'settled_untold',"
    " 'settled_raised'"
)


def upgrade() -> None:
    _reviews()
    _acts()
    _remarks()


def _reviews() -> None:
    op.create_table(
        "rating_reviews",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("heads_told_at", _MOMENT, nullable=True),
        sa.Column("overdue_told_at", _MOMENT, nullable=True),
        sa.Column("overdue_unit_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("cause_words", "action", "words", "reason")),
        sa.Column("message_order", sa.Integer(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", _MOMENT, nullable=True),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.{key}"], name=op.f(f"fk_rating_reviews_{name}_{table}"))
            for name, table, key in (
                ("request_id", "rating_requests", "id"),
                ("unit_id", "units", "id"),
                ("overdue_unit_id", "units", "id"),
                ("message_order", "messages", "order_no"),
                ("settled_by_id", "officers", "id"),
            )
        ),
        sa.CheckConstraint("state IN ('open', 'told', 'untold', 'raised')", name=op.f("ck_rating_reviews_state_known")),
        sa.CheckConstraint(
            "verdict IN ('confirmed', 'not_confirmed', 'uncertain')", name=op.f("ck_rating_reviews_verdict_known")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name=op.f("ck_rating_reviews_settled_at_a_moment")
        ),
        sa.CheckConstraint(
            "(state = 'told') = (message_order IS NOT NULL)", name=op.f("ck_rating_reviews_told_by_a_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_reviews")),
        sa.UniqueConstraint("request_id", name=op.f("uq_rating_reviews_request_id")),
        sa.UniqueConstraint("message_order", name=op.f("uq_rating_reviews_message_order")),
    )
    op.create_index(op.f("ix_rating_reviews_unit_id"), "rating_reviews", ["unit_id"])
    op.create_index(op.f("ix_rating_reviews_settled_at"), "rating_reviews", ["settled_at"])
    still = sa.text("state = 'open'")
    op.create_index(
        "ix_rating_reviews_open", "rating_reviews", ["unit_id", "id"], sqlite_where=still, postgresql_where=still
    )


def _acts() -> None:
    op.create_table(
        "rating_review_acts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_rating_review_acts_kind_known")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["rating_reviews.id"], name=op.f("fk_rating_review_acts_review_id_rating_reviews")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_rating_review_acts_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_review_acts")),
    )
    op.create_index(op.f("ix_rating_review_acts_review_id"), "rating_review_acts", ["review_id"])


def _remarks() -> None:
    op.create_table(
        "rating_remarks",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["rating_requests.id"], name=op.f("fk_rating_remarks_request_id_rating_requests")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_rating_remarks_officer_id_officers")),
        sa.PrimaryKeyConstraint("request_id", "officer_id", name=op.f("pk_rating_remarks")),
    )


def downgrade() -> None:
    op.drop_table("rating_remarks")
    op.drop_table("rating_review_acts")
    op.drop_table("rating_reviews")
