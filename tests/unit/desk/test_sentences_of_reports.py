"""The sentences of a monthly report: rises, falls, nothing new, too few to compare, and nothing before."""

from __future__ import annotations

from typing import Any

import pytest

from desk.guidance.record import Language
from desk.reports.month.figures import MonthFigures, Rated
from desk.reports.month.months import Month, month_of, month_written, months_until
from desk.reports.month.sections import Report
from desk.texts import Texts
from tests.desk_fixtures import CONTENT
from tests.report_fixtures import a_full_month, figures, side, times

TEXTS = Texts.read(CONTENT / "texts")


def said(of: MonthFigures, section: str, language: Language = "en", *, is_public: bool = False) -> list[str]:
    document = Report(of, TEXTS, language, is_public=is_public).document()
    return list(next(each for each in document.sections if each.name == section).sentences)


@pytest.mark.parametrize(
    ("now", "before", "english", "vietnamese"),
    [
        (
            side(asked=1204),
            side("2026-09", asked=1115),
            "In October 2026 enterprises asked 1,204 questions, 8% more than in September.",
            "Trong tháng 10/2026, doanh nghiệp đã gửi 1.204 câu hỏi, nhiều hơn 8% so với tháng 9.",
        ),
        (
            side(asked=90),
            side("2026-09", asked=120),
            "In October 2026 enterprises asked 90 questions, 25% fewer than in September.",
            "Trong tháng 10/2026, doanh nghiệp đã gửi 90 câu hỏi, ít hơn 25% so với tháng 9.",
        ),
        (
            side(asked=120),
            side("2026-09", asked=120),
            "In October 2026 enterprises asked 120 questions, as many as in September.",
            "Trong tháng 10/2026, doanh nghiệp đã gửi 120 câu hỏi, bằng tháng 9.",
        ),
        (
            side(asked=1001),
            side("2026-09", asked=1000),
            "In October 2026 enterprises asked 1,001 questions, about as many as in September.",
            "Trong tháng 10/2026, doanh nghiệp đã gửi 1.001 câu hỏi, gần bằng tháng 9.",
        ),
        (
            side(asked=30),
            side("2026-09", asked=12),
            "In October 2026 enterprises asked 30 questions, against 12 in September.",
            "Trong tháng 10/2026, doanh nghiệp đã gửi 30 câu hỏi, còn tháng 9 là 12.",
        ),
        (
            side(asked=1),
            side("2026-09"),
            "In October 2026 enterprises asked 1 question, against none in September.",
            "Trong tháng 10/2026, doanh nghiệp đã gửi 1 câu hỏi, còn tháng 9 không có.",
        ),
        (
            side(asked=30),
            side("2026-09", is_known=False),
            "In October 2026 enterprises asked 30 questions, with nothing to compare, as the desk was not yet at work "
            "in September.",
            "Trong tháng 10/2026, doanh nghiệp đã gửi 30 câu hỏi, chưa có gì để so sánh vì tháng 9 hệ thống "
            "chưa hoạt động.",
        ),
        (
            side(),
            side("2026-09", asked=120),
            "In October 2026 nobody asked anything.",
            "Trong tháng 10/2026 không có câu hỏi nào.",
        ),
    ],
)
def test_how_much_was_asked(now: Any, before: Any, english: str, vietnamese: str) -> None:
    assert said(figures(now, before), "asked")[0] == english
    assert said(figures(now, before), "asked", "vi")[0] == vietnamese


def rated(*counts: int, asked: int = 200, elsewhere: int = 0) -> Rated:
    return Rated(asked=asked, counts=counts, elsewhere=elsewhere)


def of_ratings(now: Rated, before: Rated) -> list[str]:
    return said(figures(side(rated=now), side("2026-09", rated=before)), "ratings")


def test_satisfaction_with_its_interval_and_a_difference_that_is_none_by_chance() -> None:
    asked, response, satisfied, mean = of_ratings(rated(0, 0, 10, 20, 70), rated(40, 20, 20, 10, 10))
    assert asked == "The desk asked for 200 ratings in October 2026, as many as in September."
    assert response == "It was given 100 ratings, which is 50% of those it asked for, the same as in September."
    assert satisfied.startswith("Of the ratings that count for the service, 90% are 4 or 5 stars, 70 percentage points")
    assert "between 83% and 94%" in satisfied
    assert mean == "The mean was 4.6 stars of 5, between 4.5 and 4.7 95 times in 100, 2.3 higher than in September."


