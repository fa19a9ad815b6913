"""Instruments and their impact on SQLite and PostgreSQL alike: what is found in JSON, and two who write at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from desk.cases.model import Case
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.guidance.permissions import GuidanceRefused
from desk.law import citing, keeping
from desk.law.impact import listing
from desk.law.model import InstrumentRow
from desk.people import service as people
from desk.people.model import Officer, Role
from desk.store import Store, make_engine
from dialogue.testing import FakeDialogue
from tests.desk_fixtures import NOON, ActsOfTheDesk, FakeSearch, FrozenClock, a_record, rules_for_tests

#: A number with a letter that JSON may keep as an escape.
CHANGED = "128/2020/NĐ-CP"
CONTENT = {
    "number": "905/2026/NĐ-CP",
    "kind": "decree",
    "title": {"vi": "Nghị định thử", "en": "Trial decree"},
    "in_force": {"from": "2026-12-01", "to": None},
    "changes": [{"instrument": CHANGED, "how": "amends", "articles": ["5"]}],
    "sources": ["Bịa"],
}


@pytest.fixture
def desk(own_database: str) -> Iterator[Desk]:
    """A desk on an empty database of the test's own, with a curator and an entry that cites the decree."""
    engine = make_engine(own_database)
    desk = Desk(Store(engine), FrozenClock(), FakeSearch(), FakeDialogue(ActsOfTheDesk()), rules_for_tests())
    cited = [{"instrument": CHANGED, "article": "5"}]
    with desk.store.writing() as session:
        guidance.load_shipped(session, [a_record("channels", legal_basis=cited), a_record("fee_rates")], at=NOON)
        people.add_officer(
            session, username="hoa", name="Hoa", role=Role.CURATOR, password="a password", by="operator", at=NOON
        )
    yield desk
    engine.dispose()


def _hoa(session: Any) -> Officer:
    found = people.by_username(session, "hoa")
    assert found is not None
    return found


def test_an_instrument_is_entered_and_what_cites_the_other_is_found(desk: Desk) -> None:
    with desk.store.writing() as session:
        assert keeping.enter(desk, session, CONTENT, _hoa(session)).tasks == 1
    assert "905/2026/NĐ-CP" in desk.instruments
    with desk.store.reading() as session:
        tasks = listing.listed(session, _hoa(session), listing.Wanted(), limit=9).rows
        assert [(task.kind, task.subject) for task in tasks] == [("entry", "channels")]
        assert listing.instruments_with_tasks(session, _hoa(session), done=False) == ["905/2026/NĐ-CP"]
        assert [each.entry for each in citing.entries_citing(session, CHANGED)] == ["channels"]
        assert session.query(Case).count() == 0


def test_of_two_who_write_over_the_same_row_one_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.store.writing() as session:
        keeping.enter(desk, session, CONTENT, _hoa(session))
    with desk.store.writing() as session:
        hoa = _hoa(session)
        # As if the other had written after this one looked.
        monkeypatch.setattr(keeping.register, "row_of", lambda *_: None)
        with pytest.raises(GuidanceRefused, match="changed_meanwhile"):
            keeping._add_row(desk, session, "905/2026/NĐ-CP", keeping.RowState.ENTERED, CONTENT, hoa, "")
        assert session.query(InstrumentRow).count() == 1
