"""A small tree of units with people in them, for tests of who may do what with a case."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.people import service as people
from desk.people import telegram_link
from desk.people.model import Officer, Role
from desk.units import service as units
from desk.units.model import DEPARTMENT, Unit, UnitKind
from tests.desk_fixtures import NOON, Chatter, World

#: Code: kind, code of the unit above, names in Vietnamese and English, codes of the office.
TREE = {
    "KV02": (UnitKind.REGION, "VN", "Chi cục Hải quan khu vực II", "Regional Customs Sub-Department II", []),
    "KV03": (UnitKind.REGION, "VN", "Chi cục Hải quan khu vực III", "Regional Customs Sub-Department III", []),
    "CATLAI": (UnitKind.OFFICE, "KV02", "Hải quan cửa khẩu cảng Cát Lái", "Cat Lai Port Customs", ["02CI"]),
    "CATLAI-1": (UnitKind.TEAM, "CATLAI", "Đội Thủ tục 1", "Procedures Team 1", []),
    "LINHTRUNG": (UnitKind.OFFICE, "KV02", "Hải quan Khu chế xuất Linh Trung", "Linh Trung EPZ Customs", ["02F1"]),
}
#: thu and nam are officers of one office, hanh is its head, vinh the head of the region, dung works elsewhere.
PEOPLE = {
    "thu": (Role.OFFICER, "CATLAI"),
    "nam": (Role.OFFICER, "CATLAI"),
    "hanh": (Role.HEAD, "CATLAI"),
    "vinh": (Role.HEAD, "KV02"),
    "dung": (Role.OFFICER, "KV03"),
}
_CHATS = {name: str(600 + number) for number, name in enumerate(PEOPLE)}


def add_units(session: Session) -> None:
    """This small tree in place of the shipped one; the department stays what it is."""
    session.execute(delete(Unit).where(Unit.code != DEPARTMENT))
    for code, (kind, above, name_vi, name_en, office_codes) in TREE.items():
        parent = unit(session, above)
        added = Unit(
            code=code,
            kind=kind.value,
            parent_id=parent.id,
            path=f"{parent.path}{code}",
            name_vi=name_vi,
            name_en=name_en,
            office_codes=office_codes,
        )
        session.add(added)
        session.flush()
        added.path = f"{parent.path}{added.id}."
        session.flush()


def add_people(session: Session) -> None:
    for username, (role, code) in PEOPLE.items():
        people.add_officer(
            session,
            username=username,
            name=username.title(),
            role=role,
            password="a password of tests",
            by="operator",
            at=NOON,
            unit=unit(session, code),
        )


def unit(session: Session, code: str) -> Unit:
    found = units.by_code(session, code)
    assert found is not None
    return found


def officer(session: Session, username: str) -> Officer:
    found = people.by_username(session, username)
    assert found is not None
    return found


def a_case_at(world: World, code: str, person: Chatter) -> int:
    """A case that a person opens, in the queue of the unit of this code; returns its id."""
    person.writes("nhập khẩu hoa lan rừng thì cần gì")
    person.taps("ask_officer")
    person.taps("send_as_is")
    with world.store.writing() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
        case.unit = unit(session, code)
        return case.id


def linked(world: World, username: str) -> Chatter:
    """An officer of PEOPLE in a linked private chat."""
    with world.store.writing() as session:
        code = telegram_link.make_link_code(session, officer(session, username), by="operator", at=world.clock.now())
    chatter = world.chatter(_CHATS[username])
    chatter.commands("start", code)
    return chatter
