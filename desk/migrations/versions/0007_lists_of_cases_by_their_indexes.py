"""Lists and searches of cases are read in the order of an index, whatever unit they are of.

A case names the units above its own and the channel to which it speaks, says whose draft waits, and has its words in a
table of their own. Nothing is lost by going back: all of it is reckoned from what stays.
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FILTERED = ("urgency", "topic", "language", "channel")
PLACES = (("first", ("first_unit_id",)), ("second", ("second_unit_id",)), ("unit", ("unit_id",)))
SETTLE = ("draft_returned", "draft_withdrawn", "replied", "transferred", "returned", "returned_untouched")
TEXTS = ("number", "question", "details", "enterprise_name", "tax_code", "contact")
AT_ONCE, WORD_LENGTH = 1_000, 40

CASES = sa.table(
    "cases",
    *(sa.column(name) for name in ("id", "unit_id", "first_unit_id", "second_unit_id", "holder_id", "drafted_by_id")),
    *(sa.column(name) for name in ("conversation_id", "channel", *TEXTS)),
)
ENTRIES = sa.table("case_entries", *(sa.column(name) for name in ("id", "case_id", "kind", "officer_id")))
UNITS = sa.table("units", sa.column("id"), sa.column("path"))
CONVERSATIONS = sa.table("conversations", sa.column("id"), sa.column("chat_id"))
CHATS = sa.table("chats", sa.column("id"), sa.column("channel"))


def upgrade() -> None:
    for name in ("first_unit_id", "second_unit_id", "drafted_by_id"):
        op.add_column("cases", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("cases", sa.Column("channel", sa.String(), nullable=True))
    _note_places()
    _note_channels()
    _note_drafts()
    with op.batch_alter_table("cases") as batch_op:
        batch_op.alter_column("channel", existing_type=sa.String(), nullable=False)
        for column, table in (("first_unit_id", "units"), ("second_unit_id", "units"), ("drafted_by_id", "officers")):
            batch_op.create_foreign_key(f"fk_cases_{column}_{table}", table, [column], ["id"])
        for name in ("state_due", "unit_state", "holder_id"):
            batch_op.drop_index(f"ix_cases_{name}")
    for name, place in (("all", ()), *PLACES):
        op.create_index(f"ix_cases_{name}_state_due", "cases", [*place, "state", "due_at", "id", *FILTERED])
    for name, place in PLACES:
        op.create_index(f"ix_cases_{name}_newest", "cases", [*place, "id"])
    op.create_index("ix_cases_holder_state_due", "cases", ["holder_id", "state", "due_at", "id"])
    is_drafted = sa.text("drafted_by_id IS NOT NULL")
    op.create_index(
        "ix_cases_drafted_due", "cases", ["due_at", "id"], sqlite_where=is_drafted, postgresql_where=is_drafted
    )
    _keep_words()


def _note_places() -> None:
    for id_, path in op.get_bind().execute(sa.select(UNITS.c.id, UNITS.c.path)).all():
        first, second = ([int(step) for step in path.split(".")[1:-1]] + [None, None])[:2]
        values = {"first_unit_id": first, "second_unit_id": second}
        op.execute(CASES.update().where(CASES.c.unit_id == id_).values(**values))


def _note_channels() -> None:
    of_case = (
        sa.select(CHATS.c.channel)
        .join(CONVERSATIONS, CONVERSATIONS.c.chat_id == CHATS.c.id)
        .where(CONVERSATIONS.c.id == CASES.c.conversation_id)
    )
    op.execute(CASES.update().values(channel=of_case.scalar_subquery()))


def _note_drafts() -> None:
    """Whose draft waits: one that nothing settled after it, in a case that somebody holds."""
    later = ENTRIES.alias()
    settled = sa.exists().where(
        later.c.case_id == ENTRIES.c.case_id, later.c.id > ENTRIES.c.id, later.c.kind.in_((*SETTLE, "drafted"))
    )
    waiting = (
        sa.select(ENTRIES.c.officer_id)
        .where(ENTRIES.c.case_id == CASES.c.id, ENTRIES.c.kind == "drafted", ~settled)
        .scalar_subquery()
    )
    op.execute(CASES.update().where(CASES.c.holder_id.is_not(None)).values(drafted_by_id=waiting))


def _keep_words() -> None:
    words = op.create_table(
        "case_words",
        sa.Column("word", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_words_case_id_cases"),
        sa.PrimaryKeyConstraint("word", "case_id", name="pk_case_words"),
        sqlite_with_rowid=False,
    )
    bind, last = op.get_bind(), 0
    columns = (CASES.c.id, *(CASES.c[name] for name in TEXTS))
    while rows := bind.execute(sa.select(*columns).where(CASES.c.id > last).order_by(CASES.c.id).limit(AT_ONCE)).all():
        found = [{"word": word, "case_id": row.id} for row in rows for word in sorted(_words(row[1:]))]
        if found:
            bind.execute(words.insert(), found)
        last = rows[-1].id
    op.create_index("ix_case_words_case_id", "case_words", ["case_id"])


def _words(texts: tuple[str | None, ...]) -> set[str]:
    """The words without capitals and marks, as desk/cases/case_words.py had them when this was written."""
    lower = " ".join(text for text in texts if text).lower().replace("đ", "d")
    plain = "".join(char for char in unicodedata.normalize("NFD", lower) if not unicodedata.combining(char))
    return {word[:WORD_LENGTH] for word in re.findall(r"[^\W_]+", plain)}


def downgrade() -> None:
    op.drop_table("case_words")
    for name in ("drafted_due", "holder_state_due", *(f"{name}_newest" for name, _ in PLACES)):
        op.drop_index(f"ix_cases_{name}", "cases")
    for name, _ in (("all", ()), *PLACES):
        op.drop_index(f"ix_cases_{name}_state_due", "cases")
    with op.batch_alter_table("cases") as batch_op:
        for name in ("first_unit_id_units", "second_unit_id_units", "drafted_by_id_officers"):
            batch_op.drop_constraint(f"fk_cases_{name}", type_="foreignkey")
        for name in ("first_unit_id", "second_unit_id", "drafted_by_id", "channel"):
            batch_op.drop_column(name)
        batch_op.create_index("ix_cases_holder_id", ["holder_id"])
        batch_op.create_index("ix_cases_state_due", ["state", "due_at"])
        batch_op.create_index("ix_cases_unit_state", ["unit_id", "state"])
