"""Questionnaires to a sample of those who asked: the questions, the invitations, and answers that may be anonymous."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLES = (
    "questionnaire_answers",
    "questionnaire_responses",
    "questionnaire_invitations",
    "questionnaire_questions",
    "questionnaires",
)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[dt.datetime]:
    return sa.Column(name, desk.store.UtcDateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, to: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{key}"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    _questionnaires()
    _questions()
    _invitations()
    _responses()


def _questionnaires() -> None:
    table = "questionnaires"
    texts = [f"{part}_{language}" for part in ("title", "introduction", "thanks") for language in ("vi", "en")]
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("sample", sa.JSON(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        _moment("made_at", nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        _moment("opened_at"),
        _moment("closed_at"),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        _moment("published_at"),
        sa.Column("published", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'closed', 'published')", name=op.f("ck_questionnaires_state_known")
        ),
        sa.CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name=op.f("ck_questionnaires_opened")),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_questionnaires_published")
        ),
        _refers(table, "unit_id", "units"),
        *(_refers(table, f"{by}_by_id", "officers") for by in ("made", "opened", "published")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaires")),
    )
    op.create_index("ix_questionnaires_state_id", table, ["state", "id"])
    op.create_index(op.f("ix_questionnaires_unit_id"), table, ["unit_id"])


def _questions() -> None:
    table = "questionnaire_questions"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text_vi", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("optional", sa.Boolean(), nullable=False),
        sa.Column("scale", sa.String(), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("several", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("longest", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('level', 'choice', 'text')", name=op.f(f"ck_{table}_kind_known")),
        sa.CheckConstraint("scale IN ('satisfaction', 'agreement')", name=op.f(f"ck_{table}_scale_known")),
        sa.CheckConstraint("(kind = 'level') = (scale IS NOT NULL)", name=op.f(f"ck_{table}_levels_have_a_scale")),
        sa.CheckConstraint("(kind = 'text') = (longest IS NOT NULL)", name=op.f(f"ck_{table}_texts_have_a_length")),
        _refers(table, "questionnaire_id", "questionnaires"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_questionnaire_questions_place", table, ["questionnaire_id", "position"])


def _invitations() -> None:
    table = "questionnaire_invitations"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("message_order", sa.Integer(), nullable=True),
        _moment("invited_at"),
        _moment("reminded_at"),
        sa.CheckConstraint(
            "state IN ('waiting', 'invited', 'begun', 'finished', 'declined', 'left_out')",
            name=op.f(f"ck_{table}_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('invited', 'begun') OR message_order IS NOT NULL", name=op.f(f"ck_{table}_told")
        ),
        _refers(table, "questionnaire_id", "questionnaires"),
        _refers(table, "chat_id", "chats"),
        _refers(table, "message_order", "messages", "order_no"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("questionnaire_id", "chat_id", name=op.f(f"uq_{table}_questionnaire_id_chat_id")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{table}_key")),
        sa.UniqueConstraint("message_order", name=op.f(f"uq_{table}_message_order")),
    )
    op.create_index(op.f("ix_questionnaire_invitations_chat_id"), table, ["chat_id"])
    op.create_index("ix_questionnaire_invitations_invited_at", table, ["invited_at"])
    op.create_index("ix_questionnaire_invitations_state", table, ["questionnaire_id", "state", "id"])


def _responses() -> None:
    """Without row numbers on SQLite: they would tell in which order people finished."""
    table = "questionnaire_responses"
    op.create_table(
        table,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.CheckConstraint("invitation_id IS NOT NULL OR finished", name=op.f(f"ck_{table}_unfinished_have_a_tie")),
        _refers(table, "questionnaire_id", "questionnaires"),
        _refers(table, "invitation_id", "questionnaire_invitations"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("invitation_id", name=op.f(f"uq_{table}_invitation_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_questionnaire_responses_questionnaire_id"), table, ["questionnaire_id"])
    table = "questionnaire_answers"
    op.create_table(
        table,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("response_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("options", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f(f"ck_{table}_level_one_to_five")),
        _refers(table, "response_id", "questionnaire_responses"),
        _refers(table, "question_id", "questionnaire_questions"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("response_id", "question_id", name=op.f(f"uq_{table}_response_id_question_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_questionnaire_answers_question_id"), table, ["question_id"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
