"""Which unit a case goes to, and how that was found: the first thing known that says one unit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.cases.model import Case, CaseEntry
from desk.conversations.model import Person
from desk.enterprises.model import Enterprise, Membership
from desk.guidance.record import LANGUAGES, Language
from desk.units import service as units
from desk.units.model import Unit
from tests.desk_fixtures import NO_IDEA, NOON, UNSURE, Chatter, World
from tests.unit.desk.units_of_tests import put_into

#: Names neither an office nor a province.
NOWHERE = "khai bổ sung thế nào cho đúng"


@pytest.fixture(autouse=True)
def _the_tree(world: World) -> None:
    with world.store.writing() as session:
        put_into(session)


def sends(chatter: Chatter, question: str) -> str:
    """Ask and send the question to an officer as it is; returns what the person is told."""
    chatter.writes(question)
    chatter.taps("ask_officer")
    return chatter.taps("send_as_is")[-1].text


def the_case(session: Session) -> Case:
    return session.scalars(select(Case).order_by(Case.id.desc())).first() or pytest.fail("no case")


def routed(world: World) -> tuple[str, str]:
    with world.store.reading() as session:
        case = the_case(session)
        return case.unit.code, case.unit_found_by


def change(world: World, code: str, **values: object) -> None:
    with world.store.writing() as session:
        session.execute(update(Unit).where(Unit.code == code).values(**values))


def acts_for_an_enterprise_of(world: World, unit: str | None, state: str = "verified") -> None:
    """Have the person of the only chat act for an enterprise that this office manages."""
    with world.store.writing() as session:
        office = units.by_code(session, unit) if unit else None
        enterprise = Enterprise(tax_code="0100109106", name="Sao Mai", unit_id=office and office.id, created_at=NOON)
        person = session.scalars(select(Person)).one()
        held = Membership(
            enterprise=enterprise, person=person, kind="staff", state=state, asked_at=NOON, settled_at=NOON, how="code"
        )
        session.add_all([enterprise, held])
        session.flush()
        person.acting_for_id = enterprise.id


def with_topics(world: World, topics: dict[str, str]) -> Chatter:
    """Somebody who asks a desk with these topics."""
    rules = replace(world.desk.rules, routing=replace(world.desk.rules.routing, topics=topics))
    return Chatter(replace(world.desk, rules=rules), "100")


@pytest.mark.parametrize(
    ("question", "unit", "by"),
    [
        ("Hàng về cảng Cát Lái thì nộp hồ sơ ở đâu", "SG1", "office"),
        ("hang ve cang cat lai thi nop ho so o dau", "SG1", "office"),
        ("Hàng từ Hà Nội vào cảng Cát Lái thì khai ở đâu", "SG1", "office"),
        ("hồ sơ mở tại 02CI cần thêm gì", "SG1", "office"),
        ("chi cục hải quan khu vực II yêu cầu bổ sung gì", "R-II", "office"),
        ("Region II customs wants which papers", "R-II", "office"),
        ("hải quan TP.HCM hẹn hôm nào", "R-II", "office"),
        ("Hải quan Khu công nghệ cao, đội 02PG cần gì", "CNC-T", "office"),
        ("chuyển cửa khẩu từ Cát Lái sang cảng Sài Gòn khu vực 4", "R-II", "office"),
        ("Nhà máy ở Hải Phòng thì đăng ký ở đâu", "R-III", "province"),
        ("Our plant is in Hai Phong, where to register", "R-III", "province"),
        ("nha may o hai phong thi dang ky o dau", "R-III", "province"),
        ("hải quan cửa khẩu Tân Thanh Lạng Sơn mở cửa mấy giờ", "R-VI", "province"),
        ("hàng đi Hà Nội và Phú Thọ", "R-I", "province"),
        ("chuyển hàng từ Hải Phòng lên Hà Nội", "VN", "default"),
        ("hàng từ Cát Lái ra cảng Cửa Lò, công ty ở Hải Phòng", "VN", "default"),
        ("hải quan cửa khẩu Nơi Nào Đó trả lời sao", "VN", "default"),
        ("Tờ khai số 1031 luồng vàng cần gì", "VN", "default"),
        (NOWHERE, "VN", "default"),
    ],
)
def test_a_case_goes_to_the_unit_that_its_question_names(
    world: World, lan: Chatter, question: str, unit: str, by: str
) -> None:
    sends(lan, question)
    assert routed(world) == (unit, by)


def test_the_first_entry_of_the_thread_tells_how_the_unit_was_found(world: World, lan: Chatter) -> None:
    sends(lan, "hàng về cảng Cát Lái")
    with world.store.reading() as session:
        assert session.scalars(select(CaseEntry.detail)).all() == [{"unit": "SG1", "by": "office"}]
        assert session.scalars(select(AuditEntry).where(AuditEntry.act == "case.opened")).one()


def test_an_office_named_in_the_details_counts(world: World, lan: Chatter) -> None:
    lan.writes(NOWHERE)
    lan.taps("ask_officer")
    lan.taps("add_details")
    for _ in range(4):
        lan.taps("form_skip")
    lan.writes("Lô hàng ở cảng Cát Lái")
    assert routed(world) == ("SG1", "office")


@pytest.mark.parametrize(
    ("question", "unit", "by"),
    [
        (NOWHERE, "VSIP", "enterprise"),
        ("Hàng về cảng Cát Lái", "SG1", "office"),
        ("Hàng về Hải Phòng", "VSIP", "enterprise"),
        ("hàng từ Cát Lái ra cảng Cửa Lò", "VSIP", "enterprise"),
    ],
)
def test_the_office_that_manages_the_enterprise_takes_what_names_no_office(
    world: World, lan: Chatter, question: str, unit: str, by: str
) -> None:
    lan.writes("xin chào")
    acts_for_an_enterprise_of(world, "VSIP")
    sends(lan, question)
    assert routed(world) == (unit, by)


def test_an_enterprise_that_was_only_claimed_decides_nothing(world: World, lan: Chatter) -> None:
    lan.writes("xin chào")
    acts_for_an_enterprise_of(world, "VSIP", state="asked")
    sends(lan, NOWHERE)
    assert routed(world) == ("VN", "default")


def test_an_enterprise_without_a_known_office_says_nothing(world: World, lan: Chatter) -> None:
    lan.writes("xin chào")
    acts_for_an_enterprise_of(world, None)
    sends(lan, NOWHERE)
    assert routed(world) == ("VN", "default")


@pytest.mark.parametrize(
    ("topics", "question", "unit", "by"),
    [
        ({"dossier_import": "CNC"}, NOWHERE, "CNC", "topic"),
        ({"declaration": "CNC"}, NOWHERE, "CNC", "topic"),
        ({"declaration": "SG1", "dossier_import": "CNC"}, NOWHERE, "CNC", "topic"),
        ({"declaration": "CNC"}, f"{NOWHERE}, ở Hải Phòng", "R-III", "province"),
        ({"declaration": "CNC"}, f"{NOWHERE}, từ Hải Phòng lên Hà Nội", "CNC", "topic"),
        ({"declaration": "NO-SUCH-UNIT"}, NOWHERE, "VN", "default"),
        ({"channels": "CNC"}, NOWHERE, "VN", "default"),
    ],
)
def test_the_unit_in_charge_of_the_topic_takes_what_names_no_place(
    world: World, topics: dict[str, str], question: str, unit: str, by: str
) -> None:
    world.search.finds("dossier_import", confidence=UNSURE)
    sends(with_topics(world, topics), question)
    assert routed(world) == (unit, by)


def test_guidance_that_is_far_from_the_question_is_no_topic(world: World) -> None:
    world.search.finds("dossier_import", confidence=NO_IDEA)
    sends(with_topics(world, {"dossier_import": "CNC"}), NOWHERE)
    assert routed(world) == ("VN", "default")


@pytest.mark.parametrize("closed", [["CNC-T"], ["CNC-T", "CNC"]])
def test_the_unit_above_takes_what_a_closed_one_is_asked(world: World, lan: Chatter, closed: list[str]) -> None:
    for code in closed:
        change(world, code, active=False)
    sends(lan, "đội 02PG hẹn hôm nào")
    assert routed(world) == ({1: "CNC", 2: "R-II"}[len(closed)], "office")


def test_of_two_units_of_one_name_the_one_that_stands_is_meant(world: World, lan: Chatter) -> None:
    change(world, "SG1", active=False)
    change(world, "CUA-LO", other_names=["Cát Lái"])
    sends(lan, "hàng về cảng Cát Lái")
    assert routed(world) == ("CUA-LO", "office")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_person_is_told_which_unit_takes_the_case(world: World, language: Language) -> None:
    lan = world.chatter("100", hint=language)
    lan.writes("/")
    lan.commands("language")
    lan.taps("language", language)
    told = sends(lan, "02CI")
    name = {"vi": "Hải quan cảng Sài Gòn khu vực 1", "en": "Saigon port area 1 customs"}[language]
    assert world.text("case.taken_by", language, unit=name) in told


def test_nothing_is_said_of_the_default_queue(world: World, lan: Chatter) -> None:
    told = sends(lan, NOWHERE)
    assert world.text("case.taken_by", unit="Cục Hải quan") not in told
    assert "Cục Hải quan" not in told


def test_officers_see_how_the_unit_was_found(world: World, lan: Chatter, minh: Chatter) -> None:
    sends(lan, "hàng về cảng Cát Lái")
    notice = minh.read()[-1].text
    assert "Hải quan cảng Sài Gòn khu vực 1" in notice
    assert world.text("found_by.office") in notice
