"""Seals over the audit, what came of checking them, and triggers that let entries and seals only be added.

Before nothing in it can be changed any more, words that are forgotten elsewhere are taken out of the entries: how long
they were stays.
"""

import sqlalchemy as sa
from alembic import op

from desk.store import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_ONLY_GROWING = {"audit_entries": "id", "audit_seals": "number"}
#: Which words of which acts were about somebody's own matter; what ends with a dot or a line begins several acts.
_WORDS = {
    "gap.": ("words",),
    "guidance.golden_": ("question",),
    "law.impact_settled": ("words",),
    "membership.refused": ("reason",),
    "service_index.deducted": ("reason",),
    "service_index.taken_back": ("reason",),
    "service_index.objected": ("words",),
    "service_index.answered": ("words",),
    "enterprise.loaded": ("name",),
}


def upgrade() -> None:
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("sealed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digests", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seals")),
    )
    op.create_table(
        "audit_checks",
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("begun_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("checked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("seals", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("newest_seal", sa.Integer(), nullable=True),
        sa.Column("newest_hash", sa.String(), nullable=True),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("finding", sa.JSON(), nullable=True),
        sa.CheckConstraint("part IN ('newest', 'whole')", name=op.f("ck_audit_checks_part_known")),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_audit_checks")),
    )
    _take_words_out()
    _let_only_grow()


def downgrade() -> None:
    for table in _ONLY_GROWING:
        if _is_postgresql():
            op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
            continue
        for act in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {table}_no_{act}")
    if _is_postgresql():
        op.execute("DROP FUNCTION audit_only_grows()")
    op.drop_table("audit_checks")
    op.drop_table("audit_seals")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _take_words_out() -> None:
    """A word is replaced by its length, under a name that says so."""
    act, detail = sa.column("act", sa.String()), sa.column("detail", sa.JSON())
    entries = sa.table("audit_entries", sa.column("id", sa.Integer()), act, detail)
    for begin, names in _WORDS.items():
        whose = act.startswith(begin, autoescape=True) if begin[-1] in "._" else act == begin
        for id_, told in op.get_bind().execute(sa.select(entries.c.id, detail).where(whose)).all():
            short = _shortened(told, names)
            if short != told:
                op.get_bind().execute(entries.update().where(entries.c.id == id_).values(detail=short))


def _shortened(told: object, names: tuple[str, ...]) -> object:
    if not isinstance(told, dict):
        return told
    return dict(
        (f"{key}_length", len(value)) if key in names and isinstance(value, str) else (key, value)
        for key, value in told.items()
    )


def _let_only_grow() -> None:
    if _is_postgresql():
        op.execute(
            "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME"
            " USING ERRCODE = 'insufficient_privilege'; END $$"
        )
    for table, key in _ONLY_GROWING.items():
        if _is_postgresql():
            op.execute(
                f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
            )
            continue
        refused = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refused}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refused}")
        # REPLACE takes the row away that is in its place without asking the trigger above. Before a row has its number
        # SQLite has -1 for it: a row of that number must not keep all others out.
        there = f"NEW.{key} > 0 AND EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refused}")
