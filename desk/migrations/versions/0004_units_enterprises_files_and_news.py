"""Units and roles in them, enterprises and who acts for them, files of messages, and news of the rules."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", desk.store.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('guidance', 'instrument')", name=op.f("ck_broadcasts_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sa.UniqueConstraint("key", name=op.f("uq_broadcasts_key")),
    )
    op.create_table(
        "file_contents",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_contents")),
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", desk.store.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_at", desk.store.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'refused', 'uncertain', 'expired')",
            name=op.f("ck_letters_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("name", name=op.f("uq_letters_name")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index("ix_letters_due", ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "news_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_news_days")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("provinces", sa.JSON(), nullable=False),
        sa.Column("office_codes", sa.JSON(), nullable=False),
        sa.Column("other_names", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('department', 'region', 'office', 'team')", name=op.f("ck_units_kind_known")),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
        sa.UniqueConstraint("path", name=op.f("uq_units_path")),
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_units_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.CheckConstraint(
            "role IN ('officer', 'head', 'curator', 'manager', 'administrator')",
            name=op.f("ck_appointments_role_known"),
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_appointments_officer_id_officers")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_appointments_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("officer_id", "unit_id", "role", name=op.f("uq_appointments_officer_id_unit_id_role")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointments_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "daily_summaries",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_daily_summaries_officer_id_officers")),
        sa.PrimaryKeyConstraint("officer_id", "day", name=op.f("pk_daily_summaries")),
    )
    op.create_table(
        "enterprises",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tax_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("created_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_enterprises_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprises")),
        sa.UniqueConstraint("tax_code", name=op.f("uq_enterprises_tax_code")),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("introduction", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled_at", desk.store.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(), nullable=True),
        sa.CheckConstraint("how IN ('officer', 'code')", name=op.f("ck_memberships_how_known")),
        sa.CheckConstraint("kind IN ('staff', 'broker')", name=op.f("ck_memberships_kind_known")),
        sa.CheckConstraint(
            "state IN ('asked', 'verified', 'refused', 'ended')", name=op.f("ck_memberships_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"], name=op.f("fk_memberships_enterprise_id_enterprises")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_memberships_person_id_persons")),
        sa.ForeignKeyConstraint(["settled_by"], ["officers.id"], name=op.f("fk_memberships_settled_by_officers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_memberships_open",
            ["enterprise_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'verified')"),
            postgresql_where=sa.text("state IN ('asked', 'verified')"),
        )

    op.create_table(
        "membership_codes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("expires_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", desk.store.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_membership_codes_membership_id_memberships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_codes")),
    )
    with op.batch_alter_table("membership_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_codes_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("since", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", desk.store.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_subscriptions_chat_id_chats")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscriptions_chat_id"), ["chat_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_subscriptions_topic"), ["topic"], unique=False)
        batch_op.create_index(
            "uq_subscriptions_open",
            ["chat_id", "topic"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "cases_apart",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["cases.id"], name=op.f("fk_cases_apart_first_id_cases")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_cases_apart_officer_id_officers")),
        sa.ForeignKeyConstraint(["second_id"], ["cases.id"], name=op.f("fk_cases_apart_second_id_cases")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_cases_apart")),
    )
    op.create_table(
        "contradictions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_case_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", desk.store.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ruling", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_contradictions_case_id_cases")),
        sa.ForeignKeyConstraint(["other_case_id"], ["cases.id"], name=op.f("fk_contradictions_other_case_id_cases")),
        sa.ForeignKeyConstraint(["said_by"], ["officers.id"], name=op.f("fk_contradictions_said_by_officers")),
        sa.ForeignKeyConstraint(["settled_by"], ["officers.id"], name=op.f("fk_contradictions_settled_by_officers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contradictions")),
    )
    with op.batch_alter_table("contradictions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contradictions_case_id"), ["case_id"], unique=False)

    op.create_table(
        "attachments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("message_order", sa.Integer(), nullable=True),
        sa.Column("update_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_not_empty")),
        sa.ForeignKeyConstraint(
            ["message_order"], ["messages.order_no"], name=op.f("fk_attachments_message_order_messages")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["file_contents.sha256"], name=op.f("fk_attachments_sha256_file_contents")),
        sa.ForeignKeyConstraint(
            ["update_id"], ["inbox_updates.id"], name=op.f("fk_attachments_update_id_inbox_updates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("update_id", "position", name=op.f("uq_attachments_update_id_position")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachments_message_order"), ["message_order"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_sha256"), ["sha256"], unique=False)

    op.create_table(
        "broadcast_recipients",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("message_order", sa.Integer(), nullable=False),
        sa.Column("at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_broadcast_recipients_broadcast_id_broadcasts")
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_broadcast_recipients_chat_id_chats")),
        sa.ForeignKeyConstraint(
            ["message_order"], ["messages.order_no"], name=op.f("fk_broadcast_recipients_message_order_messages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_recipients")),
        sa.UniqueConstraint("broadcast_id", "chat_id", name=op.f("uq_broadcast_recipients_broadcast_id_chat_id")),
    )
    # The unit at the top is there from the start: what nobody else is in charge of is in its queue.
    units = sa.table(
        "units",
        *(sa.column(name) for name in ("code", "kind", "path", "name_vi", "name_en", "active")),
        *(sa.column(name, sa.JSON()) for name in ("provinces", "office_codes", "other_names")),
    )
    op.execute(
        units.insert().values(
            code="VN",
            kind="department",
            path="1.",
            name_vi="Cục Hải quan",
            name_en="Vietnam Customs",
            active=sa.true(),
            provinces=[],
            office_codes=[],
            other_names=[],
        )
    )


def downgrade() -> None:
    op.drop_table("broadcast_recipients")
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachments_sha256"))
        batch_op.drop_index(batch_op.f("ix_attachments_message_order"))

    op.drop_table("attachments")
    with op.batch_alter_table("contradictions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contradictions_case_id"))

    op.drop_table("contradictions")
    op.drop_table("cases_apart")
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_subscriptions_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_subscriptions_topic"))
        batch_op.drop_index(batch_op.f("ix_subscriptions_chat_id"))

    op.drop_table("subscriptions")
    with op.batch_alter_table("membership_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_codes_membership_id"))

    op.drop_table("membership_codes")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_memberships_open",
            sqlite_where=sa.text("state IN ('asked', 'verified')"),
            postgresql_where=sa.text("state IN ('asked', 'verified')"),
        )
        batch_op.drop_index(batch_op.f("ix_memberships_person_id"))
        batch_op.drop_index(batch_op.f("ix_memberships_enterprise_id"))

    op.drop_table("memberships")
    op.drop_table("enterprises")
    op.drop_table("daily_summaries")
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointments_unit_id"))

    op.drop_table("appointments")
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_units_parent_id"))

    op.drop_table("units")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index("ix_letters_due")

    op.drop_table("letters")
    op.drop_table("file_contents")
    op.drop_table("news_days")
    op.drop_table("broadcasts")
