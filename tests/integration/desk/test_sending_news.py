"""Sending news: each subscriber once and in their language, at a polite hour, at a rate, whatever dies meanwhile."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import func, select

from clock.due import end_idle_conversations, send_news
from desk.conversations import service as conversations
from desk.conversations.incoming import Kind
from desk.conversations.model import Chat, Conversation
from desk.deliveries import claiming
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.ratings.model import RatingRequest
from desk.subscriptions import progress, sending
from desk.subscriptions.model import Broadcast, BroadcastRecipient
from tests.desk_fixtures import Chatter, World, a_record
from tests.kills import killed_around_each, killed_at_call

TITLE = {"vi": "Hướng dẫn đã thay đổi", "en": "Guidance has changed"}
SECOND = dt.timedelta(seconds=1)


def subscribe(chatter: Chatter, topic: str = "declaration") -> Chatter:
    chatter.commands("news")
    chatter.taps("news_on", topic)
    return chatter


def crowd(world: World, size: int) -> None:
    """So many chats that are subscribed, with nothing on its way to them."""
    for number in range(size):
        subscribe(world.chatter(f"{10_000 + number}"))
    deliver(world)


def deliver(world: World) -> None:
    """Everything that is on its way arrives."""
    with world.store.writing() as session:
        for delivery in session.scalars(select(Delivery).where(Delivery.state == "created")):
            deliveries.delivered(session, delivery.id, world.clock.now())


def change(world: World, entry: str = "channels", words: str = "Lời mới.") -> None:
    record = a_record(entry, answer={"vi": words, "en": words})
    with world.store.writing() as session:
        guidance.publish(session, record, origin=guidance.CURATOR, by="officer:hoa", at=world.clock.now())


def news_in(chatter: Chatter) -> list[str]:
    """The news that a chat was told, as its first lines."""
    titles = tuple(TITLE.values())
    return [said.text.splitlines()[0] for said in chatter.read() if said.text.startswith(titles)]


def told(world: World) -> list[str]:
    """The addresses of all chats that were told something, each as often as it was."""
    with world.store.reading() as session:
        query = select(Chat.address).join(BroadcastRecipient, BroadcastRecipient.chat_id == Chat.id)
        return list(session.scalars(query.order_by(BroadcastRecipient.id)))


def is_finished(world: World) -> bool:
    with world.store.reading() as session:
        return session.scalar(select(func.count()).where(Broadcast.finished_at.is_(None))) == 0


def test_a_subscriber_is_told_once_and_others_are_not(world: World, lan: Chatter, an: Chatter) -> None:
    subscribe(lan)
    subscribe(an, "tax")
    change(world)
    for _ in range(3):
        send_news(world.desk)
        world.clock.advance(seconds=1)
    assert (len(news_in(lan)), len(news_in(an))) == (1, 0)
    assert is_finished(world)


def test_each_is_told_in_their_language_as_it_is_when_it_is_sent(world: World, lan: Chatter, an: Chatter) -> None:
    english = subscribe(world.chatter("101", hint="en"))
    subscribe(an)
    subscribe(lan)
    change(world)
    lan.commands("language")
    lan.taps("language", "English")
    send_news(world.desk)
    assert [news_in(each) for each in (english, an, lan)] == [[TITLE["en"]], [TITLE["vi"]], [TITLE["en"]]]


def test_whoever_subscribed_after_it_happened_is_not_told(world: World, lan: Chatter) -> None:
    change(world)
    world.clock.advance(seconds=1)
    subscribe(lan)
    send_news(world.desk)
    assert news_in(lan) == []


def test_whoever_stopped_before_it_was_sent_is_not_told(world: World, lan: Chatter) -> None:
    subscribe(lan)
    change(world)
    lan.taps("news_off", "declaration")
    send_news(world.desk)
    assert news_in(lan) == []
    assert is_finished(world)


def test_whoever_stopped_and_began_again_meanwhile_is_told(world: World, lan: Chatter) -> None:
    subscribe(lan)
    change(world)
    world.clock.advance(seconds=1)
    lan.taps("news_off", "declaration")
    lan.taps("news_on", "declaration")
    send_news(world.desk)
    assert len(news_in(lan)) == 1


def test_whoever_blocked_the_bot_is_skipped_and_told_of_later_news_again(world: World, lan: Chatter) -> None:
    subscribe(lan)
    lan.sends(Kind.BLOCKED)
    change(world)
    send_news(world.desk)
    assert told(world) == []
    assert is_finished(world)
    lan.sends(Kind.UNBLOCKED)
    change(world, "fee_rates")
    send_news(world.desk)
    assert len(news_in(lan)) == 1


def test_a_web_visitor_gets_it_when_they_fetch(world: World) -> None:
    visitor = subscribe(world.chatter("visitor", "web"))
    change(world)
    send_news(world.desk)
    assert len(news_in(visitor)) == 1
    with world.store.reading() as session:
        news = session.scalars(select(Broadcast)).one()
        assert progress.of(session, news).on_the_way == 1
        conversation = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
        assert conversation is not None
        conversation_id = conversation.message.conversation_id
    with world.store.writing() as session:
        deliveries.fetched(session, conversation_id, world.clock.now())
        assert progress.of(session, news).delivered == 1


@pytest.mark.parametrize(("hour", "minute", "is_sent"), [(7, 59, False), (8, 0, True), (19, 59, True), (20, 0, False)])
def test_nobody_is_disturbed_at_night(world: World, lan: Chatter, hour: int, minute: int, is_sent: bool) -> None:
    subscribe(lan)
    change(world)
    world.clock.set(dt.datetime(2026, 11, 24, hour, minute, tzinfo=dt.timezone(dt.timedelta(hours=7))))
    send_news(world.desk)
    assert bool(news_in(lan)) is is_sent


def test_what_was_left_over_in_the_evening_is_carried_in_the_morning(world: World, lan: Chatter) -> None:
    subscribe(lan)
    deliver(world)
    change(world)
    send_news(world.desk)
    night, morning = (dt.datetime(2026, 11, day, hour, 1, tzinfo=dt.UTC) for day, hour in ((23, 13), (24, 1)))
    with world.store.writing() as session:
        assert claiming.claim_next(session, "telegram", night) is None
        assert claiming.claim_next(session, "telegram", morning) is not None


def test_it_goes_out_at_a_rate_however_many_clocks_there_are(world: World) -> None:
    crowd(world, sending.RATE + 5)
    world.clock.advance(seconds=1)
    change(world)
    for _ in range(4):
        send_news(world.desk)
    assert len(told(world)) == sending.RATE
    world.clock.advance(seconds=1)
    send_news(world.desk)
    assert len(told(world)) == len(set(told(world))) == sending.RATE + 5
    with world.store.reading() as session:
        due = session.scalars(select(Delivery.next_attempt_at).where(Delivery.bulk).order_by(Delivery.id)).all()
    assert max(due[: sending.RATE]) - min(due) < SECOND
    assert len(set(due[: sending.RATE])) == sending.RATE


def test_clocks_at_the_same_moment_tell_nobody_twice(world: World) -> None:
    people = sending.RATE - 1
    crowd(world, people)
    change(world)
    clocks = [threading.Thread(target=send_news, args=(world.desk,)) for _ in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join(20)
    assert len(told(world)) == len(set(told(world))) == people


@pytest.mark.thorough
def test_nothing_is_added_while_much_is_still_on_its_way(world: World) -> None:
    crowd(world, sending.BACKLOG + 10)
    change(world)
    for _ in range(6):
        world.clock.advance(seconds=1)
        send_news(world.desk)
    assert len(told(world)) == sending.BACKLOG
    assert not is_finished(world)
    deliver(world)
    world.clock.advance(seconds=1)
    send_news(world.desk)
    assert len(told(world)) == sending.BACKLOG + 10
    assert is_finished(world)


@pytest.mark.thorough
def test_news_of_chats_that_always_fail_does_not_stop_all_other_news(world: World) -> None:
    crowd(world, sending.BACKLOG)
    change(world)
    for _ in range(2):
        world.clock.advance(seconds=1)
        send_news(world.desk)
    with world.store.writing() as session:
        for delivery in session.scalars(select(Delivery).where(Delivery.bulk)):
            delivery.state, delivery.attempts = "temporary_failure", deliveries.FAILS_AGAIN_AFTER + 1
    change(world, "fee_rates")
    world.clock.advance(seconds=1)
    send_news(world.desk)
    assert len(told(world)) == sending.BACKLOG + sending.RATE


def test_killed_between_any_two_steps_everybody_is_told_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock dies at each call that it makes to the store in turn, and is started again."""
    people = 3
    crowd(world, people)
    change(world)
    steps = ("put_into_words", "conversation_for", "_is_complete", "_left")
    for _ in killed_around_each(monkeypatch, sending, steps, lambda: send_news(world.desk)):
        assert told(world) == []
    killed_at_call(monkeypatch, conversations, "say", 2, lambda: send_news(world.desk))
    assert told(world) == []
    send_news(world.desk)
    send_news(world.desk)
    assert len(told(world)) == len(set(told(world))) == people
    with world.store.reading() as session:
        assert session.scalar(select(func.count()).where(Delivery.bulk)) == people


