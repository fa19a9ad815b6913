"""Every answer from the guidance has a receipt, those from before too; wrong texts are recalled, chat by chat."""

import datetime as dt
import secrets

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
_AT_ONCE = 1_000


def _moment(name: str, *, nullable: bool = False) -> sa.Column[dt.datetime]:
    return sa.Column(name, desk.store.UtcDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _receipts()
    _recalls()
    op.create_index("ix_enquiries_entry", "enquiries", ["entry", "asked_at"])
    op.add_column("deliveries", sa.Column("any_hour", sa.Boolean(), server_default=sa.false(), nullable=False))
    _give_codes_to_old_answers()


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("enquiry_id", sa.String(), nullable=False),
        sa.Column("shown", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name=op.f("fk_receipts_enquiry_id_enquiries")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_receipts")),
        sa.UniqueConstraint("enquiry_id", name=op.f("uq_receipts_enquiry_id")),
    )
    op.create_table(
        "receipt_misses",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_misses")),
    )
    op.create_index("ix_receipt_misses_source", "receipt_misses", ["source", "at"])


def _recalls() -> None:
    open_only = sa.text("state IN ('planned', 'running', 'paused')")
    officers = ("planned_by_id", "edited_by_id", "started_by_id")
    op.create_table(
        "recalls",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=True),
        _moment("since"),
        sa.Column("wrong_vi", sa.Text(), nullable=False),
        sa.Column("wrong_en", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        _moment("planned_at"),
        sa.Column("edited_by_id", sa.Integer(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        _moment("started_at", nullable=True),
        sa.Column("chats", sa.Integer(), nullable=True),
        _moment("finished_at", nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'running', 'paused', 'stopped', 'finished')", name=op.f("ck_recalls_state_known")
        ),
        sa.CheckConstraint(
            "started_by_id IS NULL OR started_by_id NOT IN (planned_by_id, edited_by_id)",
            name=op.f("ck_recalls_four_eyes"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('running', 'paused', 'finished') OR started_by_id IS NOT NULL",
            name=op.f("ck_recalls_begun_by"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["guidance_entries.id"], name=op.f("fk_recalls_entry_id_guidance_entries")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["officers.id"], name=op.f(f"fk_recalls_{name}_officers"))
            for name in officers
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalls")),
    )
    op.create_index(
        "uq_recalls_open", "recalls", ["entry_id"], unique=True, sqlite_where=open_only, postgresql_where=open_only
    )
    op.create_table(
        "recall_recipients",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("recall_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("message_order", sa.Integer(), nullable=True),
        sa.Column("left_out", sa.String(), nullable=True),
        _moment("at", nullable=True),
        sa.CheckConstraint(
            "left_out IN ('blocked', 'forgotten', 'no_part', 'told_before')",
            name=op.f("ck_recall_recipients_left_out_known"),
        ),
        sa.CheckConstraint(
            "left_out IS NULL OR message_order IS NULL", name=op.f("ck_recall_recipients_told_or_left_out")
        ),
        sa.ForeignKeyConstraint(["recall_id"], ["recalls.id"], name=op.f("fk_recall_recipients_recall_id_recalls")),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_recall_recipients_chat_id_chats")),
        sa.ForeignKeyConstraint(
            ["message_order"], ["messages.order_no"], name=op.f("fk_recall_recipients_message_order_messages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_recipients")),
        sa.UniqueConstraint("recall_id", "chat_id", name=op.f("uq_recall_recipients_recall_id_chat_id")),
        sa.UniqueConstraint("message_order", name=op.f("uq_recall_recipients_message_order")),
    )
    op.create_index(op.f("ix_recall_recipients_chat_id"), "recall_recipients", ["chat_id"])


def _give_codes_to_old_answers() -> None:
    """Answers from before: nobody was told their codes, but an officer at a case can give one."""
    connection = op.get_bind()
    enquiries = sa.table("enquiries", sa.column("id"), sa.column("version"))
    receipts = sa.table("receipts", sa.column("code"), sa.column("enquiry_id"))
    given: set[str] = set()
    last = ""
    while True:
        query = sa.select(enquiries.c.id).where(enquiries.c.version.is_not(None), enquiries.c.id > last)
        ids = connection.scalars(query.order_by(enquiries.c.id).limit(_AT_ONCE)).all()
        if not ids:
            return
        rows = [{"code": _fresh(given), "enquiry_id": id} for id in ids]
        connection.execute(sa.insert(receipts), rows)
        last = ids[-1]


def _fresh(given: set[str]) -> str:
    """A code as desk/receipts/codes.py made them when this was written, unlike all given before."""
    while True:
        random = "".join(secrets.choice(_ALPHABET) for _ in range(8))
        weighed = sum(weight * _ALPHABET.index(character) for weight, character in enumerate(random, start=2))
        code = random + _ALPHABET[-weighed % len(_ALPHABET)]
        if not random.isalpha() and not random.isdigit() and code not in given:
            given.add(code)
            return code


def downgrade() -> None:
    with op.batch_alter_table("deliveries") as table:
        table.drop_column("any_hour")
    op.drop_index("ix_enquiries_entry", "enquiries")
    op.drop_index(op.f("ix_recall_recipients_chat_id"), "recall_recipients")
    op.drop_table("recall_recipients")
    op.drop_index("uq_recalls_open", "recalls")
    op.drop_table("recalls")
    op.drop_index("ix_receipt_misses_source", "receipt_misses")
    op.drop_table("receipt_misses")
    op.drop_table("receipts")
