"""Lists and drafts of guidance on SQLite and PostgreSQL alike: filters over JSON, locks, and their migration."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest
from sqlalchemy import select, text

from clock.due import publish_scheduled_guidance
from desk.desk import Desk
from desk.guidance import listing, versions
from desk.guidance import service as guidance
from desk.guidance.drafts import moments as schedule
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.gate import golden
from desk.guidance.gate import service as gates
from desk.guidance.lint import tasks as lint_tasks
from desk.guidance.lint.findings import Finding
from desk.guidance.model import GuidanceEntry
from desk.migrations.run import differences, downgrade, migrate
from desk.people import service as people
from desk.people.model import Role
from desk.store import Store, make_engine
from dialogue.testing import FakeDialogue
from tests.curator_fixtures import gate_passes
from tests.desk_fixtures import NOON, ActsOfTheDesk, FakeSearch, FrozenClock, a_record, rules_for_tests

TODAY = NOON.date()
LAW = rules_for_tests().instruments


@pytest.fixture
def database(own_database: str) -> Iterator[Store]:
    """An empty database of the test's own with two curators and an entry that has a point to verify."""
    engine = make_engine(own_database)
    store = Store(engine)
    doubt = {"vi": "Chưa rõ.", "en": "Not clear."}
    with store.writing() as session:
        guidance.load_shipped(session, [a_record("channels"), a_record("fee_rates", unverified=[doubt])], at=NOON)
        for name in ("hoa", "mai"):
            password = "a password of tests"
            people.add_officer(
                session, username=name, name=name, role=Role.CURATOR, password=password, by="operator", at=NOON
            )
    yield store
    engine.dispose()


def test_drafts_and_every_filter_work(database: Store) -> None:
    with database.writing() as session:
        hoa, mai = (people.by_username(session, name) for name in ("hoa", "mai"))
        assert hoa is not None
        assert mai is not None
        draft = draft_opening.open_edit(session, "channels", hoa, NOON)
        with pytest.raises(draft_opening.HasDraft):
            draft_opening.open_edit(session, "channels", mai, NOON)
        drafts.submit(session, draft, hoa, LAW, revision=draft.revision, at=NOON)
    with database.writing() as session:
        mai = people.by_username(session, "mai")
        assert mai is not None
        found = {
            state: [
                row.entry.id for row in listing.listed(session, mai, listing.Wanted(state=state), TODAY, limit=9).rows
            ]
            for state in get_args(listing.State)
        }
        assert found["unverified"] == ["fee_rates"]
        assert found["has_draft"] == found["for_me"] == ["channels"]
        assert found["in_force"] == ["channels", "fee_rates"]
        assert listing.titles(session, "en", limit=9)["channels"] == "Title of channels"
        locked = draft_standing.by_id(session, draft.id, to_change=True)
        assert locked is not None
        gate_passes(session, locked)
        drafts.approve(session, locked, mai, LAW, revision=locked.revision, at=NOON)


@pytest.mark.thorough
def test_there_and_back_keeps_the_guidance_and_finds_it_again(database: Store) -> None:
    downgrade(database.engine, "0005")
    migrate(database.engine)
    assert [found for found in differences(database.engine) if "guidance_" in str(found)] == []
    with database.reading() as session:
        searched = session.scalars(select(GuidanceEntry.searched).order_by(GuidanceEntry.id)).all()
        assert searched == [a_record("channels").searched(), a_record("fee_rates").searched()]


def test_a_draft_waits_for_its_moment_and_its_neighbours_are_found(database: Store) -> None:
    desk = Desk(database, FrozenClock(), FakeSearch(), FakeDialogue(ActsOfTheDesk()), rules_for_tests())
    moment = NOON + dt.timedelta(minutes=1)
    with database.writing() as session:
        related = a_record("fee_rates", related=["channels"])
        guidance.publish(session, related, origin="curator", by="officer:mai", at=NOON)
        golden.load_shipped(session, [golden.Shipped("fee_rates", "vi", "phí bao nhiêu")], at=NOON)
        hoa, mai = (people.by_username(session, name) for name in ("hoa", "mai"))
        assert hoa is not None
        assert mai is not None
        draft = draft_opening.open_edit(session, "channels", hoa, NOON)
        schedule.plan(session, draft, hoa, moment, revision=draft.revision, at=NOON)
        drafts.submit(session, draft, hoa, LAW, revision=draft.revision, at=NOON)
    gate = gates.run(desk, draft.id)
    assert gate is not None
    assert (gate.neighbours, gate.asked) == (("fee_rates",), 1)
    with database.writing() as session:
        waiting, approver = draft_standing.by_id(session, draft.id), people.by_username(session, "mai")
        assert waiting is not None
        assert approver is not None
        drafts.approve(session, waiting, approver, LAW, revision=waiting.revision, at=NOON)
        assert waiting.state == "scheduled"
    late = dataclasses.replace(desk, clock=FrozenClock(moment))
    publish_scheduled_guidance(late)
    publish_scheduled_guidance(late)
    with database.reading() as session:
        assert [version.number for version in versions.all_of(session, "channels")] == [1, 2]


@pytest.mark.thorough
def test_one_step_back_what_waits_for_its_moment_waits_for_a_reviewer(database: Store) -> None:
    with database.writing() as session:
        hoa, mai = (people.by_username(session, name) for name in ("hoa", "mai"))
        assert hoa is not None
        assert mai is not None
        draft = draft_opening.open_edit(session, "channels", hoa, NOON)
        schedule.plan(session, draft, hoa, NOON + dt.timedelta(days=1), revision=draft.revision, at=NOON)
        drafts.submit(session, draft, hoa, LAW, revision=draft.revision, at=NOON)
        gate_passes(session, draft)
        drafts.approve(session, draft, mai, LAW, revision=draft.revision, at=NOON)
    downgrade(database.engine, "0013")
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT state FROM guidance_drafts")).scalars().all() == ["in_review"]
    migrate(database.engine)
    with database.reading() as session:
        found = draft_standing.by_id(session, draft.id)
        assert found is not None
        assert [step.kind for step in found.steps] == ["opened", "submitted"]


def test_findings_are_tasks_that_are_listed_closed_and_gone(database: Store) -> None:
    found = Finding("basis_ended", "channels", 1, "legal_basis-0-instrument", {"number": "1/NĐ"}, "1/NĐ")
    with database.writing() as session:
        assert lint_tasks.reconcile(session, {"channels", "fee_rates"}, [found], NOON) == (1, 0)
        assert lint_tasks.reconcile(session, {"channels", "fee_rates"}, [found], NOON) == (0, 0)
        assert lint_tasks.counts(session) == {"basis_ended": 1}
        (task,) = lint_tasks.listed(session, level="error", limit=9).rows
        hoa = people.by_username(session, "hoa")
        assert hoa is not None
        lint_tasks.close(session, task, hoa, "Đã xem.", NOON)
        assert lint_tasks.reconcile(session, {"channels"}, [found], NOON) == (0, 0)
        changed = replace(found, values={"number": "1/NĐ", "by": "2/NĐ"})
        assert lint_tasks.reconcile(session, {"channels"}, [changed], NOON) == (1, 0)
        assert lint_tasks.reconcile(session, {"channels"}, [], NOON) == (0, 1)
        assert lint_tasks.counts(session) == {}
