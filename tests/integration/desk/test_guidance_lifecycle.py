"""A draft that waits for its moment: who sets and moves it, what the clock does, and what it does not publish."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clock.due import publish_scheduled_guidance
from desk.audit.model import AuditEntry
from desk.guidance import listing, versions
from desk.guidance import service as guidance
from desk.guidance.drafts import due
from desk.guidance.drafts import moments as schedule
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.gate import golden
from desk.guidance.model import DraftState, GuidanceDraft, GuidanceVersion, StepKind
from desk.guidance.permissions import GuidanceRefused
from tests.curator_fixtures import add_curators, approves, edited, named, other_words, submits, writes
from tests.desk_fixtures import NOON, Chatter, World

ENTRY = "dossier_import"
#: Midnight of the first of December in Viet Nam.
MOMENT = dt.datetime(2026, 11, 30, 17, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _curators(world: World) -> None:
    with world.store.writing() as session:
        add_curators(session)


def plans(
    world: World, session: Session, draft: GuidanceDraft, moment: dt.datetime | None = MOMENT, by: str = "hoa"
) -> None:
    schedule.plan(session, draft, named(session, by), moment, revision=draft.revision, at=world.clock.now())


def scheduled(world: World, entry: str = ENTRY) -> int:
    """hoa's draft that mai approved for the moment."""
    with world.store.writing() as session:
        draft = edited(world, session, entry, answer=other_words())
        plans(world, session, draft)
        submits(world, session, draft)
        approves(world, session, draft)
        assert draft.state == DraftState.SCHEDULED
        return draft.id


def the(session: Session, draft_id: int) -> GuidanceDraft:
    draft = draft_standing.by_id(session, draft_id, to_change=True)
    assert draft is not None
    return draft


def live_words(world: World, entry: str = ENTRY) -> str | None:
    with world.store.reading() as session:
        version = versions.in_force(session, entry, world.desk.today())
        return version.record.answer.vi if version is not None else None


def state_of(world: World, draft_id: int) -> tuple[str, str | None]:
    with world.store.reading() as session:
        draft = the(session, draft_id)
        return draft.state, draft.missed


def ticks(world: World, moment: dt.datetime = MOMENT) -> None:
    world.clock.set(moment)
    publish_scheduled_guidance(world.desk)


def is_refused(reason: str) -> pytest.RaisesExc[GuidanceRefused]:
    return pytest.raises(GuidanceRefused, match=reason)


