"""Texts of earlier days ship: each holds for its own days, and changes nothing else, whenever it is loaded."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.earlier.reading import read_earlier, read_shipped
from desk.guidance.record import GuidanceRecord, RecordError
from desk.law.instruments import Instruments
from desk.store import Store
from desk.subscriptions.model import Broadcast
from tests.desk_fixtures import CONTENT, NOON, a_record, record_data

ENTRY = "fines"
BEFORE, LAST, FIRST = dt.date(2022, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 1)


def of_today(says: str = "nay", **changes: Any) -> GuidanceRecord:
    return a_record(ENTRY, answer={"vi": says, "en": says}, **{"in_force": {"from": str(FIRST)}, **changes})


def of_before(says: str = "trước", since: dt.date = BEFORE, to: dt.date = LAST) -> GuidanceRecord:
    return a_record(ENTRY, answer={"vi": says, "en": says}, in_force={"from": str(since), "to": str(to)})


def load(session: Session, today: GuidanceRecord, *earlier: GuidanceRecord) -> list[str]:
    return guidance.load_shipped(session, [today], at=NOON, earlier=earlier).earlier


def says(session: Session, day: dt.date) -> str | None:
    version = versions.in_force(session, ENTRY, day)
    return version.record.answer.vi if version is not None else None


def test_in_a_new_entry_the_versions_count_in_the_order_of_their_days(store: Store) -> None:
    with store.writing() as session:
        assert load(session, of_today(), of_before()) == [ENTRY]
        numbers = [(version.number, version.in_force_from) for version in versions.all_of(session, ENTRY)]
        assert numbers == [(1, BEFORE), (2, FIRST)]
        assert [says(session, day) for day in (BEFORE, LAST, FIRST)] == ["trước", "trước", "nay"]
        assert says(session, BEFORE - dt.timedelta(days=1)) is None


def test_loaded_later_it_withdraws_nothing_is_no_news_and_never_the_newest(store: Store) -> None:
    with store.writing() as session:
        load(session, of_today())
        guidance.confirm(session, ENTRY, by="officer:hoa", at=NOON)
        news = session.scalar(select(func.count()).select_from(Broadcast))
        number = guidance.publication_no(session)
        later = NOON + dt.timedelta(minutes=1)
        guidance.load_shipped(session, [of_today()], at=later, earlier=[of_before()])
        assert [version.withdrawn_at for version in versions.all_of(session, ENTRY)] == [None, None]
        assert [says(session, day) for day in (LAST, FIRST)] == ["trước", "nay"]
        assert session.scalar(select(func.count()).select_from(Broadcast)) == news
        assert guidance.publication_no(session) == number + 1
        newest, live = versions.newest(session, ENTRY), versions.newest_live(session, ENTRY)
        assert newest is live is not None
        assert newest.number == 1
        assert versions.newest_of_each(session, [ENTRY])[ENTRY].number == 1
        assert guidance.is_vouched_for(session, newest)
        old = versions.in_force(session, ENTRY, LAST)
        assert old is not None
        assert not guidance.is_vouched_for(session, old)


def test_loading_the_same_again_changes_nothing(store: Store) -> None:
    with store.writing() as session:
        load(session, of_today(), of_before())
        number = guidance.publication_no(session)
        assert load(session, of_today(), of_before()) == []
        assert guidance.publication_no(session) == number


def test_a_mended_text_takes_the_place_of_the_one_that_shipped_before(store: Store) -> None:
    with store.writing() as session:
        load(session, of_today(), of_before())
        assert load(session, of_today(), of_before("sửa")) == [ENTRY]
        assert [says(session, day) for day in (LAST, FIRST)] == ["sửa", "nay"]


def test_the_next_text_of_today_goes_on_from_the_last_one_and_not_from_an_earlier_one(store: Store) -> None:
    with store.writing() as session:
        load(session, of_today())
        load(session, of_today(), of_before())
        report = guidance.load_shipped(session, [of_today("mới")], at=NOON, earlier=[of_before()])
        assert (report.changed, report.earlier) == ([ENTRY], [])
        assert [says(session, day) for day in (LAST, FIRST)] == ["trước", "mới"]
        assert [version.number for version in versions.all_of(session, ENTRY)] == [1, 2, 3]


def test_the_days_of_a_curators_text_are_never_taken(store: Store) -> None:
    theirs = of_today("của đơn vị", in_force={"from": "2020-01-01"})
    with store.writing() as session:
        load(session, of_today())
        guidance.publish(session, theirs, origin=guidance.CURATOR, by="officer:hoa", at=NOON)
        assert load(session, of_today(), of_before()) == []
        assert [says(session, day) for day in (BEFORE, LAST, FIRST)] == ["của đơn vị"] * 3


def test_what_was_withdrawn_does_not_come_back(store: Store) -> None:
    with store.writing() as session:
        load(session, of_today(), of_before())
        guidance.withdraw(session, ENTRY, by="officer:hoa", reason="sai", at=NOON)
        assert load(session, of_today(), of_before(), of_before("khác", since=dt.date(2023, 1, 1))) == []
        assert [says(session, day) for day in (BEFORE, LAST, FIRST)] == [None] * 3


def test_without_its_entry_no_text_is_loaded(store: Store) -> None:
    with store.writing() as session:
        assert guidance.load_shipped(session, [], at=NOON, earlier=[of_before()]).earlier == []


# What ships


def written(folder: Path, name: str, **changes: Any) -> Path:
    data = {**record_data(ENTRY), "in_force": {"from": "2022-01-01", "to": "2026-06-30"}, **changes}
    del data["questions"]
    (folder / name).write_text(yaml.safe_dump(data, allow_unicode=True))
    return folder


def test_a_file_takes_over_the_questions_of_todays_record(tmp_path: Path) -> None:
    (read,) = read_earlier(written(tmp_path, "fines.2022-01-01.yml"), [of_today()])
    assert read.questions == of_today().questions
    assert read.in_force.to == LAST


@pytest.mark.parametrize(
    ("name", "changes", "problem"),
    [
        ("fines.2021-01-01.yml", {}, "the file name says '2021-01-01'"),
        ("fines.2022-01-01.yml", {"in_force": {"from": "2022-01-01"}}, "the next text begins on 2026-07-01"),
        (
            "fines.2022-01-01.yml",
            {"in_force": {"from": "2022-01-01", "to": "2026-07-01"}},
            "the next text begins on 2026-07-01",
        ),
        ("other.2022-01-01.yml", {}, "no record 'other' holds today"),
        ("fines.2022-01-01.yml", {"id": "other"}, "the file name says 'fines'"),
    ],
)
def test_a_file_with_wrong_days_or_of_no_entry_is_refused(
    tmp_path: Path, name: str, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(RecordError, match=problem):
        read_earlier(written(tmp_path, name, **changes), [of_today()])


def test_what_ships_for_earlier_days_is_complete_cites_known_law_and_marks_its_doubts() -> None:
    records, earlier = read_shipped(CONTENT)
    Instruments.read(CONTENT / "law" / "instruments.yml").check([*records, *earlier])
    assert earlier
    assert all(text.unverified for text in earlier)


def test_no_earlier_text_of_fines_cites_the_decree_that_came_later() -> None:
    law = Instruments.read(CONTENT / "law" / "instruments.yml")
    _, earlier = read_shipped(CONTENT)
    wrong = [
        (text.id, citation.instrument)
        for text in earlier
        for citation in text.legal_basis
        if law.state_on(citation.instrument, text.in_force.to or FIRST) in ("not_yet", "ended")
    ]
    assert wrong == []
