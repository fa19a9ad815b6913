"""Draft rules on which everybody may comment, the comments in groups, and news of them to subscribers."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TABLES = ("consultation_senders", "consultation_comments", "consultation_groups", "consultations")
_KIND = "ck_broadcasts_kind_known"


def _moment(name: str, *, nullable: bool = True) -> sa.Column[dt.datetime]:
    return sa.Column(name, desk.store.UtcDateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    _consultations()
    _groups()
    _comments()
    _senders()
    _kinds_of_news("'guidance', 'instrument', 'consultation'")


def _consultations() -> None:
    table = "consultations"
    texts = [f"{part}_{language}" for part in ("title", "summary", "changes") for language in ("vi", "en")]
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*texts, "reference")),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        _moment("made_at", nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        _moment("opened_at"),
        _moment("closed_at"),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_consultations_state_known")),
        sa.CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name=op.f("ck_consultations_opened")),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_consultations_closed")),
        _refers(table, "unit_id", "units"),
        _refers(table, "made_by_id", "officers"),
        _refers(table, "opened_by_id", "officers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    op.create_index("ix_consultations_state_id", table, ["state", "id"])
    op.create_index(op.f("ix_consultations_unit_id"), table, ["unit_id"])


def _groups() -> None:
    table = "consultation_groups"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("said_vi", sa.Text(), nullable=False),
        sa.Column("said_en", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        _moment("answered_at"),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('taken_up', 'partly', 'not_taken_up', 'elsewhere')",
            name=op.f(f"ck_{table}_outcome_known"),
        ),
        sa.CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name=op.f(f"ck_{table}_answered")),
        _refers(table, "consultation_id", "consultations"),
        _refers(table, "answered_by_id", "officers"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_consultation_id"), table, ["consultation_id"])


def _comments() -> None:
    table = "consultation_comments"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("set_aside", sa.Boolean(), server_default=sa.false(), nullable=False),
        _refers(table, "consultation_id", "consultations"),
        _refers(table, "group_id", "consultation_groups"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_consultation_comments_group", table, ["consultation_id", "group_id", "id"])


def _senders() -> None:
    table = "consultation_senders"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        _moment("at", nullable=False),
        _refers(table, "consultation_id", "consultations"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_consultation_senders_source_at", table, ["source", "at"])
    op.create_index(op.f("ix_consultation_senders_at"), table, ["at"])


def _kinds_of_news(kinds: str) -> None:
    with op.batch_alter_table("broadcasts") as table:
        table.drop_constraint(op.f(_KIND), type_="check")
        table.create_check_constraint(op.f(_KIND), f"kind IN ({kinds})")


def downgrade() -> None:
    own = "SELECT id FROM broadcasts WHERE kind = 'consultation'"
    op.execute(f"DELETE FROM broadcast_recipients WHERE broadcast_id IN ({own})")
    op.execute("DELETE FROM broadcasts WHERE kind = 'consultation'")
    _kinds_of_news("'guidance', 'instrument'")
    for table in _TABLES:
        op.drop_table(table)