def test_a_small_difference_may_be_chance() -> None:
    *_, satisfied, mean = of_ratings(rated(5, 5, 10, 20, 20), rated(4, 5, 9, 20, 22))
    assert "3 percentage points below September (a difference that may be chance)" in satisfied
    assert mean.endswith("lower than in September (a difference that may be chance).")


def test_of_fewer_than_twenty_no_mean_and_no_comparison() -> None:
    sentences = of_ratings(rated(1, 0, 0, 5, 9), rated(4, 5, 9, 20, 22))
    assert "with fewer than 20 ratings (15) this says little" in sentences[2]
    assert not any("mean" in sentence for sentence in sentences)
    assert "too few to compare with September" in of_ratings(rated(4, 5, 9, 20, 22), rated(1, 0, 0, 5, 9))[2]


def test_stars_for_a_rule_alone_lower_no_service_and_are_told() -> None:
    sentences = of_ratings(rated(0, 0, 0, 30, 30, elsewhere=12), rated(0, 0, 0, 0, 0))
    assert "100% are 4 or 5 stars" in sentences[2]
    assert sentences[-1] == "Not counted for the service: 12 ratings given because of a rule alone."


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (rated(0, 0, 0, 0, 0, asked=0), ["In October 2026 the desk asked nobody for a rating."]),
        (
            rated(0, 0, 0, 0, 0, asked=30),
            ["The desk asked for 30 ratings in October 2026, against none in September.", "It was given none of them."],
        ),
    ],
)
def test_nobody_asked_and_nobody_answered(now: Rated, expected: list[str]) -> None:
    assert of_ratings(now, rated(0, 0, 0, 0, 0, asked=0)) == expected


def test_times_of_many_cases_and_of_few() -> None:
    many = times(80, 80, 70, answered=78, ended=60, answer_median=2.5, answer_p90=9.0, end_median=4.0, end_p90=12.0)
    sentences = said(figures(side(times=many), side("2026-09", times=times(40, 40, 20))), "times")
    assert sentences[:3] == [
        "Officers received 80 cases in October 2026, 100% more than in September.",
        "Half of the cases with an answer had their first one within 2.5 working hours, and nine in ten within 9.0.",
        "Half of the resolved cases were resolved within 4.0 working hours, and nine in ten within 12.0.",
    ]
    assert sentences[3].startswith(
        "Of 80 cases whose promise has been kept or broken, 88% were answered on time, 38 perc"
    )
    few = said(figures(side(times=times(3, 3, 2, answer_median=2.5, answer_p90=9.0, overdue=1))), "times")
    assert few[1].endswith("fewer than 20 cases say little, and are compared with nothing.")
    assert few[2].startswith("When this report was made, 1 case of this month had had no answer")


def test_the_parts_of_a_score_stand_beside_it_and_add_up() -> None:
    document = Report(a_full_month(), TEXTS, "en", is_public=False).document()
    section = next(each for each in document.sections if each.name == "trouble")
    [table] = section.tables
    assert list(table.rows) == [("Channels of declarations", 1204 + 3 * 4 + 40 * 6 + 2 * 8 + 8, 1204, 3, 40, 2, 1)]
    assert "adds up 1 for each question about the procedure, 4 for each answer" in section.notes[0]


def test_what_was_done_is_told_and_that_nothing_was() -> None:
    assert said(a_full_month(), "acted") == [
        "New guidance was published: 3 pieces of guidance.",
        "Wrong guidance was corrected: 1 piece of guidance.",
        "What enterprises asked in vain was settled: 2 groups of questions without guidance.",
        "Those who had been given a wrong answer were told so: 1 correction, to 12 conversations.",
    ]
    assert said(figures(), "acted", "vi") == [
        "Trong tháng 10/2026 không ban hành hướng dẫn nào và không đính chính nội dung nào."
    ]


def test_a_month_is_a_calendar_month_and_is_named_beside_the_one_before() -> None:
    january = Month(2026, 1)
    assert (str(january), january.period.days, str(january.before)) == ("2026-01", 31, "2025-12")
    assert january.before.named_beside(january, "en") == "December 2025"
    assert january.before.named_beside(january, "vi") == "tháng 12/2025"
    assert Month(2026, 9).named_beside(Month(2026, 10), "en") == "September"
    assert month_written("2026-02") == Month(2026, 2)
    assert [month_written(each) for each in ("2026-13", "2026-1", "26-01", "", "2026-01-01")] == [None] * 5
    today = month_of(january.last)
    assert [str(each) for each in months_until(Month(2025, 11).first, today.last)] == ["2026-01", "2025-12", "2025-11"]
