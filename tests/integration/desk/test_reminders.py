"""Nobody is kept waiting unseen: reminders level by level, an apology, cases left lying, and cases that end."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clock.due import close_resolved_cases, remind_of_cases, return_untouched_cases, tell_of_delays
from desk.audit.model import AuditEntry
from desk.cases import service as cases
from desk.cases.model import Case, CaseEntry, CaseState, Reminded
from desk.cases.promises import reminders
from desk.conversations import service as conversations
from desk.conversations.model import Message
from desk.desk import Desk
from desk.people import service as people
from desk.people import telegram_link
from desk.people.model import Officer, Role
from desk.speech import Utterance
from desk.store import Store, make_engine
from desk.units.model import Unit
from desk.working_time.hours import VIETNAM
from tests.conftest import PASSWORD
from tests.desk_fixtures import Chatter, FrozenClock, Said, World

QUESTION = "nhập khẩu hoa lan rừng thì cần gì"
NUMBER = "2026-00001"
#: Opened at noon on Monday 23/11/2026, and Tuesday is free: 11 of the 15 working hours are over on Wednesday evening.
AT_RISK, DUE, LONG_OVERDUE = "26/11/2026 07:45", "26/11/2026 11:30", "27/11/2026 11:30"
LEVELS = ["officer", "head", "department"]


def here(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


@pytest.fixture(autouse=True)
def _a_case_waits(lan: Chatter, minh: Chatter, binh: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("send_as_is")


def appointed(world: World, username: str, role: Role, unit: Unit | None = None, address: str | None = None) -> Chatter:
    """Somebody new with a role, linked to a chat."""
    with world.store.writing() as session:
        officer = people.add_officer(
            session,
            username=username,
            name=username.title(),
            role=role,
            password=PASSWORD,
            by="operator",
            at=world.clock.now(),
            unit=unit,
        )
        code = telegram_link.make_link_code(session, officer, by="operator", at=world.clock.now())
    chatter = world.chatter(address or f"chat of {username}")
    chatter.commands("start", code)
    return chatter


@pytest.fixture
def thu(world: World) -> Chatter:
    """Head of the department, linked."""
    return appointed(world, "thu", Role.HEAD)


def an_office(world: World, code: str = "R2", above: Unit | None = None) -> Unit:
    with world.store.writing() as session:
        unit = Unit(
            code=code,
            kind="office",
            parent_id=above.id if above else 1,
            path=f"new {code}",
            name_vi=f"Hải quan {code}",
            name_en=f"Customs {code}",
        )
        session.add(unit)
        session.flush()
        unit.path = f"{above.path if above else '1.'}{unit.id}."
    return unit


def in_unit(world: World, unit: Unit) -> None:
    with world.store.writing() as session:
        the_case(session).unit_id = unit.id


def the_case(session: Session) -> Case:
    return session.scalars(select(Case)).one()


def changed(world: World, **values: Any) -> None:
    with world.store.writing() as session:
        for name, value in values.items():
            setattr(the_case(session), name, value)


def officer(session: Session, username: str = "minh") -> Officer:
    found = people.by_username(session, username)
    assert found is not None
    return found


def entries(world: World, *kinds: str) -> list[CaseEntry]:
    with world.store.reading() as session:
        query = select(CaseEntry).where(CaseEntry.kind.in_(kinds)).order_by(CaseEntry.id)
        return list(session.scalars(query))


def reminded(world: World) -> list[str]:
    return [entry.detail["level"] for entry in entries(world, "reminded")]


def state(world: World) -> CaseState:
    with world.store.reading() as session:
        return the_case(session).state


def looks(desk: Desk) -> None:
    """The clock looks at what is due, twice, so that what is done twice shows."""
    for _ in range(2):
        for work in (remind_of_cases, tell_of_delays, return_untouched_cases, close_resolved_cases):
            work(desk)


def heard(chatter: Chatter, world: World, at: str) -> list[Said]:
    """What is said in a chat when the clock looks at this moment."""
    before = len(chatter.read())
    world.clock.set(here(at))
    looks(world.desk)
    return chatter.read()[before:]


def held_by_minh(world: World, minh: Chatter) -> None:
    minh.taps("officer_claim")


def untouched_is_no_matter(world: World, at: str) -> None:
    """As if the holder had done something now."""
    changed(world, touched_at=here(at))


# -- reminders


def test_before_a_case_is_at_risk_nobody_is_reminded(world: World, minh: Chatter) -> None:
    assert heard(minh, world, "26/11/2026 07:44") == []
    assert entries(world, "reminded") == []


def test_of_a_case_at_risk_that_nobody_holds_all_on_duty_are_reminded_once(
    world: World, minh: Chatter, binh: Chatter, thu: Chatter, lan: Chatter
) -> None:
    before = len(lan.read())
    with world.store.writing() as session:
        officer(session, "binh").on_duty = False
    (notice,) = heard(minh, world, AT_RISK)
    assert notice.text.startswith(world.text("reminder.at_risk", number=NUMBER, due="11:30 ngày 26/11/2026"))
    assert QUESTION in notice.text
    assert "officer_claim" in notice.acts
    assert notice.case_id == 1
    assert heard(binh, world, AT_RISK) == []
    assert reminded(world) == ["officer"]
    (entry,) = entries(world, "reminded")
    assert entry.detail == {"level": "officer", "due_at": here(DUE).astimezone(dt.UTC).isoformat(), "told": 2}
    assert len(lan.read()) == before


def test_of_a_case_at_risk_its_holder_is_reminded_on_duty_or_not(world: World, minh: Chatter, binh: Chatter) -> None:
    held_by_minh(world, minh)
    with world.store.writing() as session:
        officer(session).on_duty = False
    untouched_is_no_matter(world, AT_RISK)
    before = len(binh.read())
    (notice,) = heard(minh, world, AT_RISK)
    assert notice.text.startswith(world.text("reminder.at_risk", number=NUMBER, due="11:30 ngày 26/11/2026"))
    assert len(binh.read()) == before


def test_an_answer_to_the_reminder_reaches_the_enterprise(world: World, minh: Chatter, lan: Chatter) -> None:
    held_by_minh(world, minh)
    untouched_is_no_matter(world, AT_RISK)
    (notice,) = heard(minh, world, AT_RISK)
    minh.writes("Cần giấy phép CITES.", reply_to=minh.external_id(notice))
    assert "Cần giấy phép CITES." in lan.read()[-1].text
    assert heard(minh, world, LONG_OVERDUE) == []
    assert reminded(world) == ["officer"]


def test_of_an_overdue_case_the_head_is_told_once_and_who_holds_it(world: World, minh: Chatter, thu: Chatter) -> None:
    held_by_minh(world, minh)
    untouched_is_no_matter(world, DUE)
    heard(thu, world, AT_RISK)
    (notice,) = heard(thu, world, DUE)
    holder = world.text("reminder.held_by", name="Minh")
    due = "11:30 ngày 26/11/2026"
    assert notice.text.startswith(
        world.text("reminder.head", number=NUMBER, unit="Cục Hải quan", due=due, holder=holder)
    )
    assert reminded(world) == ["officer", "head"]


def test_long_after_the_due_time_the_department_is_told_once(world: World, thu: Chatter) -> None:
    office = an_office(world)
    chi = appointed(world, "chi", Role.HEAD, office)
    in_unit(world, office)
    heard(chi, world, AT_RISK)
    assert len(heard(chi, world, DUE)) == 1
    assert heard(thu, world, "27/11/2026 11:29") == []
    (notice,) = heard(thu, world, LONG_OVERDUE)
    nobody = world.text("reminder.held_by_nobody")
    due = "11:30 ngày 26/11/2026"
    assert notice.text.startswith(
        world.text("reminder.department", number=NUMBER, unit="Hải quan R2", due=due, holder=nobody)
    )
    assert len([said for said in chi.read() if "quá hạn" in said.text]) == 1
    assert heard(thu, world, "10/12/2026 09:00") == []
    assert reminded(world) == LEVELS


def test_the_head_is_that_of_the_nearest_unit_that_has_one(world: World, thu: Chatter) -> None:
    region = an_office(world, "R2")
    gate = an_office(world, "R2-GATE", region)
    in_unit(world, gate)
    hai = appointed(world, "hai", Role.HEAD, region)
    gone = appointed(world, "gone", Role.HEAD, gate)
    with world.store.writing() as session:
        officer(session, "gone").active = False
    heard(hai, world, AT_RISK)
    before = len(thu.read()), len(gone.read())
    assert len(heard(hai, world, DUE)) == 1
    assert (len(thu.read()), len(gone.read())) == before


def test_what_nobody_can_be_told_is_in_the_record_all_the_same(world: World, lan: Chatter) -> None:
    with world.store.writing() as session:
        for username in ("minh", "binh"):
            telegram_link.unlink_telegram(session, officer(session, username), by="operator", at=world.clock.now())
    told = heard(lan, world, LONG_OVERDUE)
    assert [(entry.detail["level"], entry.detail["told"]) for entry in entries(world, "reminded")] == [
        (level, 0) for level in LEVELS
    ]
    assert len(told) == 1
    assert world.text("delay.head_told") not in told[0].text
    with world.store.reading() as session:
        audit = session.scalars(select(AuditEntry).where(AuditEntry.act == "case.reminded")).all()
    assert [entry.actor for entry in audit] == ["clock"] * 3


def test_a_clock_that_was_stopped_goes_through_all_levels_at_once(world: World, minh: Chatter, thu: Chatter) -> None:
    (late,) = heard(minh, world, LONG_OVERDUE)
    assert late.text.startswith(world.text("reminder.late", number=NUMBER, due="11:30 ngày 26/11/2026"))
    assert reminded(world) == LEVELS
    assert len([said for said in thu.read() if said.case_id == 1]) == 3  # as one on duty, as head, as the department


def test_a_new_due_time_is_reminded_of_anew(world: World, minh: Chatter, lan: Chatter) -> None:
    held_by_minh(world, minh)
    untouched_is_no_matter(world, LONG_OVERDUE)
    heard(minh, world, LONG_OVERDUE)
    with world.store.writing() as session:
        _says(world, session, cases.reply)
    lan.writes("còn hàng mẫu thì sao ạ?")
    lan.taps("same_case")
    # Friday 27/11, 11:30, and 15 working hours
    with world.store.reading() as session:
        case = the_case(session)
        assert (case.due_at, case.reminded) == (here("01/12/2026 11:30").astimezone(dt.UTC), Reminded.NOBODY)
    untouched_is_no_matter(world, "01/12/2026 11:30")
    heard(minh, world, "01/12/2026 11:30")
    assert reminded(world) == [*LEVELS, "officer", "head"]
    assert len(entries(world, "delay_told")) == 2


def _says(world: World, session: Session, act: Any, text: str = "Mặt hàng gì?") -> None:
    """minh replies to the person, or asks them something."""
    case, now = the_case(session), world.clock.now()
    message = conversations.say(session, case.conversation, Utterance.plain(text), now, author="officer")
    act(session, case, officer(session), text, message, now)


def test_while_the_enterprise_is_asked_nobody_is_reminded_and_the_time_stands_still(
    world: World, minh: Chatter, lan: Chatter
) -> None:
    world.clock.set(here("25/11/2026 15:15"))
    held_by_minh(world, minh)
    with world.store.writing() as session:
        _says(world, session, cases.ask)
    assert heard(minh, world, "07/12/2026 09:00") == []
    assert entries(world, "reminded", "delay_told", "returned_untouched") == []
    lan.writes("hoa lan từ Lào ạ")
    lan.taps("same_case")
    with world.store.reading() as session:
        # two hours were left until it is at risk, and five and three quarters until it is due
        assert the_case(session).at_risk_at == here("07/12/2026 11:00").astimezone(dt.UTC)
        assert the_case(session).due_at == here("07/12/2026 16:45").astimezone(dt.UTC)
    assert heard(minh, world, "07/12/2026 10:59") == []
    assert len(heard(minh, world, "07/12/2026 11:00")) == 1


def test_a_paused_case_that_its_holder_gave_back_is_not_reminded_of(world: World, minh: Chatter) -> None:
    held_by_minh(world, minh)
    with world.store.writing() as session:
        _says(world, session, cases.ask)
        cases.give_back(session, the_case(session), officer(session), world.clock.now())
    assert heard(minh, world, LONG_OVERDUE) == []


def test_an_answered_case_that_its_holder_gave_back_is_not_reminded_of(
    world: World, minh: Chatter, lan: Chatter
) -> None:
    held_by_minh(world, minh)
    with world.store.writing() as session:
        _says(world, session, cases.reply, "Cần giấy phép CITES.")
        cases.give_back(session, the_case(session), officer(session), world.clock.now())
    before = len(lan.read())
    assert heard(minh, world, LONG_OVERDUE) == []
    assert len(lan.read()) == before


def test_a_promise_that_was_broken_before_a_pause_is_not_reminded_of_again(
    world: World, minh: Chatter, thu: Chatter, lan: Chatter
) -> None:
    held_by_minh(world, minh)
    untouched_is_no_matter(world, DUE)
    heard(minh, world, DUE)
    with world.store.writing() as session:
        _says(world, session, cases.ask)
    lan.writes("hoa lan từ Lào ạ")
    assert heard(thu, world, DUE) == []
    assert reminded(world) == ["officer", "head"]
    assert len(entries(world, "delay_told")) == 1


# -- the enterprise


def test_the_enterprise_is_told_once_that_the_promise_slips(
    world: World, minh: Chatter, thu: Chatter, lan: Chatter
) -> None:
    held_by_minh(world, minh)
    untouched_is_no_matter(world, DUE)
    assert heard(lan, world, "26/11/2026 11:29") == []
    (told,) = heard(lan, world, DUE)
    sorry = world.text("delay.sorry", number=NUMBER, due="11:30 ngày 26/11/2026")
    now = f"{world.text('delay.held')} {world.text('delay.head_told')}"
    assert told.text == "\n\n".join([sorry, now, world.text("delay.stays")])
    assert heard(lan, world, "30/11/2026 09:00") == []
    (entry,) = entries(world, "delay_told")
    with world.store.reading() as session:
        assert session.get_one(Message, entry.message_order).case_id == 1


def test_the_enterprise_is_not_told_that_somebody_works_on_it_when_nobody_does(world: World, lan: Chatter) -> None:
    (told,) = heard(lan, world, DUE)
    assert world.text("delay.not_held") in told.text
    assert world.text("delay.head_told") not in told.text


@pytest.mark.parametrize(("urgency", "when"), [("not_urgent", "27/11/2026 08:00"), ("truck_at_gate", None)])
def test_at_night_only_the_enterprise_of_an_urgent_case_is_told(
    world: World, lan: Chatter, urgency: str, when: str | None
) -> None:
    night = "26/11/2026 23:00"
    changed(world, urgency=urgency, at_risk_at=here(night), due_at=here(night))
    told_at_night = heard(lan, world, night)
    assert len(told_at_night) == (0 if when else 1)
    if when:
        assert heard(lan, world, "27/11/2026 07:59") == []
        assert len(heard(lan, world, when)) == 1
    assert len(entries(world, "delay_told")) == 1


def test_an_english_speaker_is_told_in_english(world: World) -> None:
    john = world.chatter("300", hint="en")
    john.writes("Which permit do I need for importing wild orchids?")
    john.taps("ask_officer")
    john.taps("send_as_is")
    (told,) = heard(john, world, DUE)
    assert told.text.startswith("We apologise: case 2026-00002 has not been answered by the time that we promised")
    assert "11:30 on 26 November 2026" in told.text


# -- cases left lying


def test_a_case_that_its_holder_left_untouched_goes_back_once(world: World, minh: Chatter, binh: Chatter) -> None:
    world.clock.set(here("25/11/2026 08:00"))
    held_by_minh(world, minh)
    assert heard(minh, world, "25/11/2026 16:14") == []
    changed(world, at_risk_at=here("30/11/2026 08:00"), due_at=here("30/11/2026 09:00"))
    assert heard(minh, world, "26/11/2026 07:59") == []
    before = len(binh.read())
    (own,) = heard(minh, world, "26/11/2026 08:00")
    assert own.text.startswith(world.text("reminder.returned_from_you", number=NUMBER))
    (others,) = binh.read()[before:]
    assert others.text.startswith(world.text("reminder.returned_to_unit", number=NUMBER))
    assert state(world) is CaseState.WAITING
    (entry,) = entries(world, "returned_untouched")
    with world.store.reading() as session:
        assert entry.detail == {"officer_id": officer(session).id}
    assert minh.taps("officer_claim")[-1].text == world.text("officer.claimed", number=NUMBER)


def test_a_case_that_was_claimed_again_meanwhile_is_left_alone(world: World, minh: Chatter) -> None:
    """What one clock found, another did, and the officer came back before the first got to it."""
    world.clock.set(here("25/11/2026 08:00"))
    held_by_minh(world, minh)
    world.clock.set(here("26/11/2026 08:00"))
    with world.store.reading() as session:
        found = reminders.to_return(world.desk, session)
    return_untouched_cases(world.desk)
    held_by_minh(world, minh)
    with world.store.writing() as session:
        reminders.return_untouched(world.desk, session, *found)
    assert state(world) is CaseState.CLAIMED
    assert len(entries(world, "returned_untouched")) == 1


def test_who_does_something_with_a_case_keeps_it(world: World, minh: Chatter) -> None:
    world.clock.set(here("25/11/2026 08:00"))
    held_by_minh(world, minh)
    world.clock.set(here("25/11/2026 16:00"))
    with world.store.writing() as session:
        cases.note(session, the_case(session), officer(session), "Đang hỏi phòng nghiệp vụ.", world.clock.now())
    heard(minh, world, "26/11/2026 15:59")
    assert state(world) is CaseState.CLAIMED
    heard(minh, world, "26/11/2026 16:00")
    assert state(world) is CaseState.WAITING


def test_what_a_colleague_notes_does_not_keep_a_case_with_its_holder(world: World, minh: Chatter) -> None:
    world.clock.set(here("25/11/2026 08:00"))
    held_by_minh(world, minh)
    world.clock.set(here("25/11/2026 16:00"))
    with world.store.writing() as session:
        cases.note(session, the_case(session), officer(session, "binh"), "Giống hồ sơ khác.", world.clock.now())
    heard(minh, world, "26/11/2026 08:00")
    assert state(world) is CaseState.WAITING


def test_after_an_answer_the_holders_time_begins_with_what_the_person_writes(
    world: World, minh: Chatter, lan: Chatter
) -> None:
    held_by_minh(world, minh)
    with world.store.writing() as session:
        _says(world, session, cases.reply, "Cần giấy phép CITES.")
    heard(minh, world, "30/11/2026 09:00")
    assert state(world) is CaseState.ANSWERED
    lan.writes("còn hàng mẫu thì sao ạ?")
    lan.taps("same_case")
    heard(minh, world, "01/12/2026 08:59")
    assert state(world) is CaseState.CLAIMED
    heard(minh, world, "01/12/2026 09:00")
    assert state(world) is CaseState.WAITING


def test_a_draft_that_waits_for_the_head_is_not_taken_from_its_officer(
    world: World, minh: Chatter, thu: Chatter
) -> None:
    world.clock.set(here("25/11/2026 08:00"))
    held_by_minh(world, minh)
    with world.store.writing() as session:
        cases.draft(session, the_case(session), officer(session), "Cần giấy phép CITES.", world.clock.now())
    (overdue,) = heard(thu, world, "26/11/2026 16:00")
    assert world.text("reminder.draft_waits") in overdue.text
    assert state(world) is CaseState.CLAIMED
    with world.store.writing() as session:
        cases.return_draft(session, the_case(session), officer(session, "thu"), "Thiếu căn cứ.", world.clock.now())
    heard(minh, world, "27/11/2026 15:59")
    assert state(world) is CaseState.CLAIMED
    heard(minh, world, "27/11/2026 16:00")
    assert state(world) is CaseState.WAITING


# -- the end


def test_a_resolved_case_is_closed_after_14_days_once(world: World, minh: Chatter, clock: FrozenClock) -> None:
    held_by_minh(world, minh)
    with world.store.writing() as session:
        _says(world, session, cases.reply, "Cần giấy phép CITES.")
        cases.resolve(session, the_case(session), officer(session), clock.now())
    clock.advance(days=14, seconds=-1)
    looks(world.desk)
    assert state(world) is CaseState.RESOLVED
    clock.advance(seconds=1)
    looks(world.desk)
    assert state(world) is CaseState.CLOSED
    assert len(entries(world, "closed")) == 1


# -- two clocks


def test_two_clocks_at_once_do_nothing_twice(world: World, minh: Chatter, thu: Chatter, lan: Chatter) -> None:
    for number in range(4):
        other = world.chatter(f"20{number}")
        other.writes(QUESTION)
        other.taps("ask_officer")
        other.taps("send_as_is")
    before = len(minh.read()), len(thu.read()), len(lan.read())
    world.clock.set(here(LONG_OVERDUE))
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def clock() -> None:
        own = Store(make_engine(world.store.engine.url.render_as_string()))
        desk = Desk(own, world.clock, world.search, world.dialogue, world.desk.rules)
        start.wait()
        try:
            looks(desk)
        except BaseException as error:  # noqa: BLE001 - shown by the test, which waits for both
            failed.append(error)
        own.engine.dispose()

    clocks = [threading.Thread(target=clock) for _ in range(2)]
    for thread in clocks:
        thread.start()
    for thread in clocks:
        thread.join()
    assert failed == []
    assert sorted(reminded(world)) == sorted(LEVELS * 5)
    assert len(entries(world, "delay_told")) == 5
    assert (len(minh.read()) - before[0], len(thu.read()) - before[1], len(lan.read()) - before[2]) == (5, 15, 1)
