"""docs/privacy.md is what `customs privacy write` makes of content/privacy.yml."""

from __future__ import annotations

from desk.privacy.document import written
from desk.privacy.words import how_long, period
from desk.texts import Texts
from tests.desk_fixtures import CONTENT, PROJECT
from tests.privacy_fixtures import KEPT_FOR, PRIVACY

TEXTS = Texts.read(CONTENT / "texts")


def test_the_document_is_made_of_the_data() -> None:
    kept = (PROJECT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert kept == written(PRIVACY, TEXTS), "run `customs privacy write`"


def test_years_are_told_in_months_as_people_were_told() -> None:
    assert period(TEXTS, KEPT_FOR, "en") == "24 months"
    assert period(TEXTS, PRIVACY.time_of("exports"), "vi") == "7 ngày"
    assert period(TEXTS, PRIVACY.time_of("looked_at_files"), "en") == "1 hour"


def test_what_has_no_time_says_until_when() -> None:
    kind = PRIVACY.kinds["news"]
    assert how_long(TEXTS, kind, "en") == kind.until["en"] if kind.until else False
