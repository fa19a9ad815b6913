"""Settings that may change while the desk runs, an audit read by person, act and time, and messages that failed."""

import sqlalchemy as sa
from alembic import op

import desk.store

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: What the audit is listed by; each ends with the order of the list.
READ_BY = {
    "ix_audit_entries_at_id": ["at", "id"],
    "ix_audit_entries_actor": ["actor", "at", "id"],
    "ix_audit_entries_act": ["act", "at", "id"],
    "ix_audit_entries_subject": ["subject", "at", "id"],
}


def upgrade() -> None:
    op.create_table(
        "setting_changes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", desk.store.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_setting_changes"),
    )
    op.create_index("ix_setting_changes_name", "setting_changes", ["name", "id"])
    failed = sa.text("state IN ('permanent_failure', 'uncertain')")
    op.create_index("ix_deliveries_failed", "deliveries", ["id"], sqlite_where=failed, postgresql_where=failed)
    op.drop_index("ix_audit_entries_at", "audit_entries")
    op.drop_index("ix_audit_entries_subject", "audit_entries")
    for name, columns in READ_BY.items():
        op.create_index(name, "audit_entries", columns)


def downgrade() -> None:
    op.drop_index("ix_deliveries_failed", "deliveries")
    for name in READ_BY:
        op.drop_index(name, "audit_entries")
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject"])
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.drop_index("ix_setting_changes_name", "setting_changes")
    op.drop_table("setting_changes")