class TestTheMoment:
    def test_what_is_approved_for_a_moment_is_published_then_and_not_before(self, world: World) -> None:
        before, draft = live_words(world), scheduled(world)
        ticks(world, MOMENT - dt.timedelta(seconds=1))
        assert (live_words(world), state_of(world, draft)) == (before, ("scheduled", None))
        ticks(world)
        assert (live_words(world), state_of(world, draft)) == ("Lời mới.", ("published", None))
        with world.store.reading() as session:
            version = versions.newest(session, ENTRY)
            assert version is not None
            assert (version.published_at, version.published_by) == (MOMENT, "officer:mai")
            assert [step.kind for step in the(session, draft).steps][-3:] == ["submitted", "scheduled", "published"]
            assert the(session, draft).steps[-1].officer is None
            acts = session.scalars(select(AuditEntry).where(AuditEntry.subject == ENTRY).order_by(AuditEntry.id))
            told = [(entry.actor, entry.act) for entry in acts if "draft" in entry.act]
            assert told[-2:] == [("officer:mai", "guidance.draft_scheduled"), ("clock", "guidance.draft_published")]

    def test_a_moment_that_passed_before_the_approval_publishes_at_once(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            plans(world, session, draft)
            submits(world, session, draft)
            world.clock.set(MOMENT)
            approves(world, session, draft)
            assert draft.state == DraftState.PUBLISHED

    def test_an_approver_moves_it_and_without_a_moment_it_is_published_now(self, world: World) -> None:
        draft = scheduled(world)
        with world.store.writing() as session:
            plans(world, session, the(session, draft), MOMENT + dt.timedelta(days=1), by="son")
        ticks(world)
        assert state_of(world, draft) == ("scheduled", None)
        with world.store.writing() as session:
            plans(world, session, the(session, draft), None, by="mai")
        ticks(world)
        assert state_of(world, draft) == ("published", None)

    def test_its_author_takes_it_back_and_an_approver_returns_it(self, world: World) -> None:
        draft, other = scheduled(world), scheduled(world, "channels")
        with world.store.writing() as session:
            drafts.take_back(session, the(session, draft), named(session, "hoa"), NOON)
            drafts.return_to_author(session, the(session, other), named(session, "mai"), "Chưa đúng ngày.", NOON)
        ticks(world)
        assert (state_of(world, draft), state_of(world, other)) == (("draft", None), ("returned", None))

    @pytest.mark.parametrize(("who", "reason"), [("hoa", "own_draft"), ("quang", "only_department")])
    def test_nobody_else_moves_what_waits(self, world: World, who: str, reason: str) -> None:
        draft = scheduled(world)
        with world.store.writing() as session, is_refused(reason):
            plans(world, session, the(session, draft), MOMENT + dt.timedelta(days=1), by=who)

    def test_a_moment_that_has_passed_or_is_none_is_refused(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session)
            with is_refused("moment_passed"):
                plans(world, session, draft, NOON)
        for typed in ("mai", "2026-13-01 00:00"):
            with is_refused("no_moment"):
                schedule.moment_in(typed)
        assert schedule.moment_in("2026-12-01T00:00") == schedule.moment_in("2026-12-01 00:00") == MOMENT
        assert schedule.moment_in(" ") is None

    def test_the_entry_keeps_its_one_open_draft_while_it_waits(self, world: World) -> None:
        scheduled(world)
        with world.store.writing() as session, pytest.raises(draft_opening.HasDraft):
            draft_opening.open_edit(session, ENTRY, named(session, "mai"), NOON)


class TestTheClock:
    def test_two_clocks_publish_once(self, world: World) -> None:
        draft = scheduled(world)
        world.clock.set(MOMENT)
        with world.store.reading() as session:
            ((known, revision),) = due.due(world.desk, session)
        assert known == draft
        due.publish(world.desk, draft, revision)
        due.publish(world.desk, draft, revision)
        with world.store.reading() as session:
            assert len(versions.all_of(session, ENTRY)) == 2

    def test_a_draft_that_was_moved_meanwhile_is_left_alone(self, world: World) -> None:
        draft = scheduled(world)
        world.clock.set(MOMENT)
        with world.store.reading() as session:
            ((_, revision),) = due.due(world.desk, session)
        with world.store.writing() as session:
            plans(world, session, the(session, draft), MOMENT + dt.timedelta(days=1), by="mai")
        due.publish(world.desk, draft, revision)
        assert state_of(world, draft) == ("scheduled", None)

    @pytest.mark.parametrize("how", ["published", "ended"])
    def test_what_changed_meanwhile_keeps_it_from_being_published(self, world: World, how: str) -> None:
        draft = scheduled(world)
        with world.store.writing() as session:
            live = versions.newest(session, ENTRY)
            assert live is not None
            if how == "published":
                guidance.publish(session, live.record, origin="curator", by="officer:mai", at=NOON)
            else:
                day = dt.date(2027, 2, 28)
                guidance.withdraw(session, ENTRY, by="operator", reason="Hết.", at=NOON, last_day=day)
        before = live_words(world)
        ticks(world)
        assert (live_words(world), state_of(world, draft)) == (before, ("returned", "out_of_date"))

    def test_what_is_no_longer_whole_is_returned(self, world: World) -> None:
        draft = scheduled(world)
        with world.store.writing() as session:
            the(session, draft).content = {**the(session, draft).content, "legal_basis": []}
        ticks(world)
        assert state_of(world, draft) == ("returned", "incomplete")

    def test_golden_questions_are_tried_again_and_what_they_show_counts(self, world: World) -> None:
        draft = scheduled(world)
        with world.store.writing() as session:
            golden.add(session, ENTRY, named(session, "hoa"), "vi", "hồ sơ nhập gồm gì", at=NOON)
        world.search.finds(ENTRY, about="hồ sơ nhập")
        world.search.would_find("channels", about="hồ sơ nhập")
        ticks(world)
        assert state_of(world, draft) == ("returned", "stopped")
        with world.store.reading() as session:
            gate = the(session, draft).gate
            assert gate is not None
            assert [change["question"] for change in gate["changes"]] == ["hồ sơ nhập gồm gì"]

    def test_a_search_that_is_down_is_waited_for_and_not_for_ever(self, world: World) -> None:
        draft = scheduled(world)
        world.search.fails = True
        ticks(world)
        assert state_of(world, draft) == ("scheduled", None)
        world.search.fails = False
        ticks(world, MOMENT + dt.timedelta(minutes=5))
        assert state_of(world, draft) == ("published", None)
        other = scheduled_later(world)
        world.search.fails = True
        ticks(world, MOMENT + dt.timedelta(days=1, minutes=10))
        assert state_of(world, other) == ("returned", "not_run")

    def test_both_people_are_told_in_their_chats_and_in_the_console(self, world: World, hoa_chats: Chatter) -> None:
        draft = scheduled(world)
        with world.store.writing() as session:
            the(session, draft).content = {**the(session, draft).content, "legal_basis": []}
        ticks(world)
        (said,) = [said for said in hoa_chats.read() if "Tiêu đề dossier_import" in said.text]
        assert "00:00 ngày 1/12/2026" in said.text
        assert world.text("lifecycle.missed.incomplete") in said.text
        with world.store.reading() as session:
            for who, number in (("hoa", 1), ("mai", 1), ("son", 0)):
                assert len(schedule.missed(session, named(session, who))) == number, who

    def test_what_was_missed_is_forgotten_when_it_is_submitted_again(self, world: World) -> None:
        draft = scheduled(world)
        with world.store.writing() as session:
            whole = the(session, draft).content
            the(session, draft).content = {**whole, "legal_basis": []}
        ticks(world)
        with world.store.writing() as session:
            writes(world, session, the(session, draft), whole)
            submits(world, session, the(session, draft))
        assert state_of(world, draft) == ("in_review", None)


def scheduled_later(world: World) -> int:
    with world.store.writing() as session:
        draft = edited(world, session, "channels", answer=other_words())
        plans(world, session, draft, MOMENT + dt.timedelta(days=1))
        submits(world, session, draft)
        approves(world, session, draft)
        return draft.id


@pytest.fixture
def hoa_chats(world: World) -> Chatter:
    from desk.people import telegram_link

    with world.store.writing() as session:
        code = telegram_link.make_link_code(session, named(session, "hoa"), by="operator", at=world.clock.now())
    chatter = world.chatter("777")
    chatter.commands("start", code)
    return chatter


class TestDays:
    def test_a_change_from_a_day_on_leaves_the_days_before_to_the_old_text(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words(), in_force={"from": "2027-03-01"})
            submits(world, session, draft)
            approves(world, session, draft)
            told = [versions.in_force(session, ENTRY, day) for day in (dt.date(2027, 2, 28), dt.date(2027, 3, 1))]
            assert [version.number for version in told if version is not None] == [1, 2]

    def test_a_correction_leaves_the_wrong_text_no_day(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words(), in_force={"from": "2016-01-01"})
            at = world.clock.now()
            hoa, content, revision = named(session, "hoa"), draft.content, draft.revision
            drafts.save(session, draft, hoa, content, reason="Sai.", revision=revision, at=at, corrects=True)
            submits(world, session, draft)
            approves(world, session, draft)
            new, old = (session.get_one(GuidanceVersion, (ENTRY, number)) for number in (2, 1))
            assert (new.corrects, old.withdrawn_at is not None) == (1, True)
            assert versions.in_force(session, ENTRY, dt.date(2015, 6, 1)) is None

    def test_an_entry_is_retired_with_a_last_day_and_at_a_moment(self, world: World) -> None:
        last = dt.date(2026, 12, 31)
        with world.store.writing() as session:
            hoa = named(session, "hoa")
            draft = draft_opening.propose_retirement(session, ENTRY, hoa, "Hết hiệu lực.", NOON, last_day=last)
            plans(world, session, draft, by="mai")
            approves(world, session, draft)
            assert draft.state == DraftState.SCHEDULED
        ticks(world)
        with world.store.reading() as session:
            assert versions.in_force(session, ENTRY, last) is not None
            assert versions.in_force(session, ENTRY, last + dt.timedelta(days=1)) is None

    def test_a_last_day_before_the_first_is_refused(self, world: World) -> None:
        with world.store.writing() as session, is_refused("ends_before_it_begins"):
            last = dt.date(2014, 12, 31)
            draft_opening.propose_retirement(session, ENTRY, named(session, "hoa"), "Sai.", NOON, last_day=last)

    def test_entries_that_end_within_thirty_days_are_listed(self, world: World) -> None:
        def ending(day: dt.date) -> list[str]:
            with world.store.reading() as session:
                page = listing.listed(session, None, listing.Wanted(state="ending"), day, limit=10)
                return [row.entry.id for row in page.rows]

        with world.store.writing() as session:
            last = dt.date(2027, 2, 28)
            guidance.withdraw(session, "channels", by="operator", reason="Hết.", at=NOON, last_day=last)
        assert ending(dt.date(2027, 1, 28)) == []
        assert ending(dt.date(2027, 1, 29)) == ["channels"]
        assert ending(dt.date(2027, 3, 1)) == []

    def test_every_step_of_a_draft_has_its_words(self, world: World) -> None:
        for kind in StepKind:
            assert world.desk.texts.has(f"page.guidance.step_{kind.value}"), kind
