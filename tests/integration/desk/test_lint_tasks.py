"""Findings as review tasks: made and closed by the clock, once each; errors keep drafts from being published."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clock import due
from desk.audit.model import AuditEntry
from desk.guidance import reviews
from desk.guidance import service as guidance
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.lint import service as linting
from desk.guidance.lint import tasks
from desk.guidance.lint.drafts import found_in
from desk.guidance.model import GuidanceReview
from desk.guidance.permissions import GuidanceRefused
from desk.law import keeping
from tests.curator_fixtures import add_curators, approves, edited, named, other_words, submits
from tests.desk_fixtures import NOON, World, a_record

ENTRY = "dossier_import"
ENDED = [{"instrument": "128/2020/NĐ-CP"}]


@pytest.fixture(autouse=True)
def _curators(world: World) -> None:
    with world.store.writing() as session:
        add_curators(session)


def publishes(world: World, entry: str = ENTRY, **changes: Any) -> None:
    with world.store.writing() as session:
        record = a_record(entry, **changes)
        guidance.publish(session, record, origin="curator", by="officer:hoa", at=world.clock.now())


def rows(world: World, entry: str | None = ENTRY) -> list[GuidanceReview]:
    with world.store.reading() as session:
        query = select(GuidanceReview).where(GuidanceReview.kind == "lint").order_by(GuidanceReview.id)
        return [row for row in session.scalars(query) if entry in (None, row.entry_id)]


def states(world: World, entry: str = ENTRY) -> list[tuple[str | None, bool, bool]]:
    """Of each finding its code, whether it is done, and whether it is gone."""
    return [(row.code, row.done_at is not None, row.gone_at is not None) for row in rows(world, entry)]


def clock_runs(world: World) -> None:
    due.lint_guidance(world.desk)


class TestTasks:
    def test_a_finding_is_one_task_however_often_the_clock_looks(self, world: World) -> None:
        publishes(world, legal_basis=ENDED)
        for _ in range(3):
            clock_runs(world)
            world.clock.advance(days=1)
        assert states(world) == [("basis_ended", False, False)]

    def test_the_clock_looks_once_a_day_and_after_each_publication(self, world: World) -> None:
        def is_due() -> bool:
            with world.store.reading() as session:
                return linting.is_due(world.desk, session)

        assert is_due()
        clock_runs(world)
        assert not is_due()
        publishes(world)
        assert is_due()
        clock_runs(world)
        assert not is_due()
        world.clock.advance(days=1)
        assert is_due()

    def test_an_instrument_that_ends_what_is_cited_is_found_as_soon_as_it_is_entered(self, world: World) -> None:
        publishes(world, legal_basis=[{"instrument": "38/2015/TT-BTC"}])
        clock_runs(world)
        assert states(world) == []
        decree = {
            "number": "900/2026/TT-BTC",
            "kind": "circular",
            "title": {"vi": "Thông tư thử", "en": "Trial circular"},
            "in_force": {"from": "2026-11-01", "to": None},
            "changes": [{"instrument": "38/2015/TT-BTC", "how": "replaces"}],
            "sources": ["Công báo"],
        }
        with world.store.writing() as session:
            keeping.enter(world.desk, session, decree, named(session, "hoa"))
        clock_runs(world)
        assert states(world) == [("basis_ended", False, False)]

    def test_what_is_retired_from_a_day_on_is_looked_at_at_once(self, world: World) -> None:
        publishes(world, legal_basis=ENDED)
        clock_runs(world)
        with world.store.writing() as session:
            by = {"by": "officer:hoa", "reason": "hết", "at": world.clock.now()}
            guidance.withdraw(session, ENTRY, last_day=NOON.date() - dt.timedelta(days=9), **by)
        with world.store.reading() as session:
            assert linting.read_due(world.desk, session).entries >= {ENTRY}

    def test_after_a_publication_only_what_it_touched_is_read(self, world: World) -> None:
        clock_runs(world)
        publishes(world, legal_basis=ENDED)
        with world.store.reading() as session:
            assert linting.read_due(world.desk, session).entries == {ENTRY}
            run = linting.last_run(session)
            assert run is not None
            assert run.entries == 7
        world.clock.advance(days=1)
        with world.store.reading() as session:
            assert len(linting.read_due(world.desk, session).entries) == 7

    def test_a_task_closes_by_itself_when_the_finding_goes(self, world: World) -> None:
        publishes(world, legal_basis=ENDED)
        clock_runs(world)
        publishes(world)
        clock_runs(world)
        assert states(world) == [("basis_ended", True, True)]

    def test_a_withdrawn_entry_has_no_findings(self, world: World) -> None:
        publishes(world, legal_basis=ENDED)
        clock_runs(world)
        world.clock.advance(minutes=1)
        with world.store.writing() as session:
            guidance.withdraw(session, ENTRY, by="officer:hoa", reason="Cũ.", at=world.clock.now())
        clock_runs(world)
        assert states(world) == [("basis_ended", True, True)]

    def test_an_entry_that_a_curator_ended_is_no_finding_and_one_that_ended_by_itself_is(self, world: World) -> None:
        clock_runs(world)
        assert ("expired", False, False) in states(world, "old_rule")
        with world.store.writing() as session:
            last_day = dt.date(2026, 11, 22)
            guidance.withdraw(session, "channels", by="officer:hoa", reason="Cũ.", at=NOON, last_day=last_day)
        world.clock.advance(days=1)
        clock_runs(world)
        assert states(world, "channels") == []

    def test_what_was_closed_with_words_stays_closed_while_the_same_is_found(self, world: World) -> None:
        publishes(world, legal_basis=ENDED)
        clock_runs(world)
        self.closes(world)
        publishes(world, legal_basis=ENDED, time_limit={"vi": "60 ngày", "en": "60 days"})
        clock_runs(world)
        world.clock.advance(days=1)
        clock_runs(world)
        assert states(world) == [("basis_ended", True, False)]

    def test_it_is_a_new_task_when_the_matter_changed_or_comes_back(self, world: World) -> None:
        basis = {"legal_basis": [{"instrument": "54/2014/QH13", "article": "5, 6"}]}
        publishes(world, **basis)
        clock_runs(world)
        self.closes(world)
        publishes(world)
        clock_runs(world)
        assert states(world) == [("malformed_citation", True, True)]
        publishes(world, **basis)
        clock_runs(world)
        assert states(world) == [("malformed_citation", True, True), ("malformed_citation", False, False)]

    def test_a_new_amendment_opens_what_was_closed_about_an_earlier_one(self, world: World) -> None:
        publishes(world, text_date="2026-01-01", legal_basis=[{"instrument": "38/2015/TT-BTC"}])
        clock_runs(world)
        self.closes(world)
        with world.store.writing() as session:
            (row,) = session.scalars(select(GuidanceReview).where(GuidanceReview.entry_id == ENTRY))
            row.content_hash = "of an amendment less"
        world.clock.advance(days=1)
        clock_runs(world)
        assert states(world) == [("amended_since", True, True), ("amended_since", False, False)]

    def test_closing_wants_words_and_the_department_and_is_in_the_audit(self, world: World) -> None:
        publishes(world, legal_basis=ENDED)
        clock_runs(world)
        with world.store.writing() as session:
            task = session.get_one(GuidanceReview, rows(world)[0].id)
            for officer, words, reason in (("hoa", " ", "words_missing"), ("quang", "Vì sao.", "only_department")):
                with pytest.raises(GuidanceRefused, match=reason):
                    tasks.close(session, task, named(session, officer), words, NOON)
        self.closes(world)
        with world.store.reading() as session:
            entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
            assert entry is not None
            assert (entry.act, entry.subject) == ("guidance.review_settled", ENTRY)
            assert entry.detail["words"] == "Đã xem."

    def test_changes_of_what_ships_are_listed_apart_from_findings(self, world: World) -> None:
        publishes(world, legal_basis=ENDED)
        clock_runs(world)
        with world.store.reading() as session:
            assert reviews.waiting_count(session) == 0
            assert reviews.of_entry(session, ENTRY) == []
            assert [row.code for row in tasks.of_entry(session, ENTRY)] == ["basis_ended"]

    def test_a_list_is_narrowed_to_a_kind_a_gravity_and_what_is_closed(self, world: World) -> None:
        publishes(world, legal_basis=ENDED)
        publishes(world, "channels", in_force={"from": "2026-01-01", "to": "2026-12-01"})
        clock_runs(world)
        with world.store.reading() as session:
            assert tasks.counts(session) == {"basis_ended": 1, "expired": 1, "expires_soon": 1}
            for narrowed, entries in (
                ({"code": "basis_ended"}, [ENTRY]),
                ({"level": "warning"}, ["channels"]),
                ({"level": "error"}, [ENTRY, "old_rule"]),
                ({"which": "closed"}, []),
            ):
                page = tasks.listed(session, limit=10, **narrowed)  # type: ignore[arg-type]
                assert sorted(row.entry_id for row in page.rows) == entries, narrowed
            first = tasks.listed(session, limit=2)
            second = tasks.listed(session, limit=2, after=first.after)
            assert len({row.id for row in (*first.rows, *second.rows)}) == 3

    def closes(self, world: World) -> None:
        with world.store.writing() as session:
            task = session.get_one(GuidanceReview, rows(world)[-1].id)
            tasks.close(session, task, named(session, "hoa"), "Đã xem.", world.clock.now())


class TestTranslations:
    def test_a_text_that_changed_in_one_language_is_told_until_the_other_follows(self, world: World) -> None:
        publishes(world, answer={"vi": "Lời mới.", "en": "Verbatim dossier_import: submit at the branch."})
        clock_runs(world)
        (row,) = rows(world)
        assert row.content is not None
        assert (row.code, row.content["field"], row.content["values"]["since"]) == ("stale_translation", "answer-en", 2)
        publishes(world, answer=other_words())
        clock_runs(world)
        assert states(world) == [("stale_translation", True, True)]

    def test_a_curator_says_with_words_that_the_other_language_still_holds(self, world: World) -> None:
        publishes(world, answer={"vi": "Lời mới.", "en": "Verbatim dossier_import: submit at the branch."})
        clock_runs(world)
        with world.store.writing() as session:
            (task,) = tasks.of_entry(session, ENTRY)
            with pytest.raises(GuidanceRefused, match="words_missing"):
                tasks.still_holds(session, task, named(session, "hoa"), "", NOON)
            tasks.still_holds(session, task, named(session, "hoa"), "Chỉ sửa chính tả.", NOON)
        world.clock.advance(days=1)
        clock_runs(world)
        assert states(world) == [("stale_translation", True, True)]
        publishes(world, answer={"vi": "Lời khác hẳn.", "en": "Verbatim dossier_import: submit at the branch."})
        clock_runs(world)
        assert states(world)[-1] == ("stale_translation", False, False)

    def test_only_a_translation_can_be_said_to_hold(self, world: World) -> None:
        publishes(world, legal_basis=ENDED)
        clock_runs(world)
        with world.store.writing() as session, pytest.raises(GuidanceRefused, match="no_translation"):
            tasks.still_holds(session, tasks.of_entry(session, ENTRY)[0], named(session, "hoa"), "Vì sao.", NOON)


class TestDrafts:
    def test_an_error_keeps_a_draft_from_being_submitted(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, legal_basis=ENDED)
            with pytest.raises(draft_standing.Incomplete) as told:
                submits(world, session, draft)
            assert [(one.path, one.text) for one in told.value.problems] == [
                ("legal_basis-0-instrument", "lint.basis_ended_by")
            ]

    def test_an_error_that_came_with_time_keeps_it_from_being_approved(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, legal_basis=[{"instrument": "66.17/2026/NQ-CP"}])
            submits(world, session, draft)
            world.clock.set(dt.datetime(2027, 3, 1, 5, tzinfo=dt.UTC))
            with pytest.raises(draft_standing.Incomplete):
                approves(world, session, draft)

    def test_a_warning_is_shown_and_keeps_nothing(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(
                world, session, answer={"vi": "Lời mới.", "en": "Verbatim dossier_import: submit at the branch."}
            )
            assert self.warned(world, session, draft) == ["stale_translation"]
            submits(world, session, draft)
            approves(world, session, draft)
            assert draft.state == "published"

    def test_half_a_record_is_not_linted(self, world: World) -> None:
        with world.store.writing() as session:
            assert self.warned(world, session, edited(world, session, answer={})) == []

    def warned(self, world: World, session: Session, draft: Any) -> list[str]:
        instruments, today = world.desk.rules.instruments, world.desk.today()
        return [one.code for one in found_in(session, draft, instruments, today, citations=world.desk.citations)]