def test_killed_between_two_batches_the_next_clock_goes_on_where_it_was(world: World) -> None:
    crowd(world, 2 * sending.RATE)
    change(world)
    send_news(world.desk)
    assert len(told(world)) == sending.RATE
    world.clock.advance(hours=1)
    another = Desk(world.store, world.clock, world.search, world.dialogue, world.desk.rules)
    send_news(another)
    assert len(told(world)) == len(set(told(world))) == 2 * sending.RATE
    assert is_finished(world)


def test_a_chat_that_fills_in_the_form_is_told_when_it_is_done(world: World, lan: Chatter) -> None:
    subscribe(lan)
    lan.writes("Câu hỏi mà bàn chưa có hướng dẫn?")
    lan.taps("ask_officer")
    lan.taps("add_details")
    change(world)
    send_news(world.desk)
    assert news_in(lan) == []
    assert not is_finished(world)
    lan.taps("form_cancel")
    send_news(world.desk)
    assert len(news_in(lan)) == 1
    assert is_finished(world)


def test_a_comment_that_is_awaited_is_not_lost_over_it(world: World, lan: Chatter) -> None:
    subscribe(lan)
    world.search.finds("dossier_import", about="hồ sơ")
    lan.writes("hồ sơ nhập khẩu gồm gì")
    lan.commands("done")
    lan.taps("rate", "5")
    change(world)
    send_news(world.desk)
    assert news_in(lan) == []
    assert lan.writes("Rất nhanh.")[-1].text == world.text("rating.comment_kept")
    send_news(world.desk)
    assert len(news_in(lan)) == 1


