"""A case lies in a unit's queue, keeps its state and holder beside the thread, and has more that can happen to it.

Officers have their roles in units. Going back loses what the earlier desk has no word for: entries of new kinds, and of
an officer's roles all but the first.
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

import desk.store

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OLD_URGENCIES = ("normal", "high", "urgent")
URGENCIES = ("truck_at_gate", "vessel_cut_off", "perishable", "urgent", "not_urgent")
STATES = ("waiting", "claimed", "needs_information", "answered", "resolved", "closed")
REMINDED = ("nobody", "officer", "head", "department")
ROLES = ("officer", "head", "curator", "manager", "administrator")
OLD_KINDS = ("opened", "claimed", "returned", "replied", "person_wrote", "resolved")
KINDS = (
    "opened",
    "claimed",
    "taken_over",
    "transferred",
    "returned",
    "returned_untouched",
    "noted",
    "drafted",
    "draft_returned",
    "draft_withdrawn",
    "replied",
    "asked",
    "person_wrote",
    "resolved",
    "reopened",
    "closed",
    "reminded",
    "delay_told",
)
WITHOUT_OFFICER = (
    "transferred",
    "returned",
    "opened",
    "person_wrote",
    "reopened",
    "returned_untouched",
    "closed",
    "reminded",
    "delay_told",
)
WITH_WORDS = ("transferred", "noted", "drafted", "draft_returned", "replied", "asked", "person_wrote")

CASES = sa.table(
    "cases",
    *(sa.column(name) for name in ("id", "urgency", "state", "holder_id", "unit_id", "unit_found_by", "reminded")),
    *(sa.column(name, desk.store.UtcDateTime()) for name in ("at_risk_at", "due_at", "touched_at", "resolved_at")),
)
ENTRIES = sa.table(
    "case_entries",
    *(sa.column(name) for name in ("id", "case_id", "kind", "officer_id")),
    sa.column("detail", sa.JSON()),
    sa.column("at", desk.store.UtcDateTime()),
)
OFFICERS = sa.table("officers", *(sa.column(name) for name in ("id", "role", "on_duty")))
APPOINTMENTS = sa.table("appointments", *(sa.column(name) for name in ("id", "officer_id", "unit_id", "role")))
UNITS = sa.table("units", *(sa.column(name) for name in ("id", "code")))


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    top = op.get_bind().execute(sa.select(UNITS.c.id).where(UNITS.c.code == "VN")).scalar_one()
    _officers_have_roles_in_units(top)
    _entries_have_details()
    _cases_lie_in_units(top)
    with op.batch_alter_table("enquiries") as batch_op:
        batch_op.add_column(sa.Column("ministry", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_enquiries_ministry"), ["ministry"])
    op.add_column("deliveries", sa.Column("bulk", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("persons") as batch_op:
        batch_op.add_column(sa.Column("acting_for_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("fk_persons_acting_for_id_enterprises", "enterprises", ["acting_for_id"], ["id"])


def _officers_have_roles_in_units(top: int) -> None:
    op.execute(
        APPOINTMENTS.insert().from_select(
            ["officer_id", "unit_id", "role"], sa.select(OFFICERS.c.id, sa.literal(top), OFFICERS.c.role)
        )
    )
    op.add_column("officers", sa.Column("on_duty", sa.Boolean(), nullable=True))
    op.execute(OFFICERS.update().values(on_duty=sa.true()))
    with op.batch_alter_table("officers") as batch_op:
        batch_op.alter_column("on_duty", existing_type=sa.Boolean(), nullable=False)
        batch_op.drop_constraint(op.f("ck_officers_role_known"), type_="check")
        batch_op.drop_column("role")


def _entries_have_details() -> None:
    op.add_column("case_entries", sa.Column("detail", sa.JSON(), nullable=True))
    op.execute(ENTRIES.update().values(detail={}))
    with op.batch_alter_table("case_entries") as batch_op:
        batch_op.alter_column("detail", existing_type=sa.JSON(), nullable=False)
        _replace_checks(batch_op, KINDS, WITHOUT_OFFICER, WITH_WORDS)


def _replace_checks(
    batch_op: BatchOperations, kinds: tuple[str, ...], without: tuple[str, ...], words: tuple[str, ...]
) -> None:
    for name, condition in (
        ("kind_known", _one_of("kind", kinds)),
        ("officers_acts_have_an_officer", f"{_one_of('kind', without)} OR officer_id IS NOT NULL"),
        ("words_have_a_text", f"{_one_of('kind NOT', words)} OR text IS NOT NULL"),
    ):
        batch_op.drop_constraint(op.f(f"ck_case_entries_{name}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_case_entries_{name}"), condition)


def _cases_lie_in_units(top: int) -> None:
    moment = desk.store.UtcDateTime(timezone=True)
    for name, kind in (
        ("enterprise_id", sa.Integer()),
        ("unit_id", sa.Integer()),
        ("unit_found_by", sa.String()),
        ("topic", sa.String()),
        ("entry", sa.String()),
        ("ministry", sa.String()),
        ("state", sa.String()),
        ("holder_id", sa.Integer()),
        ("at_risk_at", moment),
        ("reminded", sa.String()),
        ("paused_at", moment),
        ("touched_at", moment),
        ("resolved_at", moment),
        ("previous_id", sa.Integer()),
    ):
        op.add_column("cases", sa.Column(name, kind, nullable=True))
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_constraint(op.f("ck_cases_urgency_known"), type_="check")
    op.execute(
        CASES.update().values(
            unit_id=top, unit_found_by="default", state="waiting", at_risk_at=CASES.c.due_at, reminded="nobody"
        )
    )
    for old, new in (("normal", "not_urgent"), ("high", "urgent")):
        op.execute(CASES.update().where(CASES.c.urgency == old).values(urgency=new))
    _write_down_states()
    with op.batch_alter_table("cases") as batch_op:
        for name in ("unit_id", "unit_found_by", "state", "at_risk_at", "reminded"):
            batch_op.alter_column(name, nullable=False)
        for name, condition in (
            ("urgency_known", _one_of("urgency", URGENCIES)),
            ("state_known", _one_of("state", STATES)),
            ("reminded_known", _one_of("reminded", REMINDED)),
            ("held", "(state IN ('claimed', 'answered', 'needs_information')) = (holder_id IS NOT NULL)"),
        ):
            batch_op.create_check_constraint(op.f(f"ck_cases_{name}"), condition)
        for column, table in (
            ("enterprise_id", "enterprises"),
            ("holder_id", "officers"),
            ("unit_id", "units"),
            ("previous_id", "cases"),
        ):
            batch_op.create_foreign_key(f"fk_cases_{column}_{table}", table, [column], ["id"])
        batch_op.create_index("ix_cases_enterprise_id", ["enterprise_id"])
        batch_op.create_index("ix_cases_holder_id", ["holder_id"])
        batch_op.create_index("ix_cases_state_due", ["state", "due_at"])
        batch_op.create_index("ix_cases_unit_state", ["unit_id", "state"])


def _write_down_states() -> None:
    """What the thread of each case amounts to, as it was understood until now."""
    bind = op.get_bind()
    for case_id in bind.execute(sa.select(CASES.c.id)).scalars().all():
        holder, answered, resolved_at, touched_at = None, False, None, None
        entries = sa.select(ENTRIES).where(ENTRIES.c.case_id == case_id).order_by(ENTRIES.c.id)
        for entry in bind.execute(entries).all():
            if entry.officer_id is not None:
                touched_at = entry.at
            if entry.kind == "claimed":
                holder = entry.officer_id
            elif entry.kind in ("returned", "resolved"):
                holder = None
            if entry.kind in ("replied", "person_wrote"):
                answered = entry.kind == "replied"
            elif entry.kind == "resolved":
                resolved_at = entry.at
        state = "resolved" if resolved_at else "waiting" if holder is None else "answered" if answered else "claimed"
        held_by = None if state == "resolved" else holder
        op.execute(
            CASES.update()
            .where(CASES.c.id == case_id)
            .values(state=state, holder_id=held_by, resolved_at=resolved_at, touched_at=touched_at)
        )


def downgrade() -> None:
    with op.batch_alter_table("persons") as batch_op:
        batch_op.drop_constraint("fk_persons_acting_for_id_enterprises", type_="foreignkey")
        batch_op.drop_column("acting_for_id")
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_column("bulk")
    with op.batch_alter_table("enquiries") as batch_op:
        batch_op.drop_index("ix_enquiries_ministry")
        batch_op.drop_column("ministry")
    _cases_lie_nowhere()
    _tell_in_the_earlier_words()
    with op.batch_alter_table("case_entries") as batch_op:
        _replace_checks(batch_op, OLD_KINDS, ("opened", "person_wrote"), ("replied", "person_wrote"))
        batch_op.drop_column("detail")
    _officers_have_one_role()


def _tell_in_the_earlier_words() -> None:
    """A take-over, and a transfer to a colleague, is a claim; whatever else ended a hold is a return.

    What was settled and opened again was, for the earlier desk, only returned: it knew no way back from resolved.
    """
    bind = op.get_bind()
    op.execute(ENTRIES.update().where(ENTRIES.c.kind == "taken_over").values(kind="claimed"))
    told = ENTRIES.c.kind.in_(("transferred", "returned", "returned_untouched"))
    for entry in bind.execute(sa.select(ENTRIES).where(told)).all():
        holder = (entry.detail or {}).get("officer_id")
        kind = "claimed" if entry.kind == "transferred" and holder else "returned"
        officer = holder if kind == "claimed" else entry.officer_id or holder
        op.execute(ENTRIES.update().where(ENTRIES.c.id == entry.id).values(kind=kind, officer_id=officer))
    reopened = sa.select(ENTRIES.c.case_id, ENTRIES.c.id).where(ENTRIES.c.kind == "reopened")
    for case_id, entry_id in bind.execute(reopened).all():
        before = (ENTRIES.c.case_id == case_id, ENTRIES.c.kind == "resolved", ENTRIES.c.id < entry_id)
        op.execute(ENTRIES.update().where(*before).values(kind="returned"))
    # The operator's own transfer of a case that nobody held has neither officer nor consequence there.
    nobodys = sa.and_(ENTRIES.c.kind == "returned", ENTRIES.c.officer_id.is_(None))
    op.execute(ENTRIES.delete().where(sa.or_(nobodys, ENTRIES.c.kind.not_in(OLD_KINDS))))


def _cases_lie_nowhere() -> None:
    with op.batch_alter_table("cases") as batch_op:
        for name in ("urgency_known", "state_known", "reminded_known", "held"):
            batch_op.drop_constraint(op.f(f"ck_cases_{name}"), type_="check")
        for name in ("previous_id_cases", "unit_id_units", "holder_id_officers", "enterprise_id_enterprises"):
            batch_op.drop_constraint(f"fk_cases_{name}", type_="foreignkey")
        for name in ("unit_state", "state_due", "holder_id", "enterprise_id"):
            batch_op.drop_index(f"ix_cases_{name}")
    op.execute(CASES.update().where(CASES.c.urgency == "not_urgent").values(urgency="normal"))
    op.execute(CASES.update().where(CASES.c.urgency.not_in(OLD_URGENCIES)).values(urgency="urgent"))
    with op.batch_alter_table("cases") as batch_op:
        for name in (
            "previous_id",
            "resolved_at",
            "touched_at",
            "paused_at",
            "reminded",
            "at_risk_at",
            "holder_id",
            "state",
            "ministry",
            "entry",
            "topic",
            "unit_found_by",
            "unit_id",
            "enterprise_id",
        ):
            batch_op.drop_column(name)
        batch_op.create_check_constraint(op.f("ck_cases_urgency_known"), _one_of("urgency", OLD_URGENCIES))


def _officers_have_one_role() -> None:
    op.add_column("officers", sa.Column("role", sa.String(), nullable=True))
    first = (
        sa.select(APPOINTMENTS.c.role)
        .where(APPOINTMENTS.c.officer_id == OFFICERS.c.id)
        .order_by(APPOINTMENTS.c.id)
        .limit(1)
        .scalar_subquery()
    )
    op.execute(OFFICERS.update().values(role=sa.func.coalesce(first, "officer")))
    with op.batch_alter_table("officers") as batch_op:
        batch_op.alter_column("role", existing_type=sa.String(), nullable=False)
        batch_op.create_check_constraint(op.f("ck_officers_role_known"), _one_of("role", ROLES))
        batch_op.drop_column("on_duty")
    op.execute(APPOINTMENTS.delete())
