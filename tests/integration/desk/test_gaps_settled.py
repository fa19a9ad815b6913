"""What curators do about a gap, who may, and when what was settled opens again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.gaps import listing, reopening, service, standing
from desk.gaps.model import GapGroup, GapQuestion, GapState, Kind
from desk.guidance import service as guidance
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts.opening import HasDraft
from desk.guidance.model import GuidanceDraft
from desk.guidance.permissions import GuidanceRefused
from tests.curator_fixtures import a_new_record, add_curators, approves, edited, named, other_words, submits, writes
from tests.desk_fixtures import NO_IDEA, World
from tests.gap_fixtures import DRONE, SEAL, SEAL_AGAIN, SEAL_ENGLISH, alike, asks, group_all, groups


@pytest.fixture(autouse=True)
def _curators(world: World) -> None:
    with world.store.writing() as session:
        add_curators(session)
    alike(world)
    world.search.finds("channels", confidence=NO_IDEA)


@pytest.fixture
def group(world: World) -> int:
    """The group of two questions about seals."""
    asks(world, SEAL)
    asks(world, SEAL_ENGLISH)
    group_all(world.desk)
    return groups(world)[0].id


def the(session: Session, group: int) -> GapGroup:
    found = service.by_id(session, group, to_change=True)
    assert found is not None
    return found


def state(world: World, group: int) -> str:
    with world.store.reading() as session:
        return the(session, group).state


def refused(reason: str) -> Any:
    return pytest.raises(GuidanceRefused, match=f"gaps.refused.{reason}")


def drafted(world: World, group: int) -> int:
    with world.store.writing() as session:
        return service.draft(world.desk, session, the(session, group), named(session, "hoa"), "vi").id


def dismissed(world: World, group: int, reason: str = "not_customs", **more: str) -> None:
    with world.store.writing() as session:
        service.dismiss(world.desk, session, the(session, group), named(session, "hoa"), reason, **more)


def published(world: World, draft_id: int, entry: str = "seal_broken") -> None:
    """The draft is finished, approved by another, and the desk follows."""
    with world.store.writing() as session:
        draft = session.get_one(GuidanceDraft, draft_id)
        writes(world, session, draft, a_new_record(entry))
        submits(world, session, draft)
        approves(world, session, draft)
    group_all(world.desk)


class TestDraft:
    def test_a_new_draft_has_the_questions_as_ways_to_ask_and_is_linked(self, world: World, group: int) -> None:
        draft_id = drafted(world, group)
        with world.store.reading() as session:
            draft = session.get_one(GuidanceDraft, draft_id)
            assert draft.content["questions"] == {"vi": [SEAL], "en": [SEAL_ENGLISH]}
            assert (the(session, group).state, the(session, group).draft_id) == ("drafted", draft_id)
            act = session.scalars(select(AuditEntry).where(AuditEntry.act == "gap.drafted")).one()
            assert (act.actor, act.detail) == ("officer:hoa", {"draft": draft_id})

    def test_it_closes_when_the_draft_is_published(self, world: World, group: int) -> None:
        published(world, drafted(world, group))
        with world.store.reading() as session:
            assert (the(session, group).state, the(session, group).settled_entry) == ("published", "seal_broken")

    def test_it_opens_again_when_the_draft_is_given_up(self, world: World, group: int) -> None:
        draft_id = drafted(world, group)
        with world.store.writing() as session:
            hoa = named(session, "hoa")
            drafts.discard(session, session.get_one(GuidanceDraft, draft_id), hoa, "Thôi.", world.clock.now())
        group_all(world.desk)
        assert state(world, group) == "open"

    def test_it_opens_again_when_its_entry_is_withdrawn(self, world: World, group: int) -> None:
        published(world, drafted(world, group))
        with world.store.writing() as session:
            guidance.withdraw(session, "seal_broken", by="officer:hoa", reason="Sai.", at=world.clock.now())
        group_all(world.desk)
        assert state(world, group) == "open"

    def test_it_opens_again_when_people_still_ask_in_vain(self, world: World, group: int) -> None:
        published(world, drafted(world, group))
        for expected in ("published", "open"):
            world.clock.advance(hours=1)
            asks(world, SEAL_AGAIN)
            group_all(world.desk)
            assert state(world, group) == expected

    def test_what_was_asked_before_the_publication_does_not_open_it(self, world: World, group: int) -> None:
        draft_id = drafted(world, group)
        for _ in range(reopening.STILL_ASKED + 1):
            asks(world, SEAL_AGAIN)
        world.clock.advance(hours=1)
        published(world, draft_id)
        assert state(world, group) == "published"

    def test_a_group_in_draft_is_not_drafted_again(self, world: World, group: int) -> None:
        drafted(world, group)
        with refused("in_draft"):
            drafted(world, group)


class TestVariant:
    def adds(self, world: World, group: int, by: str = "hoa", entry: str = "channels") -> int:
        with world.store.writing() as session:
            chosen = list(session.scalars(select(GapQuestion.enquiry_id).where(GapQuestion.group_id == group)))
            return service.variant(world.desk, session, the(session, group), named(session, by), entry, chosen, "vi").id

    def test_the_chosen_questions_join_the_ways_to_ask_each_once(self, world: World, group: int) -> None:
        draft_id = self.adds(world, group)
        with world.store.reading() as session:
            questions = session.get_one(GuidanceDraft, draft_id).content["questions"]
            assert questions["vi"] == [*(f"hỏi {n}" for n in range(6)), SEAL]
            assert questions["en"][-1] == SEAL_ENGLISH
            assert the(session, group).state == "variant"

    def test_they_join_the_draft_that_the_officer_is_writing(self, world: World, group: int) -> None:
        with world.store.writing() as session:
            before = edited(world, session, "channels", answer=other_words()).id
        assert self.adds(world, group) == before

    def test_another_s_draft_is_left_alone(self, world: World, group: int) -> None:
        with world.store.writing() as session:
            draft_opening.open_edit(session, "channels", named(session, "mai"), world.clock.now())
        with pytest.raises(HasDraft):
            self.adds(world, group)
        assert state(world, group) == "open"

    def test_an_entry_and_a_question_must_be_there(self, world: World, group: int) -> None:
        with refused("no_entry"):
            self.adds(world, group, entry="nowhere")
        with world.store.writing() as session, refused("none_chosen"):
            service.variant(world.desk, session, the(session, group), named(session, "hoa"), "channels", ["x"], "vi")


class TestDismissed:
    @pytest.mark.parametrize(("reason", "more"), [("not_customs", 5), ("single_case", 2)])
    def test_it_stays_so_until_enough_ask_again(self, world: World, group: int, reason: str, more: int) -> None:
        dismissed(world, group, reason)
        for number in range(1, more + 1):
            world.clock.advance(hours=1)
            asks(world, SEAL_AGAIN)
            group_all(world.desk)
            assert state(world, group) == ("dismissed" if number < more else "open")
        with world.store.reading() as session:
            assert the(session, group).steps[-1].detail["why"] == "asked_more"

    def test_of_a_large_group_half_as_many_are_needed(self) -> None:
        assert reopening.enough(GapGroup(reason="not_customs", asked_when_settled=40)) == 20

    def test_answered_elsewhere_holds_as_long_as_that_entry_does(self, world: World, group: int) -> None:
        dismissed(world, group, "answered_elsewhere", entry="channels")
        group_all(world.desk)
        assert state(world, group) == "dismissed"
        with world.store.writing() as session:
            guidance.withdraw(session, "channels", by="officer:hoa", reason="Sai.", at=world.clock.now())
        group_all(world.desk)
        assert state(world, group) == "open"

    @pytest.mark.parametrize(
        ("reason", "more", "why"),
        [
            ("other", {}, "words_missing"),
            ("wrong", {}, "words_missing"),
            ("because", {}, "no_reason"),
            ("answered_elsewhere", {"entry": "nowhere"}, "no_entry"),
        ],
    )
    def test_it_wants_a_reason(self, world: World, group: int, reason: str, more: dict[str, str], why: str) -> None:
        with refused(why):
            dismissed(world, group, reason, **more)

    def test_a_curator_opens_it_again_with_a_reason(self, world: World, group: int) -> None:
        dismissed(world, group)
        with world.store.writing() as session, refused("words_missing"):
            service.reopen(world.desk, session, the(session, group), named(session, "hoa"), " ")
        with world.store.writing() as session:
            service.reopen(world.desk, session, the(session, group), named(session, "mai"), "Có quy định mới.")
        assert state(world, group) == "open"


def test_merging_and_taking_out_are_acts_with_a_trace(world: World, group: int) -> None:
    drone = asks(world, DRONE)
    group_all(world.desk)
    other = groups(world)[1].id
    with world.store.writing() as session:
        service.merge(world.desk, session, the(session, other), the(session, group), named(session, "hoa"))
        assert (the(session, group).asked, the(session, other).state) == (3, "merged")
    asks(world, DRONE)
    world.search.finds_alike(DRONE)
    group_all(world.desk)
    assert groups(world)[0].asked == 4
    with world.store.writing() as session:
        taken = service.take_out(world.desk, session, the(session, group), named(session, "hoa"), [drone])
        assert (taken.asked, the(session, group).asked) == (1, 3)
        kinds = [step.kind for step in the(session, group).steps]
        assert kinds == ["begun", "took_in", "taken_out"]
        with refused("all_chosen"):
            service.take_out(world.desk, session, taken, named(session, "hoa"), [drone])


@pytest.mark.parametrize("who", ["minh", "son"])
def test_whoever_writes_no_guidance_settles_no_gap(world: World, group: int, who: str) -> None:
    with world.store.writing() as session:
        found, officer = the(session, group), named(session, who)
        for act in (
            lambda: service.draft(world.desk, session, found, officer, "vi"),
            lambda: service.variant(world.desk, session, found, officer, "channels", [], "vi"),
            lambda: service.dismiss(world.desk, session, found, officer, "not_customs"),
            lambda: service.reopen(world.desk, session, found, officer, "x"),
            lambda: service.merge(world.desk, session, found, found, officer),
            lambda: service.take_out(world.desk, session, found, officer, []),
        ):
            with pytest.raises(GuidanceRefused, match=r"drafting\.refused\.not_a_curator"):
                act()


def test_the_owner_is_who_wrote_the_nearest_guidance_last_else_the_unit_of_the_topic(world: World, group: int) -> None:
    with world.store.writing() as session:
        found = the(session, group)
        found.entry, found.topic = "fee_rates", "tax"
        owner = standing.owner(world.desk, session, found, "vi")
        assert owner.officer is None
        draft = edited(world, session, "fee_rates", answer=other_words())
        submits(world, session, draft)
        approves(world, session, draft)
        assert standing.owner(world.desk, session, found, "vi").officer == "Hoa"
        named(session, "hoa").active = False
        assert standing.owner(world.desk, session, found, "vi").officer == "Mai"


def test_lists_have_the_most_asked_first_and_what_is_out_of_scope_apart(world: World, group: int) -> None:
    asks(world, DRONE)
    group_all(world.desk)
    with world.store.writing() as session:
        first = listing.listed(session, listing.Wanted(), limit=1)
        assert [one.id for one in first.rows] == [group]
        assert first.after is not None
        second = listing.listed(session, listing.Wanted(), limit=1, after=first.after)
        found = second.rows[0]
        found.out_of_scope, found.not_covered = 1, 0
        session.flush()
        assert listing.counted(session, listing.Wanted()) == (1, 2)
        assert listing.counted(session, listing.Wanted(kind=Kind.OUT_OF_SCOPE)) == (1, 1)
        assert listing.counted(session, listing.Wanted(view="dismissed")) == (0, 0)
        assert listing.counted(session, listing.Wanted(topic="tax")) == (0, 0)
        assert {one.state for one in groups(world)} == {GapState.OPEN}
