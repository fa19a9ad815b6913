"""Points of the service index, reckoned by hand at, below and above each step, and what holds for all figures."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.guidance.record import Language
from desk.service_index.criteria import Criteria
from desk.service_index.figures import Figure, Measured
from desk.service_index.points import ALL, Score, ranks, score, spread
from desk.service_index.scales import Line, Scale, scale_of
from desk.service_index.words import Words
from desk.texts import Texts
from tests.desk_fixtures import CONTENT

CRITERIA = Criteria.read(CONTENT / "service_index.yml")
#: A unit that reaches what is asked for all points, of enough of everything.
BEST = {
    Figure.SATISFIED: Measured(90, 100),
    Figure.ON_TIME: Measured(95, 100),
    Figure.ONCE_AND_DONE: Measured(80, 100),
    Figure.OVERDUE: Measured(0, 100),
    Figure.RESPONSE_RATE: Measured(20, 100),
    Figure.REVIEWS_IN_TIME: Measured(20, 20),
}
DEPARTMENT = BEST | {Figure.COVERED: Measured(95, 100), Figure.WITHOUT_OFFICER: Measured(70, 100)}


def of_criterion(found: Score, name: str) -> tuple[int, int]:
    """Points and weight in hundredths."""
    return next((each.points, each.weight) for each in found.criteria if each.criterion.name == name)


@pytest.mark.parametrize(
    ("part", "whole", "points"),
    [
        (91, 100, 2100),  # 21 of 25 hundredths of the way from 70 to 95: 0.84 of 25 points
        (95, 100, 2500),
        (94, 100, 2400),
        (96, 100, 2500),
        (70, 100, 0),
        (69, 100, 0),
        (71, 100, 100),
        (100, 100, 2500),
        (0, 100, 0),
        (19, 20, 2500),
        (2, 3 * 10, 0),
    ],
)
def test_on_time_by_a_straight_line(part: int, whole: int, points: int) -> None:
    found = score(CRITERIA, "office", BEST | {Figure.ON_TIME: Measured(part, whole)})
    assert of_criterion(found, "on_time") == (points, 2500)


@pytest.mark.parametrize(
    ("part", "points"),
    [(20, 1000), (21, 1000), (19, 750), (15, 750), (14, 500), (10, 500), (9, 250), (5, 250), (4, 0), (0, 0)],
)
def test_response_by_steps(part: int, points: int) -> None:
    found = score(CRITERIA, "region", BEST | {Figure.RESPONSE_RATE: Measured(part, 100)})
    assert of_criterion(found, "response_rate") == (points, 1000)


@pytest.mark.parametrize(("part", "points"), [(0, 1000), (1, 800), (4, 200), (5, 0), (6, 0)])
def test_of_overdue_cases_less_is_better(part: int, points: int) -> None:
    found = score(CRITERIA, "office", BEST | {Figure.OVERDUE: Measured(part, 100)})
    assert of_criterion(found, "overdue") == (points, 1000)


def test_the_best_has_all_points_and_the_department_is_judged_by_more() -> None:
    assert score(CRITERIA, "office", BEST).points == ALL
    of_all = score(CRITERIA, "department", DEPARTMENT)
    assert of_all.points == ALL
    assert len(of_all.criteria) == len(score(CRITERIA, "team", BEST).criteria) + 2


def test_halves_of_ratings_count_as_halves() -> None:
    found = score(CRITERIA, "office", BEST | {Figure.SATISFIED: Measured(18.75, 25)})
    assert of_criterion(found, "satisfied") == (1500, 3000)  # 75 %, half the way from 60 to 90
    thirds = score(CRITERIA, "office", BEST | {Figure.SATISFIED: Measured(19.333333, 21.333333)})
    assert of_criterion(thirds, "satisfied")[0] == 3000  # 90.6 %


def test_all_points_are_not_had_a_hair_below() -> None:
    found = score(CRITERIA, "office", BEST | {Figure.ON_TIME: Measured(94_999, 100_000)})
    assert of_criterion(found, "on_time") == (2499, 2500)


def test_what_is_not_judged_gives_its_weight_to_the_others() -> None:
    few = score(CRITERIA, "office", BEST | {Figure.REVIEWS_IN_TIME: Measured(3, 19)})
    weights = {each.criterion.name: each.weight for each in few.criteria}
    # 90 points are left: 30, 25, 15, 10 and 10 of 90, as hundredths of 100; one hundredth goes to each of the two
    # that lost most by being cut.
    assert weights == {
        "satisfied": 3333,
        "on_time": 2778,
        "once_and_done": 1667,
        "overdue": 1111,
        "response_rate": 1111,
        "reviews": 0,
    }
    assert few.points == ALL
    at_the_least = score(CRITERIA, "office", BEST | {Figure.REVIEWS_IN_TIME: Measured(20, 20)})
    assert of_criterion(at_the_least, "reviews") == (1000, 1000)


def test_with_too_little_to_judge_there_is_no_index() -> None:
    without_cases = {Figure.SATISFIED: BEST[Figure.SATISFIED], Figure.ON_TIME: BEST[Figure.ON_TIME]}
    assert score(CRITERIA, "office", without_cases).points is None  # 55 of 100
    with_ten_more = without_cases | {Figure.OVERDUE: BEST[Figure.OVERDUE]}
    assert score(CRITERIA, "office", with_ten_more).points == ALL  # 65 of 100
    nothing = score(CRITERIA, "office", {})
    assert (nothing.points, nothing.judged_weight, nothing.is_ranked) == (None, 0, False)


def test_of_too_few_ratings_there_are_points_but_no_rank() -> None:
    many, few = score(CRITERIA, "office", BEST), score(CRITERIA, "office", BEST | {Figure.SATISFIED: Measured(19, 19)})
    worse = score(CRITERIA, "office", BEST | {Figure.ON_TIME: Measured(80, 100)})
    assert few.points == ALL
    assert ranks([worse, few, many, many]) == [3, None, 1, 1]


def test_deductions_by_hand_have_an_end_and_nobody_falls_below_nothing() -> None:
    assert score(CRITERIA, "office", BEST, [150]).points == ALL - 150
    many = score(CRITERIA, "office", BEST, [500, 500, 500])
    assert (many.points, many.by_hand, many.deductions) == (ALL - 1000, 1000, 3)
    worst = {figure: Measured(100 if figure is Figure.OVERDUE else 0, 100) for figure in BEST}
    assert score(CRITERIA, "office", worst, [500]).points == 0


@st.composite
def _figures(draw: st.DrawFn) -> dict[Figure, Measured]:
    found = {}
    for figure in Figure:
        whole = draw(st.integers(0, 60))
        found[figure] = Measured(draw(st.integers(0, whole)), whole)
    return found


@given(_figures(), st.sampled_from(["department", "region", "office"]), st.sampled_from(list(Figure)))
def test_a_better_figure_never_gives_less(found: dict[Figure, Measured], kind: str, figure: Figure) -> None:
    measured = found[figure]
    better = measured.part - 1 if figure.less_is_better else measured.part + 1
    if not 0 <= better <= measured.whole:
        return
    before = score(CRITERIA, kind, found)
    after = score(CRITERIA, kind, found | {figure: Measured(better, measured.whole)})
    assert (after.points is None) == (before.points is None)
    assert (after.points or 0) >= (before.points or 0)


@given(_figures(), st.sampled_from(["department", "office"]), st.lists(st.integers(1, 500), max_size=4))
def test_points_never_exceed_100_and_weights_add_up_to_100(
    found: dict[Figure, Measured], kind: str, by_hand: list[int]
) -> None:
    of_unit = score(CRITERIA, kind, found, by_hand)
    weights = sum(each.weight for each in of_unit.criteria)
    assert weights == (ALL if of_unit.has_index else 0)
    assert all(0 <= each.points <= each.weight for each in of_unit.criteria)
    assert of_unit.points is None or 0 <= of_unit.points <= ALL


@given(st.lists(st.integers(0, 100), max_size=12))
def test_spread_weights_add_up_and_keep_their_proportion(weights: list[int]) -> None:
    found = spread(weights)
    assert sum(found) == (ALL if sum(weights) else 0)
    exact = [weight * ALL / sum(weights) if sum(weights) else 0 for weight in weights]
    assert all(abs(each - wanted) < 1 for each, wanted in zip(found, exact, strict=True))
    assert all(bool(each) == bool(weight) for each, weight in zip(found, weights, strict=True))


_PERCENT = st.fractions(0, 100, max_denominator=1000)


@given(
    st.sampled_from([each.scale for each in CRITERIA.criteria] + [Line(Fraction(80), Fraction(10))]),
    _PERCENT,
    _PERCENT,
)
def test_scales_are_monotone_and_stay_within_their_ends(scale: Scale, one: Fraction, other: Fraction) -> None:
    worse, better = sorted((one, other), reverse=scale.less_is_better)
    assert 0 <= scale.share(worse) <= scale.share(better) <= 1
    assert scale.share(scale.all_at) == 1


def test_a_step_of_which_less_is_better() -> None:
    scale = scale_of({"steps": [{"at": 0, "points": 100}, {"at": 2, "points": 40}]}, less_is_better=True)
    assert [scale.share(Fraction(value)) for value in (0, 1, 2, 3)] == [1, Fraction(2, 5), Fraction(2, 5), 0]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_enough_is_not_called_too_few_where_the_others_are(language: Language) -> None:
    words = Words(Texts.read(CONTENT / "texts"), language)
    found = score(CRITERIA, "office", {Figure.SATISFIED: Measured(18, 22), Figure.ON_TIME: Measured(1, 3)})
    satisfied, on_time = (words.criterion(each, has_index=found.has_index) for each in found.criteria[:2])
    assert "22" in satisfied
    assert "20" not in satisfied
    assert "20" in on_time
