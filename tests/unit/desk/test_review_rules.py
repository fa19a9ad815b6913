"""By when a review is due, which cause there is, and which ratings are low."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from desk.cases.promises.deadlines import Deadlines
from desk.guidance.record import LANGUAGES
from desk.ratings.model import Rating
from desk.ratings.reviews.opening import is_low
from desk.ratings.reviews.rules import ReviewRules
from desk.ratings.rules import RatingRules
from desk.texts import Texts
from desk.units.model import Unit
from desk.working_time.hours import VIETNAM
from tests.desk_fixtures import CONTENT

RULES = ReviewRules.read(CONTENT / "rating_reviews.yml")
CALENDAR = Deadlines.read(CONTENT / "cases.yml").calendar


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        # Of the five working days after Monday the 23rd the Tuesday is a public day, and a weekend lies between.
        ("2026-11-23 12:00", "2026-12-01 17:00"),
        ("2026-11-23 23:59", "2026-12-01 17:00"),
        ("2026-11-28 10:00", "2026-12-04 17:00"),
    ],
)
def test_a_review_is_due_at_the_end_of_its_last_working_day(opened: str, due: str) -> None:
    at = dt.datetime.fromisoformat(opened).replace(tzinfo=VIETNAM)
    assert RULES.due_working_days == 5
    assert RULES.due_at(at, Unit(code="VN"), CALENDAR) == dt.datetime.fromisoformat(due).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("stars", "officer_stars", "low"), [(1, None, True), (2, 5, True), (3, None, False), (5, 2, True), (3, 3, False)]
)
def test_a_rating_is_low_by_the_stars_of_the_service_or_of_the_officer(
    stars: int, officer_stars: int | None, low: bool
) -> None:
    assert is_low(Rating(stars=stars, officer_stars=officer_stars)) is low


def test_every_cause_and_every_reason_has_words_here_and_in_the_audit() -> None:
    texts, reasons = Texts.read(CONTENT / "texts"), RatingRules.read(CONTENT / "ratings.yml").reasons
    names = [f"rating_review.cause.{cause}" for cause in RULES.causes]
    names += [f"audit.value.cause.{cause}" for cause in RULES.causes]
    names += [f"rating.reason.{reason}" for reason in reasons]
    assert [name for name in names for language in LANGUAGES if name not in texts.names(language)] == []


@pytest.mark.parametrize("wrong", ["due_working_days: 0\ncauses: [slow]", "due_working_days: 5\ncauses: []"])
def test_a_file_by_which_nobody_could_review_is_refused(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "rating_reviews.yml").write_text(wrong, encoding="utf-8")
    with pytest.raises(ValueError, match="rating_reviews"):
        ReviewRules.read(tmp_path / "rating_reviews.yml")
