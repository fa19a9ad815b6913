"""Sending corrections: each chat once, at a rate, by day unless urgent, whatever dies meanwhile; and the report."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from clock.due import end_idle_conversations, send_corrections
from desk.conversations import service as conversations
from desk.conversations.model import Conversation
from desk.deliveries import claiming
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.ratings.model import RatingRequest
from desk.recall import report, sending, service
from desk.recall.model import Recall
from desk.subscriptions.sending import BACKLOG, RATE
from tests.curator_fixtures import named
from tests.desk_fixtures import Chatter, World
from tests.kills import killed_around_each, killed_at_call
from tests.recall_fixtures import (
    corrections_in,
    crowd,
    deliver,
    is_corrected,
    known,
    planned,
    started,
    state_of,
    told,
    was_told,
)

NIGHT = dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)  # 23:00 in Viet Nam
MORNING = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


def under_way(world: World, size: int, **more: Any) -> int:
    """A recall that was let go, for so many chats."""
    crowd(world, size)
    is_corrected(world)
    recall = planned(world, **more)
    started(world, recall)
    world.clock.advance(seconds=1)
    return recall


def test_it_goes_out_at_a_rate_however_many_clocks_there_are(world: World) -> None:
    recall = under_way(world, RATE + 5)
    for _ in range(4):
        send_corrections(world.desk)
    assert len(told(world)) == RATE
    world.clock.advance(seconds=1)
    send_corrections(world.desk)
    assert len(told(world)) == len(set(told(world))) == RATE + 5
    assert state_of(world, recall) == "finished"


def test_clocks_at_the_same_moment_tell_nobody_twice(world: World) -> None:
    people = RATE - 1
    under_way(world, people)
    clocks = [threading.Thread(target=send_corrections, args=(world.desk,)) for _ in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join(20)
    assert len(told(world)) == len(set(told(world))) == people


def test_killed_between_any_two_steps_everybody_is_told_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock dies before and after each of its steps in turn, and is started again."""
    people = 3
    recall = under_way(world, people)
    steps = ("_waiting", "_tell", "conversation_for", "_is_complete")
    for _ in killed_around_each(monkeypatch, sending, steps, lambda: send_corrections(world.desk)):
        assert told(world) == []
    killed_at_call(monkeypatch, conversations, "say", 2, lambda: send_corrections(world.desk))
    assert told(world) == []
    send_corrections(world.desk)
    send_corrections(world.desk)
    assert len(told(world)) == len(set(told(world))) == people
    with world.store.reading() as session:
        assert session.scalar(select(func.count()).where(Delivery.bulk)) == people
    assert state_of(world, recall) == "finished"


def test_another_clock_goes_on_where_one_was_killed(world: World) -> None:
    under_way(world, 2 * RATE)
    send_corrections(world.desk)
    assert len(told(world)) == RATE
    deliver(world)
    world.clock.advance(hours=1)
    send_corrections(Desk(world.store, world.clock, world.search, world.dialogue, world.desk.rules))
    assert len(told(world)) == len(set(told(world))) == 2 * RATE


def test_nothing_is_added_while_much_is_still_on_its_way(world: World) -> None:
    under_way(world, BACKLOG + 5)
    for _ in range(4):
        send_corrections(world.desk)
        world.clock.advance(seconds=1)
    assert len(told(world)) == BACKLOG


@pytest.mark.parametrize("urgent", [False, True])
def test_at_night_only_what_is_urgent_is_sent_and_carried(world: World, lan: Chatter, urgent: bool) -> None:
    was_told(world, lan)
    deliver(world)
    is_corrected(world)
    started(world, planned(world, urgent=urgent))
    world.clock.set(NIGHT)
    send_corrections(world.desk)
    with world.store.writing() as session:
        assert (claiming.claim_next(session, "telegram", NIGHT) is not None) is urgent
    assert bool(corrections_in(lan)) is urgent
    world.clock.set(MORNING)
    send_corrections(world.desk)
    assert len(corrections_in(lan)) == 1


