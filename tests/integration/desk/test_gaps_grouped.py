"""Which questions become gaps, and which group each joins: noted once, embedded once, never moved by the desk."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from desk.conversations.model import Conversation
from desk.enquiries import service as enquiries
from desk.enquiries.model import Enquiry
from desk.gaps import placing, standing
from desk.gaps.model import GapQuestion, Kind
from desk.ports import SearchUnavailable
from desk.privacy import forgetting
from tests.desk_fixtures import UNSURE, Chatter, World
from tests.gap_fixtures import DRONE, SEAL, SEAL_AGAIN, SEAL_ENGLISH, alike, asks, group_all, group_of, groups


def test_questions_of_one_meaning_meet_however_they_are_typed_and_in_both_languages(world: World) -> None:
    alike(world)
    ids = [asks(world, text) for text in (SEAL, DRONE, SEAL_AGAIN, SEAL_ENGLISH)]
    group_all(world.desk)
    by_number = {group.id: group for group in groups(world)}
    seal, drone = (by_number[group_of(world, id) or 0] for id in ids[:2])  # which began first is not said: one moment
    assert [group_of(world, id) for id in ids] == [seal.id, drone.id, seal.id, seal.id]
    assert (seal.asked, seal.not_covered + seal.out_of_scope, drone.asked) == (3, 3, 1)


def test_a_group_keeps_its_number_and_its_questions_when_more_come(world: World) -> None:
    alike(world)
    first = asks(world, SEAL)
    group_all(world.desk)
    (before,) = groups(world)
    for text in (DRONE, SEAL_AGAIN):
        asks(world, text)
        group_all(world.desk)
    assert group_of(world, first) == before.id
    assert groups(world)[0].asked == 2


def test_the_order_in_which_the_clock_works_changes_nothing(world: World) -> None:
    alike(world)
    ids = [asks(world, text) for text in (SEAL, DRONE, SEAL_AGAIN)]
    for _ in range(5):
        placing.group_some(world.desk)
    assert len(groups(world)) == 2
    assert group_of(world, ids[0]) == group_of(world, ids[2])


def test_each_question_is_embedded_once(world: World) -> None:
    asks(world, SEAL)
    group_all(world.desk)
    group_all(world.desk)
    assert world.search.embedded.count(SEAL) == 1


def test_while_the_search_is_away_questions_wait(world: World) -> None:
    id = asks(world, SEAL)
    world.search.fails = True
    with pytest.raises(SearchUnavailable):
        placing.group_some(world.desk)
    world.search.fails = False
    group_all(world.desk)
    assert group_of(world, id) is not None


def test_personal_matters_and_complaints_never_enter(world: World, lan: Chatter) -> None:
    lan.writes("Tờ khai 105123456789 của tôi đang ở đâu?")
    lan.writes("Tôi muốn khiếu nại cán bộ vòi tiền")
    group_all(world.desk)
    with world.store.reading() as session:
        outcomes = set(session.scalars(select(Enquiry.outcome)))
        assert outcomes <= {"unanswerable_personal", "unanswerable_request"}
        assert session.scalars(select(GapQuestion)).all() == []


def test_an_answer_that_did_not_help_is_a_gap_near_its_entry(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    lan.writes(SEAL)
    group_all(world.desk)
    assert groups(world) == []
    with world.store.writing() as session:
        enquiries.rate_helpfulness(session, session.scalars(select(Enquiry.id)).one(), "not_helpful")
    group_all(world.desk)
    (group,) = groups(world)
    assert (group.not_helpful, group.entry, group.topic) == (1, "dossier_import", "declaration")


class TestAbandoned:
    def offered(self, world: World, lan: Chatter) -> str:
        world.search.finds("dossier_import", "channels", confidence=UNSURE, about=SEAL)
        lan.writes(SEAL)
        with world.store.reading() as session:
            enquiry = session.scalars(select(Enquiry)).one()
            assert enquiry.outcome == "clarify_entries"
            return enquiry.id

    def ends(self, world: World, lan: Chatter) -> None:
        with world.store.writing() as session:
            session.scalars(select(Conversation)).one().ended_at = world.clock.now()

    def test_entries_that_nobody_chose_are_a_gap_once_the_conversation_ended(self, world: World, lan: Chatter) -> None:
        id = self.offered(world, lan)
        group_all(world.desk)
        assert group_of(world, id) is None
        self.ends(world, lan)
        group_all(world.desk)
        with world.store.reading() as session:
            assert session.get_one(GapQuestion, id).kind == Kind.ABANDONED

    def test_an_entry_that_was_chosen_is_none(self, world: World, lan: Chatter) -> None:
        id = self.offered(world, lan)
        lan.taps("show_entry")
        self.ends(world, lan)
        group_all(world.desk)
        assert group_of(world, id) is None

    def test_whoever_was_answered_afterwards_left_nothing_open(self, world: World, lan: Chatter) -> None:
        id = self.offered(world, lan)
        world.clock.advance(minutes=1)
        world.search.finds("channels", about="luồng")
        lan.writes("luồng đỏ là gì")
        self.ends(world, lan)
        group_all(world.desk)
        assert group_of(world, id) is None


def test_demand_counts_questions_persons_and_the_last_thirty_days(world: World) -> None:
    alike(world)
    for address in ("7101", "7101", "7102"):
        asks(world, SEAL, address)
        world.clock.advance(minutes=5)
    world.clock.advance(days=40)
    asks(world, SEAL_AGAIN, "7103")
    group_all(world.desk)
    with world.store.reading() as session:
        told = standing.demand(session, groups(world)[0], world.clock.now())
    assert (told.asked, told.persons, told.recent, told.before) == (4, 3, 1, 3)
    assert told.trend == "falling"


def test_examples_show_neither_names_nor_numbers(world: World) -> None:
    person = world.chatter("7200")
    person.writes("Công ty TNHH Hoa Mai hỏi: niêm phong bị đứt thì phải làm gì? Xin gọi 0912345678")
    group_all(world.desk)
    assert [group.asked for group in groups(world)] == [1]
    with world.store.reading() as session:
        (shown,) = standing.examples(world.desk, session, groups(world)[0], "vi")
    assert "niêm phong" in shown.text
    assert not any(told in shown.text for told in ("Hoa Mai", "0912345678"))


def test_what_is_forgotten_loses_its_vector_and_the_figures_stay(world: World) -> None:
    id = asks(world, SEAL)
    group_all(world.desk)
    with world.store.writing() as session:
        conversation = session.get_one(Enquiry, id).conversation_id
        forgetting.forget(session, conversation, world.clock.now())
    group_all(world.desk)
    with world.store.reading() as session:
        assert session.get_one(GapQuestion, id).vector == b""
        assert standing.examples(world.desk, session, groups(world)[0], "vi") == []
    assert groups(world)[0].asked == 1
