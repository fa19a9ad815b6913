"""Spam: a case that asks nothing is put away without a word and without a rating, and a head can undo it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from clock.due import ask_for_waiting_ratings, end_idle_conversations, remind_of_ratings
from desk.audit.model import AuditEntry
from desk.cases.model import Case, CaseState
from desk.cases.officers import desk as officer_desk
from desk.cases.permissions import CaseRefused
from desk.cases.thread import spam_reason
from desk.figures.breakdown import sight
from desk.figures.breakdown.asked import Asked, By
from desk.figures.breakdown.report import report
from desk.figures.period import Period
from desk.figures.scope import Scope
from desk.figures.timeliness import case_times
from desk.privacy import forgetting
from desk.ratings.model import RatingRequest
from tests.desk_fixtures import SURE, Chatter, World
from tests.small_tree import a_case_at, add_people, add_units, officer, unit

REASON = "Quảng cáo, không hỏi gì"


@pytest.fixture
def case_id(world: World, lan: Chatter) -> int:
    """A case in an office that thu holds."""
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
    id_ = a_case_at(world, "CATLAI", lan)
    does(world, id_, "claim", "thu")
    return id_


def does(world: World, case_id: int, act: str, username: str, *words: str) -> None:
    with world.store.writing() as session:
        case = session.get_one(Case, case_id)
        getattr(officer_desk, act)(world.desk, session, case, officer(session, username), *words)


def the_case(world: World) -> Case:
    with world.store.reading() as session:
        return session.scalars(select(Case)).one()


def requests(world: World) -> list[RatingRequest]:
    with world.store.reading() as session:
        return list(session.scalars(select(RatingRequest)))


def test_the_person_is_told_nothing_and_never_asked(world: World, lan: Chatter, case_id: int) -> None:
    before = len(lan.read())
    does(world, case_id, "resolve_as_spam", "thu", f" {REASON} ")
    for _ in range(4):
        world.clock.advance(hours=23)
        for work in (end_idle_conversations, ask_for_waiting_ratings, remind_of_ratings):
            work(world.desk)
    assert (len(lan.read()), requests(world)) == (before, [])
    case = the_case(world)
    assert (case.state, case.holder_id, spam_reason(case.entries)) == (CaseState.RESOLVED, None, REASON)


def test_a_conversation_with_an_answer_beside_the_spam_is_not_asked_about_either(
    world: World, lan: Chatter, case_id: int
) -> None:
    world.search.finds("dossier_import", about="hồ sơ hải quan", confidence=SURE)
    lan.writes("hồ sơ hải quan nhập khẩu gồm gì")
    lan.taps("new_question")
    does(world, case_id, "resolve_as_spam", "thu", REASON)
    lan.commands("done")
    assert requests(world) == []


def test_it_is_in_the_audit_under_a_name_of_its_own(world: World, case_id: int) -> None:
    does(world, case_id, "resolve_as_spam", "thu", REASON)
    with world.store.reading() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (last.act, last.actor) == ("case.resolved_as_spam", "officer:thu")


@pytest.mark.parametrize(
    ("username", "reason", "refused"),
    [("nam", REASON, "officer.claim_first"), ("hanh", REASON, "officer.claim_first"), ("thu", " ", "reason_missing")],
)
def test_only_the_holder_does_it_and_says_why(
    world: World, case_id: int, username: str, reason: str, refused: str
) -> None:
    with pytest.raises(CaseRefused, match=refused):
        does(world, case_id, "resolve_as_spam", username, reason)
    assert the_case(world).state == CaseState.CLAIMED


def test_nobody_evades_a_rating_by_it(world: World, case_id: int) -> None:
    does(world, case_id, "reply", "thu", "Cần giấy phép.")
    with pytest.raises(CaseRefused, match=r"officer\.spam_answered"):
        does(world, case_id, "resolve_as_spam", "thu", REASON)
    does(world, case_id, "resolve", "thu")
    assert len(requests(world)) == 1


@pytest.mark.parametrize("username", ["thu", "dung"])
def test_only_a_head_undoes_it(world: World, case_id: int, username: str) -> None:
    does(world, case_id, "resolve_as_spam", "thu", REASON)
    with pytest.raises(CaseRefused, match=r"officer\.only_head"):
        does(world, case_id, "reopen", username)


@pytest.mark.parametrize("username", ["hanh", "vinh"])
def test_a_head_opens_it_again_and_it_is_answered_and_rated_like_any_other(
    world: World, lan: Chatter, case_id: int, username: str
) -> None:
    does(world, case_id, "resolve_as_spam", "thu", REASON)
    world.clock.advance(hours=3)
    does(world, case_id, "reopen", username)
    case = the_case(world)
    assert (case.state, spam_reason(case.entries)) == (CaseState.WAITING, None)
    assert case.due_at > world.clock.now()
    for act, *words in (("claim",), ("reply", "Cần giấy phép."), ("resolve",)):
        does(world, case_id, act, "nam", *words)
    (request,) = requests(world)
    assert [part.officer_name for part in request.parts] == ["Nam"]
    assert lan.read()[-1].acts == ["rate"] * 5


def test_a_head_reopens_nothing_else(world: World, case_id: int) -> None:
    for act, *words in (("reply", "Cần giấy phép."), ("resolve",)):
        does(world, case_id, act, "thu", *words)
    with pytest.raises(CaseRefused, match=r"officer\.not_spam"):
        does(world, case_id, "reopen", "hanh")


def test_after_two_weeks_it_stays_closed(world: World, case_id: int) -> None:
    does(world, case_id, "resolve_as_spam", "thu", REASON)
    world.clock.advance(days=15)
    with pytest.raises(CaseRefused, match=r"case\.reopened_too_late"):
        does(world, case_id, "reopen", "hanh")


def test_the_reason_is_forgotten_with_the_words_of_the_case(world: World, lan: Chatter, case_id: int) -> None:
    does(world, case_id, "resolve_as_spam", "thu", REASON)
    lan.commands("done")
    with world.store.writing() as session:
        forgetting.forget(session, the_case(world).conversation_id, world.clock.now())
    assert spam_reason(the_case(world).entries) == ""


def cases_counted(world: World, code: str) -> tuple[int, float]:
    """How many cases the dashboard and the report count of a unit: the same."""
    today = world.desk.today()
    period = Period(today, today)
    with world.store.reading() as session:
        found = unit(session, code)
        times = case_times(session, period, Scope((found,)), world.desk.deadlines(session), world.clock.now())
        reported = report(world.desk, session, Asked(By.OFFICE, period, sight.of_unit(found))).total.now.values()
        return len(times), reported["cases"] or 0


@pytest.mark.parametrize("code", ["CATLAI", "VN"])
def test_nobody_is_judged_by_how_quickly_spam_was_put_away(world: World, case_id: int, code: str) -> None:
    assert cases_counted(world, code) == (1, 1)
    does(world, case_id, "resolve_as_spam", "thu", REASON)
    assert cases_counted(world, code) == (0, 0)
    does(world, case_id, "reopen", "hanh")
    assert cases_counted(world, code) == (1, 1)
