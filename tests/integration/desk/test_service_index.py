"""The index of units over a counted quarter: points by hand, deductions and objections, and what publishing freezes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.figures.scope import Scope
from desk.service_index import deductions, publishing
from desk.service_index.figures import Figure, Measured
from desk.service_index.index import ServiceIndex, UnitIndex, index_of, index_of_unit
from desk.service_index.model import IndexDeduction, PublishedIndex
from desk.service_index.permissions import IndexRefused
from desk.service_index.span import named
from desk.service_index.words import Words
from desk.units.model import UnitKind
from tests.desk_fixtures import World
from tests.service_index_fixtures import QUARTER, REASON, Cases, counted, opened_reviews, staffed
from tests.small_tree import officer, unit

OFFICES, REGIONS = UnitKind.OFFICE, UnitKind.REGION
DAY = dt.date(2026, 8, 20)


@pytest.fixture
def quarter(world: World) -> World:
    staffed(world)
    counted(world)
    return world


def index(world: World, session: Session, kind: str = OFFICES, code: str = "VN") -> ServiceIndex:
    today = world.desk.today()
    return index_of(world.desk, session, named(QUARTER, today), Scope((unit(session, code),)), kind)


def row(found: ServiceIndex, code: str) -> UnitIndex:
    of_unit = found.of(code)
    assert of_unit is not None
    return of_unit


def figures(of_unit: UnitIndex) -> dict[str, Measured]:
    return {scored.criterion.figure: scored.measured for scored in of_unit.score.criteria}


def test_figures_and_points_are_those_counted_by_hand(quarter: World) -> None:
    with quarter.store.reading() as session:
        catlai = row(index(quarter, session), "CATLAI")
    assert figures(catlai) == {
        Figure.SATISFIED: Measured(34, 40),
        Figure.RESPONSE_RATE: Measured(40, 100),
        Figure.ON_TIME: Measured(91, 102),  # the two that wait are late as well
        Figure.ONCE_AND_DONE: Measured(80, 100),
        Figure.OVERDUE: Measured(2, 102),
        Figure.REVIEWS_IN_TIME: Measured(0, 0),
    }
    # No review was due: the others have 90 of 100. Satisfied 85 %: 25/30 of 33.33. On time 89.2157 %: 0.768627 of
    # 27.78. Once: all of 16.67. Overdue 1.960784 %: 0.607843 of 11.11. Response: all of 11.11.
    points = {scored.criterion.name: scored.points for scored in catlai.score.criteria}
    assert points == {
        "satisfied": 2777,
        "on_time": 2135,
        "once_and_done": 1667,
        "overdue": 675,
        "response_rate": 1111,
        "reviews": 0,
    }
    assert catlai.score.points == 8365


def test_units_are_ranked_by_points_and_not_with_too_few_ratings(quarter: World) -> None:
    with quarter.store.reading() as session:
        offices, regions = index(quarter, session), index(quarter, session, REGIONS)
    assert [(each.unit.code, each.rank) for each in offices.rows] == [("CATLAI", 1), ("LINHTRUNG", 2)]
    assert [(each.unit.code, each.rank, each.score.is_ranked) for each in regions.rows] == [
        ("KV02", 1, True),
        ("KV03", None, False),
    ]
    assert row(regions, "KV03").score.has_index


def test_the_department_is_judged_by_its_guidance_as_well(quarter: World) -> None:
    with quarter.store.reading() as session:
        (whole,) = index(quarter, session, UnitKind.DEPARTMENT).rows
    found = figures(whole)
    assert found[Figure.COVERED] == Measured(0, 167)  # all were opened from questions without guidance
    assert found[Figure.SATISFIED] == Measured(58, 70)
    assert whole.rank is None


def test_who_sees_one_unit_sees_the_same_points(quarter: World) -> None:
    with quarter.store.reading() as session:
        of_all = row(index(quarter, session), "CATLAI")
        alone = index_of_unit(quarter.desk, session, named(QUARTER, quarter.desk.today()), unit(session, "CATLAI")).rows
    assert [(each.score, each.rank) for each in alone] == [(of_all.score, None)]


def test_reviews_of_low_ratings_are_judged_by_whether_they_were_settled_in_time(quarter: World) -> None:
    with quarter.store.writing() as session:
        opened_reviews(session, "CATLAI-1", in_time=18, late=1, overdue=1, waiting=5)
        opened_reviews(session, "LINHTRUNG", in_time=4)
    with quarter.store.reading() as session:
        found = index(quarter, session)
    catlai = {scored.criterion.name: scored for scored in row(found, "CATLAI").score.criteria}
    assert catlai["reviews"].measured == Measured(18, 20)
    assert (catlai["reviews"].points, catlai["reviews"].weight) == (750, 1000)  # 90 %, three quarters from 60 to 100
    assert catlai["satisfied"].weight == 3000
    assert not {s.criterion.name: s for s in row(found, "LINHTRUNG").score.criteria}["reviews"].is_judged


def test_the_period_before_is_compared_with(quarter: World) -> None:
    with quarter.store.reading() as session:
        span = named("2026-Q4", quarter.desk.today())
        found = index_of(quarter.desk, session, span, Scope((unit(session, "VN"),)), OFFICES)
    catlai = row(found, "CATLAI")
    assert (catlai.score.points, catlai.before) == (None, 8365)
    assert not found.is_over


def test_what_was_deducted_is_said_in_sentences_with_the_figures(quarter: World) -> None:
    with quarter.store.reading() as session:
        catlai = row(index(quarter, session), "CATLAI")
    on_time = next(scored for scored in catlai.score.criteria if scored.criterion.name == "on_time")
    reviews = next(scored for scored in catlai.score.criteria if scored.criterion.name == "reviews")
    english, vietnamese = (Words(quarter.desk.texts, language) for language in ("en", "vi"))
    assert english.criterion(on_time) == (
        "First answer on time: 21.35 of 27.78 points. First answer in time: 91 of 102 cases (89.2%); "
        "at least 95% is needed for all points. 6.43 points deducted."
    )
    assert vietnamese.criterion(on_time) == (
        "Trả lời đúng hạn: 21,35 trên 27,78 điểm. Trả lời lần đầu đúng hạn: 91 trên 102 hồ sơ (89,2%); "
        "muốn đủ điểm phải đạt ít nhất 95%. Bị trừ 6,43 điểm."
    )
    assert "(low ratings: 0; needed: 20). Its 10 points are spread" in english.criterion(reviews)
    assert "102" not in Words(quarter.desk.texts, "en", public=True).criterion(on_time)


def deducted(world: World, by: str = "vinh", points: int = 150, code: str = "CATLAI", day: dt.date = DAY) -> int:
    with world.store.writing() as session:
        of_unit, who = unit(session, code), officer(session, by)
        return deductions.deduct(world.desk, session, of_unit, who, points=points, day=day, reason=REASON).id


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(IndexRefused) as found:
        act()
    return found.value.reason.removeprefix("service_index.refused.")


@pytest.mark.parametrize(
    ("by", "code", "is_allowed"),
    [
        ("mai", "CATLAI", True),
        ("son", "KV02", True),
        ("vinh", "CATLAI", True),
        ("vinh", "KV02", False),
        ("hanh", "CATLAI", False),
        ("hanh", "CATLAI-1", True),
        ("dung", "CATLAI", False),
        ("thu", "CATLAI-1", False),
        ("mai", "VN", False),
    ],
)
def test_only_who_leads_a_unit_above_deducts(quarter: World, by: str, code: str, is_allowed: bool) -> None:
    if is_allowed:
        assert deducted(quarter, by, code=code)
    else:
        assert refused(lambda: deducted(quarter, by, code=code)) == "only_above"


def test_a_deduction_counts_in_every_period_that_holds_its_day(quarter: World) -> None:
    deducted(quarter)
    deducted(quarter, day=dt.date(2026, 10, 2))
    with quarter.store.reading() as session:
        of_quarter = row(index(quarter, session), "CATLAI").score
        scope = Scope((unit(session, "CATLAI"),))
        of_year = row(index_of(quarter.desk, session, named("2026", quarter.desk.today()), scope, OFFICES), "CATLAI")
        of_region = row(index(quarter, session, REGIONS), "KV02")
    assert (of_quarter.by_hand, of_quarter.points) == (150, 8365 - 150)
    assert of_year.score.by_hand == 300
    assert of_region.score.by_hand == 0


@pytest.mark.parametrize(
    ("points", "day", "reason", "why"),
    [
        (0, DAY, REASON, "too_many_points"),
        (501, DAY, REASON, "too_many_points"),
        (100, None, REASON, "day"),
        (100, dt.date(2026, 11, 24), REASON, "day_ahead"),
        (100, DAY, "  chậm  ", "words"),
        (100, DAY, "x" * 1001, "long_words"),
    ],
)
def test_a_deduction_needs_points_a_day_and_a_reason(
    quarter: World, points: int, day: dt.date | None, reason: str, why: str
) -> None:
    with quarter.store.writing() as session:
        of_unit, vinh = unit(session, "CATLAI"), officer(session, "vinh")
        given = {"points": points, "day": day, "reason": reason}
        assert refused(lambda: deductions.deduct(quarter.desk, session, of_unit, vinh, **given)) == why


@pytest.mark.parametrize(
    ("typed", "points"), [("1", 100), ("0,5", 50), ("1.25", 125), (" 5 ", 500), ("0.005", None), ("nhiều", None)]
)
def test_points_as_people_write_them(typed: str, points: int | None) -> None:
    if points is None:
        assert refused(lambda: deductions.points_typed(typed)) == "points"
    else:
        assert deductions.points_typed(typed) == points


@pytest.mark.parametrize("takes_back", [True, False])
def test_the_units_head_objects_once_and_who_deducted_answers(quarter: World, takes_back: bool) -> None:
    number = deducted(quarter)

    def acts(act: Callable[[Session, IndexDeduction], object]) -> None:
        with quarter.store.writing() as session:
            found = deductions.by_id(session, number, to_change=True)
            assert found is not None
            act(session, found)

    def objects(by: str) -> None:
        words = "Đơn vị đã trả lời bằng văn bản đúng hạn."
        acts(lambda s, d: deductions.object_to(quarter.desk, s, d, officer(s, by), words))

    def answers(by: str) -> None:
        words = "Đã đối chiếu với sổ văn bản đến."
        acts(lambda s, d: deductions.answer(quarter.desk, s, d, officer(s, by), words, takes_back=takes_back))

    assert refused(lambda: answers("vinh")) == "nothing_to_answer"
    assert [refused(lambda by=by: objects(by)) for by in ("vinh", "thu", "mai", "dung")] == ["only_its_head"] * 4
    objects("hanh")
    assert refused(lambda: objects("hanh")) == "objected"
    assert [refused(lambda by=by: answers(by)) for by in ("hanh", "mai")] == ["only_who_deducted"] * 2
    answers("vinh")
    assert refused(lambda: answers("vinh")) == ("taken_back" if takes_back else "answered")
    with quarter.store.reading() as session:
        assert row(index(quarter, session), "CATLAI").score.by_hand == (0 if takes_back else 150)
        acts_ = session.scalars(
            select(AuditEntry.act).where(AuditEntry.act.startswith("service_index.")).order_by(AuditEntry.id)
        ).all()
    done = ["deducted", "objected", "answered"] + (["taken_back"] if takes_back else [])
    assert acts_ == [f"service_index.{step}" for step in done]


def test_who_deducted_or_the_department_takes_it_back(quarter: World) -> None:
    number = deducted(quarter)

    def takes_back(by: str) -> None:
        with quarter.store.writing() as session:
            found = deductions.by_id(session, number, to_change=True)
            assert found is not None
            deductions.take_back(quarter.desk, session, found, officer(session, by), "Không xác minh được vi phạm.")

    assert [refused(lambda by=by: takes_back(by)) for by in ("hanh", "thu", "dung")] == ["not_yours"] * 3
    takes_back("mai")
    assert refused(lambda: takes_back("vinh")) == "taken_back"


def published(world: World, by: str = "mai", kind: str = OFFICES, period: str = QUARTER, reason: str = "") -> int:
    with world.store.writing() as session:
        span = named(period, world.desk.today())
        return publishing.publish(world.desk, session, span, kind, officer(session, by), reason=reason).id


def test_publishing_freezes_what_was_counted_and_tells_what_differs_since(quarter: World) -> None:
    deducted(quarter, points=100)
    number = published(quarter)
    with quarter.store.writing() as session:
        before = index(quarter, session)
        kept = publishing.by_id(session, number)
        assert kept is not None
        department, of_units = publishing.as_published(kept)
        assert list(of_units.rows) == list(before.rows)
        assert [each.unit.code for each in department.rows] == ["VN"]
        assert publishing.recounted(quarter.desk, session, kept) == []
        assert kept.criteria_hash == quarter.desk.rules.service_index.hash
    with quarter.store.writing() as session:
        Cases(session, numbered_from=500).done("LINHTRUNG", 40)
        unit(session, "CATLAI").name_vi = "Tên mới"
    deducted(quarter, points=50)
    with quarter.store.reading() as session:
        kept = publishing.by_id(session, number)
        assert kept is not None
        _, again = publishing.as_published(kept)
        assert list(again.rows) == list(before.rows)
        differs = {
            each.unit.code: (each.published, each.now) for each in publishing.recounted(quarter.desk, session, kept)
        }
    assert differs["CATLAI"] == (8265, 8215)
    assert {"VN", "LINHTRUNG"} <= differs.keys()


def test_only_a_manager_of_the_department_publishes_what_is_over(quarter: World) -> None:
    assert [refused(lambda by=by: published(quarter, by)) for by in ("son", "vinh", "thu")] == ["only_manager"] * 3
    assert refused(lambda: published(quarter, period="2026-Q4")) == "not_over"
    assert refused(lambda: published(quarter, kind="team")) == "kind"
    assert refused(lambda: published(quarter, period="2025")) == "nobody"


def test_it_is_published_again_only_for_a_reason_and_the_first_edition_stays(quarter: World) -> None:
    first = published(quarter)
    assert refused(lambda: published(quarter)) == "reason_again"
    second = published(quarter, reason="Một lần trừ điểm đã được hủy.")
    other = published(quarter, kind=REGIONS)
    with quarter.store.reading() as session:
        editions = session.execute(select(PublishedIndex.id, PublishedIndex.edition).order_by(PublishedIndex.id)).all()
        newest = [each.id for each in publishing.listed(session, limit=9, newest_only=True).rows]
    assert [tuple(each) for each in editions] == [(first, 1), (second, 2), (other, 1)]
    assert newest == [other, second]
