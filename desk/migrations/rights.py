"""Rights on PostgreSQL: nobody but the owner of the tables may change or take away what only grows.

The rights of the role that the processes run with come from the defaults that deploy/postgresql/rights.sql sets, which
hold for every table that a migration makes. For a few tables they are too many, so whoever migrates takes these away,
each time: also where the tables were made anew, as a restore does.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from desk.refused import Refused

_CHANGING = ("UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
#: What nobody but the owner has on a table: the audit only grows, and the revision is for whoever migrates to write.
_KEPT_BACK = {
    "audit_entries": _CHANGING,
    "audit_seals": _CHANGING,
    "alembic_version": ("INSERT", *_CHANGING),
}

_HOLDERS = text(
    "SELECT DISTINCT CASE acl.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(acl.grantee) END"
    " FROM pg_class c, LATERAL aclexplode(c.relacl) acl"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = :table"
    " AND acl.grantee <> c.relowner AND acl.privilege_type = ANY(:rights)"
)

_MAY_MIGRATE = text(
    "SELECT CASE WHEN to_regclass('alembic_version') IS NULL THEN has_schema_privilege(current_schema(), 'CREATE')"
    " ELSE (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('alembic_version')) END"
)


class MayNotMigrate(Refused):
    """The role of this connection may not change the schema; the message says who may."""


def must_be_the_owner(connection: Connection) -> None:
    """Raises MayNotMigrate where the schema is another's to change; on SQLite it is everybody's."""
    if connection.dialect.name == "postgresql" and not connection.scalar(_MAY_MIGRATE):
        raise MayNotMigrate(
            "The database has not the schema of this release, and the role in DATABASE_URL may not change it: run "
            "`customs prepare` as the owner of the tables (docs/operating.md, Two roles on PostgreSQL)."
        )


def keep_back(connection: Connection) -> None:
    """Take the rights away that others than the owner must not have; nothing to do on SQLite."""
    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.quote
    for table, rights in _KEPT_BACK.items():
        for holder in connection.scalars(_HOLDERS, {"table": table, "rights": list(rights)}).all():
            whom = quote(holder) if holder else "PUBLIC"
            connection.execute(text(f"REVOKE {', '.join(rights)} ON {quote(table)} FROM {whom}"))
