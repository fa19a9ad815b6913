"""Nothing is kept of people unnoticed: every column of the schema stands in a kind of data, and every time is kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desk.guidance.record import LANGUAGES, Language
from desk.imports import keeping
from desk.migrations.schema import METADATA
from desk.people import known_browsers
from desk.privacy.jobs import JOBS
from desk.privacy.kinds import KindOfData, Privacy, columns_of
from desk.texts import Texts
from tests.desk_fixtures import CONTENT
from tests.privacy_fixtures import PRIVACY

SCHEMA = {(table.name, column.name) for table in METADATA.tables.values() for column in table.columns}
TEXTS = Texts.read(CONTENT / "texts")


def test_every_column_of_the_schema_stands_in_a_kind_of_data() -> None:
    named = columns_of(PRIVACY.kinds.values())
    assert sorted(SCHEMA - named) == [], "say in content/privacy.yml what is kept there, why and for how long"
    assert sorted(named - SCHEMA) == []


def test_every_job_that_a_kind_names_is_there_and_the_reverse() -> None:
    assert sorted(PRIVACY.jobs()) == sorted(JOBS)


def test_every_job_has_one_time() -> None:
    assert all(PRIVACY.time_of(job) for job in JOBS)


@pytest.mark.parametrize("kind", PRIVACY.kinds.values(), ids=list(PRIVACY.kinds))
def test_what_is_told_of_a_kind_has_its_words(kind: KindOfData) -> None:
    found = kind
    assert TEXTS.has(f"privacy.then.{found.then}")
    assert not found.after or TEXTS.has(f"privacy.after.{found.after}")
    for words in (found.title, found.what, found.purpose):
        assert all(words[language].strip() for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_message_says_the_time_of_the_data_and_how_to_have_them_deleted(language: Language) -> None:
    notice = TEXTS.say("notice.first_contact", language)
    months = re.search(r"(\d+) (?:tháng|months)", notice)
    assert months is not None
    assert int(months[1]) * 365 == PRIVACY.time_of("conversation").days * 12
    assert "/mydata" in notice
    assert "/privacy" in notice
    assert len(notice) < 420


def test_a_browser_is_forgotten_when_it_is_a_strangers_again() -> None:
    assert PRIVACY.time_of("known_browsers") == known_browsers.REMEMBERED_FOR


def test_what_is_looked_at_is_kept_as_long_as_its_page_says() -> None:
    assert PRIVACY.time_of("looked_at_files") == keeping.KEPT_FOR


def test_a_column_in_two_kinds_and_a_time_without_a_job_are_refused(tmp_path: Path) -> None:
    written = (CONTENT / "privacy.yml").read_text(encoding="utf-8")
    for wrong in (
        written.replace("messages: [text, content]", "messages: [text, content, id]"),
        written.replace("    jobs: [letters]\n", ""),
        written.replace("kept: {days: 30, after: settled}", "kept: {days: 30}"),
    ):
        file = tmp_path / "privacy.yml"
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(ValueError, match=r"letters|messages\.id"):
            Privacy.read(file)
