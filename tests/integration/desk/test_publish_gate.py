"""The publish gate: golden questions are tried before a change is published; who loses one all the same is named."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.guidance import service as guidance
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.gate import golden, passing
from desk.guidance.gate import service as gates
from desk.guidance.gate.passing import Override
from desk.guidance.gate.verdict import Finding, Gate, GateState
from desk.guidance.model import GuidanceDraft
from desk.guidance.permissions import GuidanceRefused
from desk.ports import Corpus
from knowledge.testing import FakeGuidanceSearch
from tests.curator_fixtures import a_new_record, add_curators, edited, named, other_words, submits, writes
from tests.desk_fixtures import NOON, UNSURE, World, a_record

ENTRY, OTHER = "dossier_import", "channels"
MINE, THEIRS = "hồ sơ nhập khẩu gồm gì", "luồng đỏ là gì"


@pytest.fixture(autouse=True)
def _asked(world: World) -> None:
    with world.store.writing() as session:
        add_curators(session)
        hoa = named(session, "hoa")
        golden.add(session, ENTRY, hoa, "vi", MINE, at=NOON)
        golden.add(session, OTHER, hoa, "vi", THEIRS, at=NOON)
    world.search.finds(ENTRY, about="hồ sơ nhập")
    world.search.finds(OTHER, about="luồng đỏ")


def submitted(world: World, **changes: object) -> int:
    with world.store.writing() as session:
        draft = edited(world, session, **{"answer": other_words(), **changes})
        submits(world, session, draft)
        return draft.id


def approves(world: World, draft_id: int, override: Override | None = None, by: str = "mai") -> GuidanceDraft:
    with world.store.writing() as session:
        draft = the(session, draft_id)
        instruments, at = world.desk.instruments, world.clock.now()
        officer, revision = named(session, by), draft.revision
        drafts.approve(session, draft, officer, instruments, revision=revision, at=at, override=override)
        return draft


def the(session: Session, draft_id: int) -> GuidanceDraft:
    draft = draft_standing.by_id(session, draft_id, to_change=True)
    assert draft is not None
    return draft


def ran(world: World, draft_id: int) -> Gate:
    gate = gates.run(world.desk, draft_id)
    assert gate is not None
    return gate


def is_refused(reason: str) -> pytest.RaisesExc[GuidanceRefused]:
    return pytest.raises(GuidanceRefused, match=f"gate.refused.{reason}")


def test_nothing_is_published_before_its_questions_were_tried(world: World) -> None:
    draft = submitted(world)
    with is_refused("try_again"):
        approves(world, draft)
    assert ran(world, draft).state is GateState.PASSED
    assert approves(world, draft).state == "published"


def test_a_change_that_takes_a_question_from_a_neighbour_is_stopped_with_the_list(world: World) -> None:
    world.search.would_find(ENTRY, about="luồng đỏ")
    draft = submitted(world)
    gate = ran(world, draft)
    assert (gate.state, gate.asked, gate.right) == (GateState.STOPPED, 2, 2)
    (change,) = gate.changes
    assert (change.finding, change.asked.entry, change.asked.text) == (Finding.TAKEN, OTHER, THEIRS)
    with is_refused("stopped"):
        approves(world, draft)


def test_a_change_that_loses_a_question_of_its_own_is_stopped(world: World) -> None:
    world.search.would_find(OTHER, about="hồ sơ nhập")
    draft = submitted(world)
    assert [change.finding for change in ran(world, draft).stopping] == [Finding.LOST]
    with is_refused("stopped"):
        approves(world, draft)


def test_an_answer_that_becomes_an_offer_is_told_and_does_not_stop(world: World) -> None:
    world.search.would_find(ENTRY, OTHER, confidence=UNSURE, about="luồng đỏ")
    gate = ran(world, draft := submitted(world))
    assert (gate.state, [change.finding for change in gate.changes]) == (GateState.PASSED, [Finding.WEAKER])
    assert approves(world, draft).state == "published"


def test_what_counts_are_the_thresholds_in_force(world: World) -> None:
    world.search.would_find(OTHER, confidence=0.72, about="luồng đỏ")
    draft = submitted(world)
    assert ran(world, draft).changes == ()
    world.search.would_find(OTHER, confidence=0.68, about="luồng đỏ")
    assert [change.finding for change in ran(world, draft).changes] == [Finding.WEAKER]


def test_questions_of_entries_that_are_not_near_are_not_asked(world: World) -> None:
    with world.store.writing() as session:
        golden.add(session, "transit_land", named(session, "hoa"), "vi", "quá cảnh đường bộ", at=NOON)
    gate = ran(world, submitted(world))
    assert "transit_land" not in gate.neighbours
    assert "quá cảnh đường bộ" not in world.search.asked_in_trials
    world.search.finds("transit_land", about="Tiêu đề dossier_import")
    assert "transit_land" in ran(world, submitted_again(world)).neighbours


def submitted_again(world: World) -> int:
    with world.store.reading() as session:
        return session.scalars(select(GuidanceDraft.id)).one()


def test_neighbours_are_related_one_way_or_the_other(world: World) -> None:
    gate = ran(world, submitted(world, related=["fee_rates"]))
    assert set(gate.neighbours) == {"channels", "old_rule", "fee_rates"}  # those that were, and those that will be
    with world.store.writing() as session:
        draft = edited(world, session, OTHER, answer=other_words())
        submits(world, session, draft)
    assert ENTRY in ran(world, draft.id).neighbours


def test_a_named_person_gives_a_reason_and_it_is_published_all_the_same(world: World) -> None:
    world.search.would_find(ENTRY, about="luồng đỏ")
    draft = submitted(world)
    seal = ran(world, draft).seal()
    with pytest.raises(GuidanceRefused, match="words_missing"):
        approves(world, draft, Override("  ", seal))
    published = approves(world, draft, Override("Câu hỏi này nay thuộc hồ sơ.", seal))
    assert (published.state, published.override_reason) == ("published", "Câu hỏi này nay thuộc hồ sơ.")
    with world.store.reading() as session:
        shown = passing.override_of(session, ENTRY, 2)
        assert shown is not None
        assert shown.overridden_by is not None
        assert shown.overridden_by.username == "mai"
        act = session.scalars(select(AuditEntry).where(AuditEntry.act == "guidance.draft_overridden")).one()
        assert (act.actor, act.detail["words"]) == ("officer:mai", "Câu hỏi này nay thuộc hồ sơ.")
        assert passing.override_of(session, ENTRY, 1) is None


def test_an_override_is_of_what_was_read_and_not_of_what_was_found_later(world: World) -> None:
    world.search.would_find(ENTRY, about="luồng đỏ")
    draft = submitted(world)
    seal = ran(world, draft).seal()
    world.search.would_find(OTHER, about="hồ sơ nhập")
    ran(world, draft)
    with is_refused("other_result"):
        approves(world, draft, Override("Vẫn làm.", seal))


def test_the_author_overrides_nothing(world: World) -> None:
    world.search.would_find(ENTRY, about="luồng đỏ")
    draft = submitted(world)
    seal = ran(world, draft).seal()
    with pytest.raises(GuidanceRefused, match="own_draft"):
        approves(world, draft, Override("Vẫn làm.", seal), by="hoa")


def test_without_a_search_it_takes_the_same_override(world: World) -> None:
    world.search.fails = True
    draft = submitted(world)
    gate = ran(world, draft)
    assert gate.state is GateState.NOT_RUN
    with is_refused("not_run"):
        approves(world, draft)
    assert approves(world, draft, Override("Phải công bố ngay hôm nay.", gate.seal())).state == "published"


def test_what_changed_since_has_to_be_tried_again(world: World) -> None:
    draft = submitted(world)
    ran(world, draft)
    with world.store.writing() as session:
        guidance.publish(session, a_record("fee_rates"), origin="curator", by="officer:mai", at=NOON)
    with is_refused("try_again"):
        approves(world, draft)
    gates.run_if_stale(world.desk, draft)
    with world.store.writing() as session:
        drafts.take_back(session, the(session, draft), named(session, "hoa"), NOON)
        submits(world, session, the(session, draft))
    with is_refused("try_again"):
        approves(world, draft)


def test_a_result_that_holds_is_not_asked_for_again(world: World) -> None:
    draft = submitted(world)
    ran(world, draft)
    asked = len(world.search.asked_in_trials)
    gates.run_if_stale(world.desk, draft)
    assert len(world.search.asked_in_trials) == asked


def test_a_draft_that_is_not_whole_is_not_tried(world: World) -> None:
    with world.store.writing() as session:
        draft = edited(world, session, legal_basis=[])
    assert gates.run(world.desk, draft.id) is None
    assert gates.run(world.desk, 99) is None


def test_a_new_entry_is_tried_against_those_that_are_there(world: World) -> None:
    world.search.finds(OTHER, about="Tiêu đề brand_new")
    world.search.would_find("brand_new", about="luồng đỏ")
    with world.store.writing() as session:
        draft = draft_opening.open_new(session, named(session, "hoa"), NOON)
        writes(world, session, draft, a_new_record())
    gate = ran(world, draft.id)
    assert [(change.finding, change.asked.entry) for change in gate.changes] == [(Finding.TAKEN, OTHER)]


def test_an_entry_that_is_retired_loses_no_question_of_its_own(world: World) -> None:
    world.search.would_find(OTHER, about="hồ sơ nhập")
    with world.store.writing() as session:
        draft = draft_opening.propose_retirement(session, ENTRY, named(session, "hoa"), "Hết.", NOON)
    assert ran(world, draft.id).state is GateState.PASSED


def test_with_a_search_over_the_words_of_the_guidance_a_stolen_question_is_stopped(world: World) -> None:
    def corpus() -> Corpus:
        with world.store.reading() as session:
            return guidance.corpus(session)

    desk = dataclasses.replace(world.desk, search=FakeGuidanceSearch(corpus))
    with world.store.writing() as session:
        questions = {"vi": [THEIRS, "luồng đỏ", *"abcd"], "en": [*"abcdef"]}
        their = a_record(OTHER, questions=questions)
        guidance.publish(session, their, origin="curator", by="officer:mai", at=NOON)
        taken = {"vi": [THEIRS, "hồ sơ", *"abcd"], "en": [*"abcdef"]}
        stolen = draft_opening.open_new(session, named(session, "hoa"), NOON)
        writes(world, session, stolen, a_new_record(questions=taken))
        kept = edited(world, session, "transit_land", answer=other_words())
    gate = gates.look(desk, stolen.id)
    assert gate is not None
    # Both have the question word for word now, and the first by name answers.
    assert [(change.finding, change.asked.text) for change in gate.stopping] == [(Finding.TAKEN, THEIRS)]
    harmless = gates.look(desk, kept.id)
    assert harmless is not None
    assert harmless.state is GateState.PASSED


class TestGoldenQuestions:
    def shipped(self, *texts: str) -> list[golden.Shipped]:
        return [golden.Shipped(OTHER, "vi", text) for text in texts]

    def test_what_ships_is_loaded_once_and_what_no_longer_ships_is_closed(self, world: World) -> None:
        with world.store.writing() as session:
            assert golden.load_shipped(session, self.shipped("một", "hai"), at=NOON).added == 2
            again = golden.load_shipped(session, self.shipped("một", "hai"), at=NOON)
            assert (again.added, again.closed, again.unchanged) == (0, 0, 2)
            fewer = golden.load_shipped(session, self.shipped("một"), at=NOON)
            assert (fewer.added, fewer.closed) == (0, 1)
            assert golden.load_shipped(session, self.shipped("một", "hai"), at=NOON).added == 1
            assert golden.counted(session, OTHER) == 3  # and the curator's own

    def test_what_a_curator_closed_stays_closed(self, world: World) -> None:
        with world.store.writing() as session:
            golden.load_shipped(session, self.shipped("một"), at=NOON)
            row = next(row for row in golden.of_entries(session, [OTHER]) if row.text == "một")
            golden.close(session, row, named(session, "hoa"), "Không ai hỏi thế.", at=NOON)
            golden.load_shipped(session, self.shipped("một"), at=NOON)
            assert [row.text for row in golden.of_entries(session, [OTHER])] == [THEIRS]

    def test_questions_of_entries_that_are_not_there_are_left_out(self, world: World) -> None:
        with world.store.writing() as session:
            loaded = golden.load_shipped(session, [golden.Shipped("nowhere", "vi", "gì")], at=NOON)
            assert loaded == golden.Loaded()

    @pytest.mark.parametrize(
        ("text", "language", "reason"),
        [
            ("  ", "vi", "no_question"),
            ("a" * 501, "vi", "no_question"),
            ("a", "fr", "no_question"),
            (MINE, "vi", "is_there"),
        ],
    )
    def test_what_is_no_question_or_is_there_already_is_refused(
        self, world: World, text: str, language: str, reason: str
    ) -> None:
        with world.store.writing() as session, is_refused(reason):
            golden.add(session, ENTRY, named(session, "hoa"), language, text, at=NOON)

    def test_who_does_not_write_guidance_keeps_no_golden_questions(self, world: World) -> None:
        with world.store.writing() as session:
            row = golden.of_entries(session, [ENTRY])[0]
            for who in ("minh", "son"):
                with pytest.raises(GuidanceRefused, match="not_a_curator"):
                    golden.add(session, ENTRY, named(session, who), "vi", "gì", at=NOON)
                with pytest.raises(GuidanceRefused, match="not_a_curator"):
                    golden.close(session, row, named(session, who), "Bỏ.", at=NOON)

    def test_a_closed_question_is_opened_again_by_adding_it(self, world: World) -> None:
        with world.store.writing() as session:
            hoa, row = named(session, "hoa"), golden.of_entries(session, [ENTRY])[0]
            golden.close(session, row, hoa, "Thừa.", at=NOON)
            with is_refused("is_closed"):
                golden.close(session, row, hoa, "Thừa.", at=NOON)
            golden.add(session, ENTRY, hoa, "vi", MINE, at=NOON)
            assert [found.id for found in golden.of_entries(session, [ENTRY])] == [row.id]
