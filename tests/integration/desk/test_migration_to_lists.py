"""The step to lists by their indexes: cases that are there get their places, channels, drafts and words."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import inspect, select

from desk.cases import service as case_acts
from desk.cases.case_words import CaseWord
from desk.cases.model import Case
from desk.migrations.run import differences, downgrade, migrate
from desk.people import service as people
from desk.people.model import Role
from desk.store import Store
from tests.desk_fixtures import Chatter, World
from tests.unit_fixtures import OFFICE, named, unit


@pytest.mark.thorough
def test_what_was_written_before_is_listed_and_found_after(
    world: World, store: Store, lan: Chatter, an: Chatter
) -> None:
    for person, question in ((lan, "Tờ khai bị treo"), (an, "Xin giấy phép")):
        person.writes(question)
        person.taps("ask_officer")
        person.taps("send_as_is")
    at = world.clock.now()
    with store.writing() as session:
        people.appoint(session, named(session, "hoa"), Role.HEAD, unit(session, "VN"), by="operator", at=at)
        waiting, returned = session.scalars(select(Case).order_by(Case.id)).all()
        waiting.unit, minh = unit(session, OFFICE), named(session, "minh")
        for case in (waiting, returned):
            case_acts.claim(session, case, minh, at)
            case_acts.draft(session, case, minh, "Dự thảo", at)
        case_acts.return_draft(session, returned, named(session, "hoa"), "Thiếu căn cứ", at)
    before = kept(store)
    downgrade(store.engine, "0005")
    assert "case_words" not in inspect(store.engine).get_table_names()
    migrate(store.engine)
    assert differences(store.engine) == []
    assert kept(store) == before
    (first, second), words = before
    assert all(first)
    assert second == (None, None, "telegram", None)
    assert ("treo", 1) in words
    assert ("00002", 2) in words


def kept(store: Store) -> tuple[list[Any], list[Any]]:
    """What the step reckons of each case, and the words."""
    with store.reading() as session:
        columns = (Case.first_unit_id, Case.second_unit_id, Case.channel, Case.drafted_by_id)
        cases = [tuple(row) for row in session.execute(select(*columns).order_by(Case.id))]
        words = [tuple(row) for row in session.execute(select(CaseWord.word, CaseWord.case_id))]
        return cases, sorted(words)
