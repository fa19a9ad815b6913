"""A case's question is a message on PostgreSQL too, and three tables are as their models say.

The first migration left that reference to a later ALTER TABLE, which nothing issued; the fourteenth named its checks
twice over; and tables of a single row counted their numbers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_REFERENCE = "fk_cases_enquiry_id_messages"
_CHECKS = {
    "law_instruments": {"state_known": "state IN ('entered', 'shipped', 'mistaken')"},
    "law_impact_tasks": {
        "kind_known": "kind IN ('entry', 'case', 'answer')",
        "how_known": "how IS NULL OR how IN ('draft', 'right', 'told', 'passed', 'mistaken')",
        "done_somehow": "(done_at IS NULL) = (how IS NULL)",
    },
}
_SINGLE_ROWS = ("lint_run", "publication")


def upgrade() -> None:
    if _is_postgresql():
        op.create_foreign_key(op.f(_REFERENCE), "cases", "messages", ["enquiry_id"], ["id"])
        for table in _SINGLE_ROWS:
            op.alter_column(table, "id", existing_type=sa.Integer(), server_default=None)
            op.execute(f"DROP SEQUENCE {table}_id_seq")
    _rename_checks(before="ck_{table}_ck_{table}_{name}", after="ck_{table}_{name}")


def downgrade() -> None:
    _rename_checks(before="ck_{table}_{name}", after="ck_{table}_ck_{table}_{name}")
    if _is_postgresql():
        for table in _SINGLE_ROWS:
            op.execute(f"CREATE SEQUENCE {table}_id_seq AS INTEGER OWNED BY {table}.id")
            default = sa.text(f"nextval('{table}_id_seq'::regclass)")
            op.alter_column(table, "id", existing_type=sa.Integer(), server_default=default)
        op.drop_constraint(op.f(_REFERENCE), "cases", type_="foreignkey")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _rename_checks(*, before: str, after: str) -> None:
    """On PostgreSQL only the names change, without reading the table again."""
    for table, checks in _CHECKS.items():
        names = {name: (before.format(table=table, name=name), after.format(table=table, name=name)) for name in checks}
        if _is_postgresql():
            for old, new in names.values():
                op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}")
            continue
        with op.batch_alter_table(table) as batch_op:
            for name, condition in checks.items():
                batch_op.drop_constraint(op.f(names[name][0]), type_="check")
                batch_op.create_check_constraint(op.f(names[name][1]), condition)
