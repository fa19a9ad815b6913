"""A month's figures against a second count, and publishing: who may, when, what is kept, what is counted otherwise."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.cases.model import Case, CaseEntry, EntryKind
from desk.enquiries.model import Enquiry
from desk.figures.scope import whole
from desk.guidance import service as guidance
from desk.guidance import versions
from desk.ratings.model import Rating, RatingRequest
from desk.reports.month import reading, service
from desk.reports.month.counting import counted
from desk.reports.month.figures import MonthFigures
from desk.reports.month.model import MonthReport
from desk.reports.month.months import Month
from desk.reports.month.permissions import ReportRefused
from desk.reports.month.procedures import low_ratings_about_the_rule, trouble
from desk.units.model import DEPARTMENT
from desk.working_time.hours import begin_of
from tests.desk_fixtures import NOON, World
from tests.report_fixtures import OCTOBER, with_months
from tests.unit_fixtures import named, unit

NOVEMBER = Month(2026, 11)


@pytest.fixture
def months(world: World) -> World:
    with_months(world)
    return world


def figures(world: World, month: Month = OCTOBER, code: str = DEPARTMENT) -> MonthFigures:
    with world.store.reading() as session:
        return counted(world.desk, session, month, unit(session, code))


def publish(
    world: World, by: str = "mai", month: Month = OCTOBER, code: str = DEPARTMENT, reason: str = ""
) -> MonthReport:
    made = figures(world, month, code)
    with world.store.writing() as session:
        return service.publish(world.desk, session, made, named(session, by), reason=reason)


def test_the_figures_of_a_month_are_those_of_its_rows(months: World) -> None:
    begin, end = begin_of(OCTOBER.first), begin_of(NOVEMBER.first)
    with months.store.reading() as session:
        enquiries = [row for row in session.scalars(select(Enquiry)) if begin <= row.asked_at < end]
        cases = [row for row in session.scalars(select(Case)) if begin <= row.opened_at < end]
        requests = [
            row for row in session.scalars(select(RatingRequest)) if row.asked_at and begin <= row.asked_at < end
        ]
        stars = Counter(row.rating.stars for row in requests if row.rating is not None)
    now = figures(months).now
    about = Counter(row.entry or next((found["entry"] for found in row.candidates), "") for row in enquiries)
    assert now.asked == len(enquiries) > 100
    assert {each.entry: each.asked for each in now.entries} == {name: n for name, n in about.items() if name}
    assert sum(now.topics.values()) == now.asked
    assert now.times.opened == len(cases)
    assert (now.rated.asked, now.rated.counts) == (len(requests), tuple(stars[level] for level in range(1, 6)))
    assert sum(each.cases for each in now.units) == len(cases)


def test_the_month_before_is_the_calendar_month_before(months: World) -> None:
    assert figures(months).before.model_dump() == figures(months, OCTOBER.before).now.model_dump()
    assert figures(months, Month(2026, 8)).before.is_known is False


def test_a_unit_has_its_own_cases_and_everybodys_questions(months: World) -> None:
    all_, region, other = (figures(months, code=code).now for code in (DEPARTMENT, "KV02", "KV03"))
    assert all_.asked == region.asked == other.asked
    own = next(each.cases for each in all_.units if each.code == DEPARTMENT)
    assert all_.times.opened == region.times.opened + other.times.opened + own
    assert {each.code for each in region.units} == {"CATLAI", "LINHTRUNG"}


def an_entry(session: Session) -> Case:
    """A case about an entry that was resolved, and whose rating was asked for in October."""
    query = (
        select(Case)
        .join(RatingRequest, RatingRequest.case_id == Case.id)
        .where(Case.entry == "channels", RatingRequest.asked_at >= begin_of(OCTOBER.first))
        .order_by(Case.id)
    )
    return next(case for case in session.scalars(query) if begin_of(OCTOBER.first) <= case.opened_at)


def test_the_parts_of_a_procedures_trouble_are_counted_from_their_rows(months: World) -> None:
    with months.store.writing() as session:
        case = an_entry(session)
        asked = session.scalars(
            select(Enquiry).where(Enquiry.entry == "channels", Enquiry.asked_at >= begin_of(OCTOBER.first)).limit(3)
        ).all()
        for enquiry in asked:
            enquiry.asked_at, enquiry.feedback = begin_of(OCTOBER.first), "not_helpful"
        for hour in (1, 2):  # twice the same case is one
            at = begin_of(OCTOBER.last) + dt.timedelta(hours=hour)
            session.add(CaseEntry(case_id=case.id, kind=EntryKind.REOPENED.value, detail={}, at=at))
        request = session.scalars(select(RatingRequest).where(RatingRequest.case_id == case.id)).one()
        request.asked_at = begin_of(OCTOBER.last)
        session.execute(delete(Rating).where(Rating.request_id == request.id))
        given = {"person_id": request.person_id, "reasons": ["rule"], "for_service": False, "for_rule": True}
        session.add(Rating(request_id=request.id, stars=1, first_stars=1, rated_at=request.asked_at, **given))
    with months.store.reading() as session:
        found = trouble(session, OCTOBER.period, whole(session), {"channels": 10, "fee_rates": 500})
        at_once = {each.entry: each for each in found}["channels"]
        cases = [
            each
            for each in session.scalars(select(Case).where(Case.entry == "channels"))
            if begin_of(OCTOBER.first) <= each.opened_at < begin_of(NOVEMBER.first)
        ]
        assert (at_once.asked, at_once.unhelpful, at_once.cases) == (10, 3, len(cases))
        assert (at_once.low_about_rule, at_once.reopened) == (1, 1)
        assert found[0].entry == "fee_rates", "500 questions weigh more"
        request = session.scalars(select(RatingRequest).where(RatingRequest.case_id == case.id)).one()
    with months.store.writing() as session:
        session.get_one(RatingRequest, request.id).left_out = "staff"
        session.flush()
        assert low_ratings_about_the_rule(session, OCTOBER.period, whole(session)) == {}


def test_what_curators_did_is_counted_and_what_ships_is_not(months: World) -> None:
    months.clock.set(begin_of(OCTOBER.last))
    with months.store.writing() as session:
        version = versions.newest(session, "dossier_import")
        assert version is not None
        data = version.record.as_json()
        data["answer"]["vi"] += " Nộp tại bộ phận một cửa."
        right = type(version.record).model_validate(data)
        guidance.publish(session, right, origin="curator", by="officer:hoa", at=months.clock.now(), corrects=True)
    months.clock.set(NOON)
    done = figures(months).now.acted
    assert (done.published, done.revised, done.corrected) == (0, 0, 1)
    assert figures(months, NOVEMBER).now.acted.corrected == 0


def test_a_published_report_stays_as_it_was_and_a_later_count_is_told_apart(months: World) -> None:
    publish(months)
    with months.store.writing() as session:
        asked = session.scalars(select(Enquiry).where(Enquiry.asked_at >= begin_of(OCTOBER.first)).limit(1)).one()
        asked.asked_at = begin_of(NOVEMBER.first)
    with months.store.reading() as session:
        department = unit(session, DEPARTMENT)
        kept = service.newest(session, OCTOBER, department)
        read = reading.read(months.desk, session, OCTOBER, department, "en")
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.act == "report.published"))
    assert kept is not None
    was, now = kept.figures.now.asked, figures(months).now.asked
    assert (was - now, read.is_published, read.differs) == (1, True, True)
    assert f"Questions: published {was}, counted now {now}" in read.document.differs
    assert read.document.standing[0] == "Published on 23 November 2026 by Mai. It is kept as it was published."
    assert (entry.actor, entry.subject, entry.detail["unit"]) == ("officer:mai", "2026-10", DEPARTMENT)


def test_a_new_edition_wants_another_count_and_a_reason(months: World) -> None:
    publish(months)
    with pytest.raises(ReportRefused, match="same"):
        publish(months, reason="Sửa.")
    with months.store.writing() as session:
        asked = session.scalars(select(Enquiry).where(Enquiry.asked_at >= begin_of(OCTOBER.first)).limit(1)).one()
        asked.asked_at = begin_of(NOVEMBER.first)
    with pytest.raises(ReportRefused, match="no_reason") as refused:
        publish(months)
    assert refused.value.field == "reason"
    assert publish(months, reason="Một câu hỏi bị tính nhầm tháng.").edition == 2
    with months.store.reading() as session:
        listed = service.published_months(session, limit=5).rows
        public = reading.for_the_public(months.desk, session, OCTOBER, "vi")
    assert [(each.month, each.edition) for each in listed] == [("2026-10", 2)]
    assert public is not None
    assert public.standing == [
        "Công bố ngày 23/11/2026. Báo cáo được giữ nguyên như khi công bố.",
        "Bản thứ 2, thay cho bản trước.",
    ]


@pytest.mark.parametrize(
    ("by", "code", "refused"),
    [
        ("mai", "KV03", ""),
        ("vinh", "KV02", ""),
        ("vinh", "CATLAI", ""),
        ("vinh", "VN", "not_yours"),
        ("vinh", "KV03", "not_yours"),
        ("thu", "CATLAI", "not_yours"),
        ("hoa", "VN", "not_yours"),
    ],
)
@pytest.mark.thorough
def test_who_publishes_for_which_unit(months: World, by: str, code: str, refused: str) -> None:
    if not refused:
        assert publish(months, by, code=code).edition == 1
        return
    with pytest.raises(ReportRefused, match=refused):
        publish(months, by, code=code)


def test_a_month_that_can_still_change_is_provisional_and_is_not_published(months: World) -> None:
    with pytest.raises(ReportRefused, match="not_over"):
        publish(months, month=NOVEMBER)
    with months.store.writing() as session:
        request = session.scalars(
            select(RatingRequest).where(
                RatingRequest.asked_at >= begin_of(OCTOBER.first), RatingRequest.asked_at < begin_of(NOVEMBER.first)
            )
        ).first()
        assert request is not None
        request.open_until = NOON + dt.timedelta(days=2)
    with pytest.raises(ReportRefused, match="not_settled") as refused:
        publish(months)
    assert "26 November 2026" in refused.value.in_words(months.desk.texts, "en")
    with months.store.reading() as session:
        read = reading.read(months.desk, session, OCTOBER, unit(session, DEPARTMENT), "en")
    assert read.document.standing == ["Provisional: ratings of this month can still change until 25 November 2026."]
    months.clock.advance(days=2, seconds=1)
    assert publish(months).edition == 1


def test_a_month_that_was_not_published_has_no_public_version(months: World) -> None:
    publish(months, "vinh", code="KV02")
    with months.store.reading() as session:
        assert reading.for_the_public(months.desk, session, OCTOBER, "vi") is None
        assert service.published_months(session, limit=5).rows == []
