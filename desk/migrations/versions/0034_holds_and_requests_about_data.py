"""What is held, what persons ask for about their data, what the dialogue has to forget, and what was forgotten when."""

import sqlalchemy as sa
from alembic import op

from desk.store import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_MOMENT = UtcDateTime(timezone=True)
_HELD: dict[str, tuple[str, type[sa.Integer] | type[sa.String]]] = {
    "case_id": ("cases", sa.Integer),
    "person_id": ("persons", sa.String),
    "enterprise_id": ("enterprises", sa.Integer),
}
_ONE_THING = (
    "(case_id IS NULL AND person_id IS NULL AND enterprise_id IS NOT NULL)"
    " OR (case_id IS NULL AND person_id IS NOT NULL AND enterprise_id IS NULL)"
    " OR (case_id IS NOT NULL AND person_id IS NULL AND enterprise_id IS NULL)"
)


def upgrade() -> None:
    _holds()
    _requests()
    op.create_table(
        "privacy_farewells",
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_privacy_farewells_chat_id_chats")),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_privacy_farewells")),
    )
    op.create_index(op.f("ix_privacy_farewells_at"), "privacy_farewells", ["at"])
    op.create_table(
        "trackers_to_forget",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_trackers_to_forget")),
    )
    op.create_index(op.f("ix_trackers_to_forget_due_at"), "trackers_to_forget", ["due_at"])
    op.create_table(
        "retention_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("forgotten", sa.Integer(), nullable=False),
        sa.Column("oldest", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("day", "job", name=op.f("pk_retention_days")),
    )
    op.create_table(
        "retention_looks",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_retention_looks")),
    )


def _holds() -> None:
    op.create_table(
        "privacy_holds",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *(sa.Column(name, kind(), nullable=True) for name, (_, kind) in _HELD.items()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", _MOMENT, nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_at", _MOMENT, nullable=True),
        sa.Column("lifted_reason", sa.Text(), server_default="", nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_privacy_holds_{name}_{table}"))
            for name, (table, _) in _HELD.items()
        ),
        sa.CheckConstraint(_ONE_THING, name=op.f("ck_privacy_holds_holds_one_thing")),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_privacy_holds_lifted_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_holds")),
    )
    for name in _HELD:
        _unique_where(f"uq_privacy_holds_{name}", "privacy_holds", [name], "lifted_at IS NULL")


def _requests() -> None:
    op.create_table(
        "data_requests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", _MOMENT, nullable=True),
        sa.Column("waits_for", sa.String(), nullable=True),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("message_order", sa.Integer(), nullable=True),
        sa.Column("found", sa.JSON(), server_default="{}", nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.{key}"], name=op.f(f"fk_data_requests_{name}_{table}"))
            for name, table, key in (
                ("person_id", "persons", "id"),
                ("chat_id", "chats", "id"),
                ("message_order", "messages", "order_no"),
            )
        ),
        sa.CheckConstraint("kind IN ('export', 'delete')", name=op.f("ck_data_requests_kind_known")),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'done', 'withdrawn', 'refused')",
            name=op.f("ck_data_requests_state_known"),
        ),
        sa.CheckConstraint("waits_for IN ('case', 'hold', 'messages')", name=op.f("ck_data_requests_waits_for_known")),
        sa.CheckConstraint(
            "(state IN ('asked', 'confirmed')) = (settled_at IS NULL)",
            name=op.f("ck_data_requests_settled_at_a_moment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
    )
    op.create_index(op.f("ix_data_requests_person_id"), "data_requests", ["person_id"])
    op.create_index("ix_data_requests_state", "data_requests", ["state", "id"])
    _unique_where("uq_data_requests_confirmed", "data_requests", ["person_id", "kind"], "state = 'confirmed'")


def _unique_where(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table in (
        "retention_looks",
        "retention_days",
        "trackers_to_forget",
        "privacy_farewells",
        "data_requests",
        "privacy_holds",
    ):
        op.drop_table(table)
