"""Subscribing in a chat: a tap begins, a tap ends, everything ends at once, and the button under a piece of news."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from clock.due import send_news
from desk.audit.model import AuditEntry
from desk.conversations.service import BUTTON_LASTS
from desk.guidance import service as guidance
from desk.subscriptions.model import Subscription
from desk.subscriptions.service import TOPICS
from tests.desk_fixtures import Chatter, Said, World, a_record

NEW_WORDS = {"vi": "Lời mới.", "en": "New words."}


def change(world: World, entry: str = "fee_rates", group: str = "declaration") -> None:
    """A curator publishes other words for an entry."""
    record = a_record(entry, group=group, answer=NEW_WORDS)
    with world.store.writing() as session:
        guidance.publish(session, record, origin=guidance.CURATOR, by="officer:hoa", at=world.clock.now())


def marked(said: Said) -> list[str]:
    """The topics with a mark on their buttons."""
    return [button.argument for button in said.buttons if button.act == "news_off"]


def test_the_command_lists_every_topic_and_none_is_marked_at_first(lan: Chatter) -> None:
    said = lan.commands("news")[-1]
    assert [button.argument for button in said.buttons] == list(TOPICS)
    assert set(said.acts) == {"news_on"}


def test_a_tap_begins_and_a_tap_ends(lan: Chatter) -> None:
    lan.commands("news")
    assert marked(lan.taps("news_on", "tax")[-1]) == ["tax"]
    assert marked(lan.taps("news_on", "declaration")[-1]) == ["declaration", "tax"]
    assert marked(lan.taps("news_off", "tax")[-1]) == ["declaration"]


def test_a_second_tap_on_the_same_button_undoes_nothing(lan: Chatter) -> None:
    lan.commands("news")
    button = lan.button("news_on", "tax")
    lan.presses(button.id)
    assert marked(lan.presses(button.id)[-1]) == ["tax"]


def test_everything_ends_with_one_tap(lan: Chatter) -> None:
    lan.commands("news")
    lan.taps("news_on", "tax")
    lan.taps("news_on", "passengers")
    said = lan.taps("news_none")[-1]
    assert marked(said) == []
    assert "news_none" not in said.acts


def test_beginning_and_ending_are_in_the_record(world: World, lan: Chatter) -> None:
    lan.commands("news")
    lan.taps("news_on", "tax")
    lan.taps("news_off", "tax")
    lan.taps("news_on", "tax")
    with world.store.reading() as session:
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.act.like("news.%")).order_by(AuditEntry.id))
        assert acts.all() == ["news.subscribed", "news.unsubscribed", "news.subscribed"]
        assert [row.ended_at is None for row in session.scalars(select(Subscription))] == [False, True]


def test_news_has_a_button_that_stops_it_and_one_to_choose_again(world: World, lan: Chatter) -> None:
    lan.commands("news")
    lan.taps("news_on", "declaration")
    lan.taps("news_on", "tax")
    change(world)
    send_news(world.desk)
    said = lan.taps("news_stop")[-1]
    assert "Tờ khai" in said.text
    assert marked(lan.taps("news")[-1]) == ["tax"]
    world.clock.advance(minutes=1)
    change(world, "channels")
    before = len(lan.read())
    send_news(world.desk)
    assert len(lan.read()) == before


def test_the_button_works_for_fourteen_days_and_the_command_always(world: World, lan: Chatter) -> None:
    lan.commands("news")
    lan.taps("news_on", "declaration")
    change(world)
    send_news(world.desk)
    world.clock.advance(seconds=(BUTTON_LASTS - dt.timedelta(seconds=1)).total_seconds())
    stop = lan.button("news_stop").id
    world.clock.advance(seconds=2)
    assert lan.presses(stop)[-1].text == world.text("bad_input.button")
    lan.commands("news")
    assert marked(lan.taps("news_off", "declaration")[-1]) == []


def test_the_button_stops_it_just_before_its_time_is_over(world: World, lan: Chatter) -> None:
    lan.commands("news")
    lan.taps("news_on", "declaration")
    change(world)
    send_news(world.desk)
    world.clock.advance(seconds=(BUTTON_LASTS - dt.timedelta(seconds=1)).total_seconds())
    lan.taps("news_stop")
    assert marked(lan.commands("news")[-1]) == []


def test_it_is_the_same_in_the_web_chat_and_in_english(world: World) -> None:
    visitor = world.chatter("visitor", "web", hint="en")
    said = visitor.commands("news")[-1]
    assert world.text("news.choose", "en") in said.text
    assert marked(visitor.taps("news_on", "tax")[-1]) == ["tax"]
    assert world.text("news.topic.tax", "en") in visitor.read()[-1].text
