"""Persons sign in on the web: an e-mail address, sessions, codes and links; and which button was pressed."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[dt.datetime]:
    return sa.Column(name, desk.store.UtcDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "person_emails",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        _moment("proven_at"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_person_emails_person_id_persons")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_emails")),
        sa.UniqueConstraint("address", name=op.f("uq_person_emails_address")),
    )
    op.create_table(
        "person_sign_ins",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        _moment("created_at"),
        _moment("seen_at"),
        _moment("revoked_at", nullable=True),
        sa.CheckConstraint("how IN ('email', 'telegram')", name=op.f("ck_person_sign_ins_how_known")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_person_sign_ins_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_person_sign_ins_token_hash")),
    )
    op.create_index(op.f("ix_person_sign_ins_person_id"), "person_sign_ins", ["person_id"])
    op.create_table(
        "sign_in_codes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("ticket_hash", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("used_at", nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_sign_in_codes_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_codes")),
        sa.UniqueConstraint("ticket_hash", name=op.f("uq_sign_in_codes_ticket_hash")),
    )
    op.create_index("ix_sign_in_codes_address", "sign_in_codes", ["address", "created_at"])
    op.create_index("ix_sign_in_codes_source", "sign_in_codes", ["source", "created_at"])
    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=False),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_sign_in_links_chat_id_chats")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_links")),
    )
    op.create_index(op.f("ix_sign_in_links_chat_id"), "sign_in_links", ["chat_id"])
    op.add_column("buttons", _moment("pressed_at", nullable=True))


def downgrade() -> None:
    op.drop_column("buttons", "pressed_at")
    op.drop_table("sign_in_links")
    op.drop_table("sign_in_codes")
    op.drop_table("person_sign_ins")
    op.drop_table("person_emails")