def test_an_answer_goes_before_a_correction(world: World, lan: Chatter, an: Chatter) -> None:
    was_told(world, lan)
    deliver(world)
    is_corrected(world)
    started(world, planned(world))
    send_corrections(world.desk)
    an.commands("help")
    with world.store.writing() as session:
        first = claiming.claim_next(session, "telegram", world.clock.now())
        assert first is not None
        assert first.chat.address == an.address


def test_a_chat_that_fills_in_the_form_is_told_when_it_is_done(world: World, lan: Chatter) -> None:
    was_told(world, lan)
    lan.taps("ask_officer")
    lan.taps("add_details")
    is_corrected(world)
    recall = planned(world)
    started(world, recall)
    send_corrections(world.desk)
    assert (corrections_in(lan), state_of(world, recall)) == ([], "running")
    lan.taps("form_cancel")
    send_corrections(world.desk)
    assert (len(corrections_in(lan)), state_of(world, recall)) == (1, "finished")


def test_it_keeps_no_conversation_open_and_asks_for_no_rating(world: World, lan: Chatter) -> None:
    was_told(world, lan)
    lan.commands("done")
    is_corrected(world)
    started(world, planned(world))
    send_corrections(world.desk)
    end_idle_conversations(world.desk)
    with world.store.reading() as session:
        reasons = session.scalars(select(Conversation.end_reason).order_by(Conversation.started_at)).all()
        assert sorted(str(reason) for reason in reasons) == ["done", "recall"]
        assert session.scalar(select(func.count()).select_from(RatingRequest)) == 1


def test_paused_it_waits_and_stopped_it_ends(world: World) -> None:
    recall = under_way(world, RATE + 5)
    send_corrections(world.desk)
    deliver(world)
    with world.store.writing() as session:
        service.pause(world.desk, session, known(session, recall), named(session, "hoa"))
    world.clock.advance(seconds=5)
    send_corrections(world.desk)
    assert len(told(world)) == RATE
    with world.store.writing() as session:
        service.stop(world.desk, session, known(session, recall), named(session, "mai"), "Gửi thư riêng.")
    send_corrections(world.desk)
    assert (len(told(world)), state_of(world, recall)) == (RATE, "stopped")


def test_it_pauses_by_itself_when_what_it_calls_right_is_changed(world: World) -> None:
    recall = under_way(world, 3)
    is_corrected(world, "Lời đúng hơn.")
    send_corrections(world.desk)
    assert (told(world), state_of(world, recall)) == ([], "paused")


def test_a_web_visitor_reads_it_when_they_look_in(world: World) -> None:
    visitor = was_told(world, world.chatter("visitor", "web"))
    is_corrected(world)
    started(world, planned(world))
    send_corrections(world.desk)
    assert len(corrections_in(visitor)) == 1


def test_the_report_tells_what_became_of_every_chat(world: World) -> None:
    recall = under_way(world, 6)
    send_corrections(world.desk)
    with world.store.writing() as session:
        ids = session.scalars(select(Delivery.id).where(Delivery.bulk).order_by(Delivery.id)).all()
        session.get_one(Delivery, ids[1]).attempts = 1
        deliveries.delivered(session, ids[0], world.clock.now())
        deliveries.failed_for_now(session, ids[1], "flood", world.clock.now())
        deliveries.failed_for_good(session, ids[2], "blocked")
        deliveries.cut_off(session, ids[3], "timeout")
        row = session.get_one(Recall, recall)
        found = report.as_json(session, row)
        bad = report.not_reached(session, row, limit=2)
        rest = report.not_reached(session, row, limit=2, after=bad.after)
    numbers = ("told", "delivered", "failed_for_now", "failed", "uncertain", "on_the_way", "waiting")
    assert [found[name] for name in numbers] == [6, 1, 1, 1, 1, 2, 0]
    assert [row.why for row in (*bad.rows, *rest.rows)] == ["temporary_failure", "permanent_failure", "uncertain"]
