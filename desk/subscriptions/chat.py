"""Subscribing in a chat: the list of topics, a tap to begin or stop, and the button under every piece of news."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.speech import Choice, Utterance
from desk.subscriptions import service as subscriptions
from desk.subscriptions.words import topic_name, topic_names

if TYPE_CHECKING:
    from desk.conversations.turn import Turn


def news(turn: Turn, _argument: str = "") -> None:
    """The topics, with those of which the chat is told marked."""
    _say_topics(turn)


def news_on(turn: Turn, topic: str) -> None:
    subscriptions.subscribe(turn.session, turn.chat, topic, turn.now)
    _say_topics(turn, turn.text("news.subscribed", topic=topic_name(turn.desk, topic, turn.language)))


def news_off(turn: Turn, topic: str) -> None:
    subscriptions.unsubscribe(turn.session, turn.chat, [topic], turn.now)
    _say_topics(turn, turn.text("news.unsubscribed", topic=topic_name(turn.desk, topic, turn.language)))


def news_none(turn: Turn, _argument: str) -> None:
    subscriptions.unsubscribe(turn.session, turn.chat, subscriptions.TOPICS, turn.now)
    _say_topics(turn, turn.text("news.all_off"))


def news_stop(turn: Turn, broadcast_id: str) -> None:
    """No more news like this one: of its topics, those that the chat was told of."""
    topics = subscriptions.topics_of(turn.session, int(broadcast_id))
    stopped = subscriptions.unsubscribe(turn.session, turn.chat, topics, turn.now)
    named = topic_names(turn.desk, stopped or topics, turn.language)
    turn.say_text("news.stopped", [turn.choice("news")], topics=named)


def _say_topics(turn: Turn, done: str = "") -> None:
    wanted = subscriptions.subscribed(turn.session, turn.chat)
    choices = [_topic(turn, topic, wanted=topic in wanted) for topic in subscriptions.TOPICS]
    if wanted:
        choices.append(turn.choice("news_none"))
    paragraphs = [text for text in (done, turn.text("news.choose")) if text]
    turn.say(Utterance.plain(*paragraphs, choices=choices))


def _topic(turn: Turn, topic: str, *, wanted: bool) -> Choice:
    """A button that does one thing only, so that a second tap on it undoes nothing."""
    name = topic_name(turn.desk, topic, turn.language)
    if wanted:
        return turn.choice("news_off", topic, title=turn.text("button.news_off", topic=name))
    return turn.choice("news_on", topic, title=turn.text("button.news_on", topic=name))
