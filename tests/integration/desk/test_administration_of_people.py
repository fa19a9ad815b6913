"""What administrators may do with officers, by where both have their roles; and what nobody may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.cases.model import Case, CaseState
from desk.cases.officers import desk as officer_desk
from desk.people import administration, administrator_desk, sessions, sign_in
from desk.people import service as people
from desk.people.administration import AdministrationRefused
from desk.people.model import Officer, OfficerLink, Role
from tests.administration_fixtures import add_administrators
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World
from tests.small_tree import a_case_at, linked, officer, unit

Act = Callable[[Session, Officer, Officer], object]


@pytest.fixture(autouse=True)
def _administrators(world: World) -> None:
    add_administrators(world)


def appoint_to(code: str, role: Role = Role.OFFICER) -> Act:
    return lambda s, o, by: administration.appoint(s, o, role, unit(s, code), by=by, at=NOON)


def dismiss_from(code: str, role: Role = Role.OFFICER) -> Act:
    return lambda s, o, by: administration.dismiss(s, o, role, unit(s, code), by=by, at=NOON)


#: Every act on an officer who is there already.
ACTS: dict[str, Act] = {
    "rename": lambda s, o, by: administration.rename(s, o, "Một tên khác", by=by, at=NOON),
    "deactivate": lambda s, o, by: administration.deactivate(s, o, by=by, at=NOON),
    "password": lambda s, o, by: administration.set_temporary_password(s, o, by=by, at=NOON),
    "link": lambda s, o, by: administration.make_link_code(s, o, by=by, at=NOON),
    "sessions": lambda s, o, by: administration.end_sessions(s, o, by=by, at=NOON),
    "unlink": lambda s, o, by: administration.unlink_telegram(s, o, by=by, at=NOON),
    "appoint": appoint_to("CATLAI-1"),
}


def refusal(world: World, act: Act, username: str, by: str) -> str | None:
    """Why the act was refused, None where it was done; what was done is taken back."""
    with world.store.writing() as session:
        attempt = session.begin_nested()
        try:
            act(session, officer(session, username), officer(session, by))
        except AdministrationRefused as refused:
            return refused.reason.removeprefix("page.people.refused_")
        finally:
            attempt.rollback()
            session.expire_all()
    return None


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize(
    ("by", "username", "refused"),
    [
        ("quang", "thu", None),
        ("ngoc", "thu", None),
        ("tam", "thu", None),
        ("long", "thu", "outside"),
        ("tam", "vinh", "outside"),
        ("tam", "ngoc", "outside"),
        ("ngoc", "quang", "outside"),
        ("ngoc", "tam", None),
        ("hanh", "thu", "outside"),
    ],
)
def test_an_act_on_an_officer_is_limited_to_the_units_of_the_administrator(
    world: World, act: Act, by: str, username: str, refused: str | None
) -> None:
    assert refusal(world, act, username, by) == refused


@pytest.mark.parametrize("act", [act for name, act in ACTS.items() if name != "appoint"])
def test_an_officer_with_a_role_outside_too_is_not_touched(world: World, act: Act) -> None:
    with world.store.writing() as session:
        people.appoint(session, officer(session, "thu"), Role.CURATOR, unit(session, "KV03"), by="operator", at=NOON)
    assert refusal(world, act, "thu", "ngoc") == "outside"
    assert refusal(world, act, "thu", "quang") is None


@pytest.mark.parametrize(
    ("by", "code", "role", "refused"),
    [
        ("ngoc", "KV02", Role.ADMINISTRATOR, None),
        ("ngoc", "LINHTRUNG", Role.HEAD, None),
        ("ngoc", "VN", Role.OFFICER, "unit"),
        ("ngoc", "KV03", Role.OFFICER, "unit"),
        ("tam", "KV02", Role.ADMINISTRATOR, "unit"),
        ("quang", "VN", Role.ADMINISTRATOR, None),
        ("quang", "CATLAI", Role.OFFICER, "held"),
    ],
)
def test_nobody_appoints_above_or_beside(world: World, by: str, code: str, role: Role, refused: str | None) -> None:
    assert refusal(world, appoint_to(code, role), "thu", by) == refused


def test_nobody_makes_themselves_administrator_elsewhere(world: World) -> None:
    for code in ("VN", "KV03"):
        assert refusal(world, appoint_to(code, Role.ADMINISTRATOR), "ngoc", "ngoc") == "unit"


def test_nobody_is_appointed_in_a_closed_unit(world: World) -> None:
    with world.store.writing() as session:
        unit(session, "LINHTRUNG").active = False
    assert refusal(world, appoint_to("LINHTRUNG"), "thu", "quang") == "closed"


def test_nobody_shuts_themselves_out(world: World) -> None:
    for act in (ACTS["deactivate"], ACTS["password"], dismiss_from("VN", Role.ADMINISTRATOR)):
        assert refusal(world, act, "quang", "quang") == "oneself"


def test_the_department_keeps_an_administrator_whoever_acts(world: World) -> None:
    with world.store.writing() as session:
        for act in (
            lambda o: administration.deactivate(session, o, by=None, at=NOON),
            lambda o: administration.dismiss(session, o, Role.ADMINISTRATOR, unit(session, "VN"), by=None, at=NOON),
        ):
            with pytest.raises(AdministrationRefused, match="refused_last"):
                act(officer(session, "quang"))
    with world.store.writing() as session:
        people.appoint(session, officer(session, "vinh"), Role.ADMINISTRATOR, unit(session, "VN"), by="x", at=NOON)
    assert refusal(world, ACTS["deactivate"], "quang", "vinh") is None
    with world.store.writing() as session:
        people.deactivate(session, officer(session, "vinh"), by="operator", at=NOON)
    assert refusal(world, ACTS["deactivate"], "quang", "vinh") == "last"


def test_who_has_no_role_is_the_departments_matter(world: World) -> None:
    with world.store.writing() as session:
        administration.dismiss(
            session, officer(session, "thu"), Role.OFFICER, unit(session, "CATLAI"), by=officer(session, "tam"), at=NOON
        )
    assert refusal(world, ACTS["appoint"], "thu", "tam") == "outside"
    assert refusal(world, ACTS["appoint"], "thu", "quang") is None


def adds(session: Session, username: str, name: str, code: str, by: str) -> tuple[Officer, str]:
    return administration.add(
        session,
        username=username,
        name=name,
        role=Role.OFFICER,
        unit=unit(session, code),
        by=officer(session, by),
        at=NOON,
    )


def test_an_officer_is_added_with_a_password_that_is_told_once(world: World) -> None:
    with world.store.writing() as session:
        added, password = adds(session, "moi", "  Nguyễn  Thị Mới ", "CATLAI", "tam")
        assert added.name == "Nguyễn Thị Mới"
        assert sign_in.with_password(session, added.username, password, NOON) is not None
        assert added.must_change_password


@pytest.mark.parametrize(
    ("username", "name", "code", "refused"),
    [
        ("thu", "Thu nữa", "CATLAI", "taken"),
        ("Moi Nguyen", "Mới", "CATLAI", "username"),
        ("../moi", "Mới", "CATLAI", "username"),
        ("", "Mới", "CATLAI", "username"),
        ("moi", "  ", "CATLAI", "name"),
        ("moi", "x" * 101, "CATLAI", "name"),
        ("moi", "Mới", "KV02", "unit"),
        ("moi", "Mới", "LINHTRUNG", "unit"),
    ],
)
def test_what_cannot_be_a_new_officer_is_refused(
    world: World, username: str, name: str, code: str, refused: str
) -> None:
    with world.store.writing() as session, pytest.raises(AdministrationRefused, match=f"refused_{refused}$"):
        adds(session, username, name, code, "tam")


def test_a_new_password_ends_the_sessions_and_the_old_one(world: World) -> None:
    with world.store.writing() as session:
        thu = officer(session, "thu")
        entered = sign_in.with_password(session, "thu", PASSWORD, NOON)
        assert entered is not None
        password = administration.set_temporary_password(session, thu, by=officer(session, "tam"), at=NOON)
        assert sessions.signed_in(session, entered.token, NOON) is None
        assert sign_in.with_password(session, "thu", PASSWORD, NOON) is None
        assert sign_in.with_password(session, "thu", password, NOON) is not None
        assert thu.must_change_password


def test_a_lock_out_ends_early_where_there_is_one(world: World) -> None:
    with world.store.writing() as session:
        thu, tam = officer(session, "thu"), officer(session, "tam")
        with pytest.raises(AdministrationRefused, match="refused_not_locked"):
            administration.unlock(session, thu, by=tam, at=NOON)
        thu.locked_until = NOON + dt.timedelta(minutes=1)
        administration.unlock(session, thu, by=tam, at=NOON)
        assert sign_in.with_password(session, "thu", PASSWORD, NOON) is not None
        assert administration.end_sessions(session, thu, by=tam, at=NOON) == 1


def test_a_second_factor_is_taken_away_where_there_is_one_but_not_ones_own(world: World) -> None:
    with world.store.writing() as session:
        thu, tam = officer(session, "thu"), officer(session, "tam")
        with pytest.raises(AdministrationRefused, match="refused_no_second_factor"):
            administration.reset_second_factor(session, thu, by=tam, at=NOON)
        thu.second_factor_since = tam.second_factor_since = NOON
        administration.reset_second_factor(session, thu, by=tam, at=NOON)
        assert thu.second_factor_since is None
        with pytest.raises(AdministrationRefused, match="refused_oneself"):
            administration.reset_second_factor(session, tam, by=tam, at=NOON)


def test_the_account_at_the_authoritys_sign_in_is_forgotten_where_there_is_one(world: World) -> None:
    with world.store.writing() as session, pytest.raises(AdministrationRefused, match="refused_no_identity"):
        administration.unlink_identity(session, officer(session, "thu"), by=officer(session, "tam"), at=NOON)


@pytest.mark.parametrize("act", ["deactivate", "dismiss"])
def test_the_cases_of_whoever_leaves_wait_again_and_colleagues_are_told(world: World, act: str) -> None:
    case_id = a_case_at(world, "CATLAI", world.chatter("100"))
    linked(world, "thu")
    nam = linked(world, "nam")
    with world.store.writing() as session:
        officer_desk.claim(world.desk, session, session.get_one(Case, case_id), officer(session, "thu"))
    before = len(nam.read())
    with world.store.writing() as session:
        thu, tam = officer(session, "thu"), officer(session, "tam")
        if act == "deactivate":
            returned = administrator_desk.deactivate(world.desk, session, thu, by=tam)
        else:
            returned = administrator_desk.dismiss(
                world.desk, session, thu, Role.OFFICER, unit(session, "CATLAI"), by=tam
            )
        assert [(case.id, case.state) for case in returned] == [(case_id, CaseState.WAITING)]
    assert len(nam.read()) == before + 1
    with world.store.reading() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.act == "case.returned").order_by(AuditEntry.id.desc())
        ).first()
        assert entry is not None
        assert entry.actor == "officer:tam"


def test_a_link_is_made_and_ended(world: World) -> None:
    linked(world, "thu")
    with world.store.writing() as session:
        thu, tam = officer(session, "thu"), officer(session, "tam")
        administration.unlink_telegram(session, thu, by=tam, at=NOON)
        session.flush()
        assert session.get(OfficerLink, thu.id) is None
        assert len(administration.make_link_code(session, thu, by=tam, at=NOON)) == 22