def test_it_keeps_no_conversation_open_and_asks_for_no_rating(world: World, lan: Chatter) -> None:
    subscribe(lan)
    world.clock.advance(minutes=10)
    change(world)
    send_news(world.desk)
    world.clock.advance(minutes=5)
    end_idle_conversations(world.desk)
    change(world, "fee_rates")
    send_news(world.desk)
    with world.store.reading() as session:
        rows = session.scalars(select(Conversation).order_by(Conversation.started_at)).all()
        assert [row.end_reason for row in rows] == ["idle", "news"]
        assert all(row.ended_at is not None for row in rows)
        assert session.scalars(select(RatingRequest)).all() == []
    assert len(news_in(lan)) == 2


def test_a_question_after_it_begins_a_conversation_of_its_own(world: World, lan: Chatter) -> None:
    subscribe(lan)
    lan.commands("done")
    change(world)
    send_news(world.desk)
    world.search.finds("dossier_import")
    assert lan.writes("hồ sơ nhập khẩu gồm gì")[-1].entry == "dossier_import"
    assert lan.taps("show_entry", "channels")[-1].entry == "channels"


def test_an_open_case_and_its_officer_hear_nothing_of_it(world: World, lan: Chatter, minh: Chatter) -> None:
    subscribe(lan)
    lan.writes("Câu hỏi mà bàn chưa có hướng dẫn?")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    before = len(minh.read())
    change(world)
    send_news(world.desk)
    assert len(news_in(lan)) == 1
    assert lan.read()[-1].case_id is None
    assert len(minh.read()) == before
    assert lan.writes("Tôi bổ sung số tờ khai.")[-1].acts == ["same_case", "new_question"]


def test_the_oldest_news_goes_first_and_one_that_waits_holds_up_no_other(
    world: World, lan: Chatter, an: Chatter
) -> None:
    subscribe(lan)
    lan.writes("Câu hỏi mà bàn chưa có hướng dẫn?")
    lan.taps("ask_officer")
    lan.taps("add_details")
    change(world)
    world.clock.advance(seconds=1)
    subscribe(an)
    change(world, "fee_rates")
    send_news(world.desk)
    assert (len(news_in(lan)), len(news_in(an))) == (0, 1)
