"""Which version of an entry is served for which day, when its rule changes, was wrong, or ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.model import GuidanceVersion
from desk.store import Store
from tests.desk_fixtures import NOON, a_record

ENTRY = "penalties"
#: Decree 169/2026 took the place of Decree 128/2020 on this day.
FROM = dt.date(2026, 7, 1)
DAY_BEFORE = FROM - dt.timedelta(days=1)
LONG_AGO, FAR = dt.date(2020, 12, 10), dt.date(2030, 1, 1)


def publish(session: Session, since: dt.date, to: dt.date | None = None, says: str = "", **more: Any) -> None:
    words = {"vi": f"Lời {since} {says}.", "en": f"Words {since} {says}."}
    record = a_record(ENTRY, answer=words, in_force={"from": str(since), "to": str(to) if to else None})
    guidance.publish(session, record, origin=guidance.CURATOR, by="officer:hoa", at=NOON, **more)


def number_on(session: Session, day: dt.date) -> int | None:
    version = versions.in_force(session, ENTRY, day)
    # What is told of all days at once and of one day is the same.
    of_all = [held.version.number for held in versions.held(versions.all_of(session, ENTRY)) if held.holds_on(day)]
    assert of_all == ([version.number] if version else [])
    # And so is what is told of one entry and of several.
    assert versions.in_force_of_each(session, [ENTRY, "unknown"], day) == ({ENTRY: version} if version else {})
    return version.number if version else None


def numbers(session: Session, *days: dt.date) -> list[int | None]:
    return [number_on(session, day) for day in days]


def test_the_text_before_holds_for_the_days_before_the_new_one_begins(store: Store) -> None:
    with store.writing() as session:
        publish(session, LONG_AGO)
        publish(session, FROM)
        assert numbers(session, LONG_AGO, DAY_BEFORE, FROM, FAR) == [1, 1, 2, 2]
        assert number_on(session, LONG_AGO - dt.timedelta(days=1)) is None


def test_a_text_that_begins_no_later_takes_the_place_of_the_one_before_it(store: Store) -> None:
    with store.writing() as session:
        publish(session, FROM)
        publish(session, FROM, says="again")
        assert numbers(session, DAY_BEFORE, FROM) == [None, 2]
        publish(session, LONG_AGO)
        assert numbers(session, LONG_AGO, DAY_BEFORE, FROM) == [3, 3, 3]


def test_a_text_of_a_day_to_come_waits_beside_an_edit_of_the_one_of_today(store: Store) -> None:
    with store.writing() as session:
        publish(session, LONG_AGO)
        publish(session, FROM)
        publish(session, LONG_AGO, says="better", over=1)
        assert numbers(session, LONG_AGO, DAY_BEFORE, FROM) == [3, 3, 2]


def test_a_rule_that_was_replaced_does_not_come_back_when_the_new_one_ends(store: Store) -> None:
    with store.writing() as session:
        publish(session, LONG_AGO)
        publish(session, FROM, dt.date(2027, 2, 28))
        assert numbers(session, DAY_BEFORE, dt.date(2027, 2, 28), dt.date(2027, 3, 1)) == [1, 2, None]


def test_a_text_that_was_wrong_is_served_for_no_day(store: Store) -> None:
    with store.writing() as session:
        publish(session, LONG_AGO)
        publish(session, FROM, corrects=True)
        assert numbers(session, LONG_AGO, DAY_BEFORE, FROM) == [None, None, 2]
        assert session.get_one(GuidanceVersion, (ENTRY, 2)).corrects == 1


def test_what_is_retired_from_a_day_still_holds_for_the_days_before(store: Store) -> None:
    with store.writing() as session:
        publish(session, LONG_AGO)
        publish(session, FROM)
        guidance.withdraw(session, ENTRY, by="officer:hoa", reason="ended", at=NOON, last_day=FROM)
        assert numbers(session, DAY_BEFORE, FROM, FROM + dt.timedelta(days=1)) == [1, 2, None]
        guidance.withdraw(session, ENTRY, by="officer:hoa", reason="ended", at=NOON, last_day=DAY_BEFORE)
        assert numbers(session, LONG_AGO, DAY_BEFORE, FROM) == [1, 1, None]
        guidance.withdraw(session, ENTRY, by="officer:hoa", reason="wrong", at=NOON)
        assert numbers(session, LONG_AGO, DAY_BEFORE, FROM) == [None, None, None]


def test_the_index_gets_each_version_with_the_days_for_which_it_is_served(store: Store) -> None:
    with store.writing() as session:
        publish(session, LONG_AGO)
        publish(session, FROM)
        mine = [entry for entry in guidance.corpus(session).entries if entry.entry == ENTRY]
        assert [(one.version, one.from_, one.to) for one in mine] == [(1, LONG_AGO, DAY_BEFORE), (2, FROM, None)]


@pytest.mark.parametrize(("change", "moves"), [({"questions": True}, False), ({"answer": True}, True)])
def test_the_date_of_the_content_moves_when_what_is_told_changes(
    store: Store, change: dict[str, bool], moves: bool
) -> None:
    later = NOON + dt.timedelta(days=3)
    with store.writing() as session:
        first = a_record(ENTRY)
        guidance.publish(session, first, origin=guidance.CURATOR, by="officer:hoa", at=NOON)
        vi = [*first.questions.vi, "một cách hỏi khác"] if "questions" in change else first.questions.vi
        answer = {"vi": "Lời khác.", "en": "Other words."} if "answer" in change else first.answer.model_dump()
        edited = a_record(ENTRY, answer=answer, questions={"vi": vi, "en": first.questions.en})
        version = guidance.publish(session, edited, origin=guidance.CURATOR, by="officer:hoa", at=later)
        assert version.published_at == later
        assert version.content_changed_at == (later if moves else NOON)
