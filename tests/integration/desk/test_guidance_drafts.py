"""Drafts of guidance: four eyes, one open draft an entry, what is live stays live, and nothing incomplete goes on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.guidance import reviews, versions
from desk.guidance import service as guidance
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.model import GuidanceDraft, GuidanceEntry, GuidanceReview
from desk.guidance.permissions import GuidanceRefused
from desk.subscriptions.model import Broadcast
from tests.curator_fixtures import (
    a_new_record,
    add_curators,
    approves,
    edited,
    named,
    other_words,
    submits,
    writes,
)
from tests.desk_fixtures import NOON, World, a_record, shipped_records

ENTRY = "dossier_import"


@pytest.fixture(autouse=True)
def _curators(world: World) -> None:
    with world.store.writing() as session:
        add_curators(session)


def live_words(session: Session, entry: str = ENTRY) -> str | None:
    version = versions.in_force(session, entry, NOON.date())
    return version.record.answer.vi if version is not None else None


def refused(reason: str) -> Any:
    return pytest.raises(GuidanceRefused, match=f"drafting.refused.{reason}")


class TestFourEyes:
    def test_a_draft_goes_live_when_another_approves_it_and_not_before(self, world: World) -> None:
        with world.store.writing() as session:
            before = live_words(session)
            draft = edited(world, session, answer=other_words())
            assert live_words(session) == before
            submits(world, session, draft)
            assert live_words(session) == before
            approves(world, session, draft)
            assert live_words(session) == "Lời mới."
            assert (draft.state, draft.published_version, draft.reviewer_id) == (
                *("published", 2),
                named(session, "mai").id,
            )

    @pytest.mark.parametrize(("who", "reason"), [("hoa", "own_draft"), ("minh", "only_department")])
    def test_neither_the_author_nor_somebody_without_the_role_approves(
        self, world: World, who: str, reason: str
    ) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            submits(world, session, draft)
            with refused(reason):
                approves(world, session, draft, by=who)
            with refused(reason):
                drafts.return_to_author(session, draft, named(session, who), "Sửa lại.", NOON)

    def test_a_curator_of_a_region_proposes_and_does_not_approve(self, world: World) -> None:
        with world.store.writing() as session:
            draft = draft_opening.open_edit(session, ENTRY, named(session, "quang"), NOON)
            writes(world, session, draft, {**draft.content, "answer": other_words()}, by="quang")
            submits(world, session, draft, by="quang")
            approves(world, session, draft, by="hoa")
            another = edited(world, session, "channels", answer=other_words())
            submits(world, session, another)
            with refused("only_department"):
                approves(world, session, another, by="quang")

    def test_the_head_of_the_department_approves_and_does_not_write(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            submits(world, session, draft)
            approves(world, session, draft, by="son")
            with refused("not_a_curator"):
                draft_opening.open_edit(session, "channels", named(session, "son"), NOON)

    def test_whoever_wrote_last_does_not_approve_even_when_another_took_it_over(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            drafts.take_over(session, draft, named(session, "mai"), NOON)
            submits(world, session, draft, by="mai")
            for who in ("hoa", "mai"):
                with refused("own_draft"):
                    approves(world, session, draft, by=who)
            approves(world, session, draft, by="son")

    def test_the_database_refuses_what_one_person_published_alone(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            draft.state, draft.reviewer = "published", named(session, "hoa")
            with pytest.raises(IntegrityError):
                session.flush()
            session.rollback()

    def test_what_is_approved_is_what_was_read(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            submits(world, session, draft)
            seen = draft.revision
            drafts.take_back(session, draft, named(session, "hoa"), NOON)
            writes(world, session, draft, {**draft.content, "answer": other_words("Lời khác.", "Other words.")})
            submits(world, session, draft)
            with refused("changed_meanwhile"):
                mai = named(session, "mai")
                drafts.approve(session, draft, mai, world.desk.rules.instruments, revision=seen, at=NOON)


class TestOneDraftAnEntry:
    def test_a_second_curator_is_told_whose_it_is_and_can_take_it_over(self, world: World) -> None:
        with world.store.writing() as session:
            draft, mai = edited(world, session, answer=other_words()), named(session, "mai")
            with pytest.raises(draft_opening.HasDraft) as told:
                draft_opening.open_edit(session, ENTRY, mai, NOON)
            assert (told.value.draft_id, told.value.values) == (draft.id, {"name": "Hoa"})
            drafts.take_over(session, draft, mai, NOON)
            writes(world, session, draft, {**draft.content, "answer": other_words("Mai viết.", "Mai's.")}, by="mai")
            with refused("held_by_another"):
                writes(world, session, draft, dict(draft.content), by="hoa")
            assert [step.kind for step in draft.steps] == ["opened", "saved", "taken_over", "saved"]

    def test_two_new_entries_cannot_have_one_name(self, world: World) -> None:
        with world.store.writing() as session:
            hoa, mai = named(session, "hoa"), named(session, "mai")
            first, second = (draft_opening.open_new(session, who, NOON) for who in (hoa, mai))
            writes(world, session, first, {"id": "brand_new"})
            with pytest.raises(draft_opening.HasDraft):
                writes(world, session, second, {"id": "brand_new"}, by="mai")

    def test_a_settled_draft_makes_room_for_the_next(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            drafts.discard(session, draft, named(session, "hoa"), "Không cần nữa.", NOON)
            assert edited(world, session, answer=other_words()).id != draft.id
            with refused("settled"):
                drafts.take_over(session, draft, named(session, "mai"), NOON)

    def test_a_save_from_a_second_window_is_refused(self, world: World) -> None:
        with world.store.writing() as session:
            draft, hoa = edited(world, session, answer=other_words()), named(session, "hoa")
            seen = draft.revision
            writes(world, session, draft, {**draft.content, "answer": other_words("Hai.", "Two.")})
            with refused("changed_meanwhile"):
                drafts.save(session, draft, hoa, dict(draft.content, title={}), reason="", revision=seen, at=NOON)

    def test_saving_the_same_again_leaves_no_trace(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            revision = draft.revision
            writes(world, session, draft, dict(draft.content))
            assert (draft.revision, len(draft.steps)) == (revision, 2)


class TestWhatIsSubmitted:
    def test_what_is_incomplete_is_saved_and_not_submitted(self, world: World) -> None:
        with world.store.writing() as session:
            draft = draft_opening.open_new(session, named(session, "hoa"), NOON)
            writes(world, session, draft, {"id": "brand_new", "title": {"vi": "Mới", "en": ""}})
            with pytest.raises(draft_standing.Incomplete) as told:
                submits(world, session, draft)
            found = {problem.path: problem.text for problem in told.value.problems}
            assert found["title-en"] == "drafting.problem.missing"
            assert found["fee"] == "drafting.problem.part_missing"
            assert draft.state == "draft"

    def test_a_new_entry_is_published_under_the_name_it_was_given(self, world: World) -> None:
        with world.store.writing() as session:
            draft = draft_opening.open_new(session, named(session, "hoa"), NOON)
            writes(world, session, draft, a_new_record())
            submits(world, session, draft)
            approves(world, session, draft)
            assert live_words(session, "brand_new") == "Nguyên văn brand_new: nộp ở chi cục."
            assert guidance.is_confirmed(session, "brand_new")

    def test_a_new_entry_cannot_take_anothers_name(self, world: World) -> None:
        with world.store.writing() as session:
            draft = draft_opening.open_new(session, named(session, "hoa"), NOON)
            writes(world, session, draft, a_new_record("channels"))
            with pytest.raises(draft_standing.Incomplete) as told:
                submits(world, session, draft)
            assert [(problem.path, problem.text) for problem in told.value.problems] == [
                ("id", "drafting.refused.id_taken")
            ]

    def test_a_returned_draft_says_why_and_is_submitted_again(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            submits(world, session, draft)
            with refused("words_missing"):
                drafts.return_to_author(session, draft, named(session, "mai"), "  ", NOON)
            drafts.return_to_author(session, draft, named(session, "mai"), "Thiếu căn cứ.", NOON)
            assert (draft.state, draft.steps[-1].words) == ("returned", "Thiếu căn cứ.")
            submits(world, session, draft)
            approves(world, session, draft)

    def test_what_waits_for_review_is_not_written_in(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            submits(world, session, draft)
            with refused("in_review"):
                writes(world, session, draft, {**draft.content, "answer": other_words("Hai.", "Two.")})

    def test_publishing_notes_the_news_and_audits_every_step(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            submits(world, session, draft)
            approves(world, session, draft)
            acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject == ENTRY)).all()
            assert [act for act in acts if "draft" in act] == [
                *("guidance.draft_opened", "guidance.draft_saved", "guidance.draft_submitted"),
                "guidance.draft_published",
            ]
            assert session.scalars(select(Broadcast.key)).all() == [f"guidance:{ENTRY}:2"]


class TestWhatWasPublishedMeanwhile:
    def edit_meanwhile(self, session: Session, **changes: Any) -> None:
        record = a_record(ENTRY, related=["channels", "old_rule"], **changes)
        guidance.publish(session, record, origin=guidance.CURATOR, by="officer:mai", at=NOON)

    def test_a_draft_over_an_older_text_is_not_submitted_before_it_is_brought_up_to_date(self, world: World) -> None:
        with world.store.writing() as session:
            draft, hoa = edited(world, session, answer=other_words()), named(session, "hoa")
            self.edit_meanwhile(session, title={"vi": "Tiêu đề khác", "en": "Another title"})
            with refused("out_of_date"):
                submits(world, session, draft)
            drafts.bring_up_to_date(session, draft, hoa, [], revision=draft.revision, at=NOON)
            submits(world, session, draft)
            approves(world, session, draft)
            version = versions.in_force(session, ENTRY, NOON.date())
            assert version is not None
            assert (version.record.title.vi, version.record.answer.vi) == ("Tiêu đề khác", "Lời mới.")

    def test_nor_is_it_approved(self, world: World) -> None:
        with world.store.writing() as session:
            draft = edited(world, session, answer=other_words())
            submits(world, session, draft)
            self.edit_meanwhile(session)
            with refused("out_of_date"):
                approves(world, session, draft)

    @pytest.mark.parametrize(("theirs", "words"), [([], "Lời mới."), (["answer-vi"], "Lời của Mai.")])
    def test_where_both_changed_the_author_chooses(self, world: World, theirs: list[str], words: str) -> None:
        with world.store.writing() as session:
            draft, hoa = edited(world, session, answer=other_words()), named(session, "hoa")
            self.edit_meanwhile(session, answer={"vi": "Lời của Mai.", "en": "Verbatim, by Mai."})
            assert draft_standing.merged(session, draft).conflicts == ["answer-vi", "answer-en"]
            drafts.bring_up_to_date(session, draft, hoa, theirs, revision=draft.revision, at=NOON)
            assert draft.content["answer"] == {"vi": words, "en": "New words."}
            assert not draft_standing.is_out_of_date(session, draft)

    def test_a_text_that_was_withdrawn_meanwhile_does_not_come_back_unnoticed(self, world: World) -> None:
        with world.store.writing() as session:
            draft, hoa = edited(world, session, answer=other_words()), named(session, "hoa")
            guidance.withdraw(session, ENTRY, by="officer:mai", reason="Sai", at=NOON)
            with refused("out_of_date"):
                submits(world, session, draft)
            drafts.bring_up_to_date(session, draft, hoa, [], revision=draft.revision, at=NOON)
            submits(world, session, draft)


class TestRetiring:
    def test_a_retirement_is_proposed_with_a_reason_and_approved_by_another(self, world: World) -> None:
        with world.store.writing() as session:
            hoa = named(session, "hoa")
            with refused("words_missing"):
                draft_opening.propose_retirement(session, ENTRY, hoa, " ", NOON)
            draft = draft_opening.propose_retirement(session, ENTRY, hoa, "Bị thay thế.", NOON)
            assert live_words(session) is not None
            with refused("own_draft"):
                approves(world, session, draft, by="hoa")
            approves(world, session, draft)
            assert live_words(session) is None
            withdrawn = select(AuditEntry.detail).where(AuditEntry.act == "guidance.withdrawn")
            assert session.scalars(withdrawn).all() == [{"reason": "Bị thay thế."}]

    def test_what_is_not_in_service_is_not_retired(self, world: World) -> None:
        with world.store.writing() as session:
            guidance.withdraw(session, ENTRY, by="officer:mai", reason="Sai", at=NOON)
            with refused("not_live"):
                draft_opening.propose_retirement(session, ENTRY, named(session, "hoa"), "Bị thay thế.", NOON)


class TestShippedChanges:
    def review(self, session: Session, *, removed: bool = False) -> GuidanceReview:
        mine = a_record(ENTRY, answer=other_words("Lời của Hoa.", "Hoa's words."))
        guidance.publish(session, mine, origin=guidance.CURATOR, by="officer:hoa", at=NOON)
        shipped = [a_record(ENTRY, answer=other_words("Lời phát hành.", "Shipped words."))]
        guidance.load_shipped(session, [*([] if removed else shipped), *shipped_records()[1:]], at=NOON)
        return session.scalars(select(GuidanceReview)).one()

    def test_theirs_taken_unchanged_follows_what_ships_again(self, world: World) -> None:
        with world.store.writing() as session:
            review, hoa = self.review(session), named(session, "hoa")
            draft = draft_opening.open_shipped_change(session, review, hoa, NOON)
            assert review.done_at is None
            submits(world, session, draft)
            approves(world, session, draft)
            assert (live_words(session), review.done_at) == ("Lời phát hành.", NOON)
            assert guidance.is_confirmed(session, ENTRY)
            later = a_record(ENTRY, answer=other_words("Lời mới phát hành.", "Newly shipped."))
            assert guidance.load_shipped(session, [later, *shipped_records()[1:]], at=NOON).changed == [ENTRY]

    def test_theirs_taken_with_changes_is_this_authoritys_own(self, world: World) -> None:
        with world.store.writing() as session:
            review, hoa = self.review(session), named(session, "hoa")
            draft = reviews.take_theirs(session, review, hoa, "", NOON)
            writes(world, session, draft, {**draft.content, "answer": other_words("Lời chung.", "Common words.")})
            submits(world, session, draft)
            approves(world, session, draft)
            later = a_record(ENTRY, answer=other_words("Lời mới phát hành.", "Newly shipped."))
            assert guidance.load_shipped(session, [later, *shipped_records()[1:]], at=NOON).for_review == [ENTRY]

    def test_a_discarded_draft_leaves_the_review_waiting(self, world: World) -> None:
        with world.store.writing() as session:
            review, hoa = self.review(session), named(session, "hoa")
            draft = draft_opening.open_shipped_change(session, review, hoa, NOON)
            drafts.discard(session, draft, hoa, "Để sau.", NOON)
            assert reviews.waiting_count(session) == 1

    def test_ours_is_kept_and_the_review_is_settled_once(self, world: World) -> None:
        with world.store.writing() as session:
            review, hoa = self.review(session), named(session, "hoa")
            with refused("words_missing"):
                reviews.settle(session, review, hoa, "closed", " ", NOON)
            with refused("only_department"):
                reviews.settle(session, review, named(session, "quang"), "kept", "", NOON)
            reviews.settle(session, review, hoa, "kept", "", NOON)
            assert (live_words(session), reviews.waiting_count(session)) == ("Lời của Hoa.", 0)
            with refused("review_settled"):
                draft_opening.open_shipped_change(session, review, hoa, NOON)

    def test_a_removed_entry_is_proposed_for_retirement(self, world: World) -> None:
        with world.store.writing() as session:
            review = self.review(session, removed=True)
            draft = reviews.take_theirs(session, review, named(session, "hoa"), "Không còn phát hành.", NOON)
            approves(world, session, draft)
            assert (live_words(session), review.done_at) == (None, NOON)


def test_a_withdrawn_text_is_never_served_while_drafts_come_and_go(world: World) -> None:
    with world.store.writing() as session:
        guidance.withdraw(session, ENTRY, by="officer:mai", reason="Sai", at=NOON)
        draft = edited(world, session, answer=other_words())
        submits(world, session, draft)
        assert live_words(session) is None
        assert ENTRY not in {entry.entry for entry in guidance.corpus(session).entries}


def test_the_words_by_which_an_entry_is_found_follow_its_newest_text(world: World) -> None:
    with world.store.writing() as session:
        draft = edited(world, session, answer=other_words("Đường sắt liên vận.", "By rail."))
        submits(world, session, draft)
        approves(world, session, draft)
        assert "duong sat lien van" in session.get_one(GuidanceEntry, ENTRY).searched


def test_a_draft_remembers_when_it_was_last_written(world: World) -> None:
    with world.store.writing() as session:
        draft = edited(world, session, answer=other_words())
        later = world.clock.advance(hours=2)
        writes(world, session, draft, {**draft.content, "answer": other_words("Hai.", "Two.")})
        assert session.get_one(GuidanceDraft, draft.id).edited_at == later == NOON + dt.timedelta(hours=2)
