"""News in words: what a chat reads of a piece of news, in its language, with the buttons under it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from desk.answering.cite import Cite
from desk.answering.compose import day
from desk.desk import Desk
from desk.guidance import versions
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.shortening import shortened
from desk.speech import Block, Choice, Utterance
from desk.subscriptions.model import Broadcast

#: Of many entries that changed at once so many are named; of the others it is said how many there are.
LISTED = 8
#: The longest title on a button.
BUTTON_LENGTH = 60


def topic_name(desk: Desk, topic: str, language: Language) -> str:
    return desk.texts.say(f"news.topic.{topic}", language)


def topic_names(desk: Desk, topics: Sequence[str], language: Language) -> str:
    return "; ".join(topic_name(desk, topic, language) for topic in topics)


def put_into_words(desk: Desk, session: Session, broadcast: Broadcast, language: Language) -> Utterance:
    """A piece of news as a chat of this language reads it; its last button stops such news."""
    if broadcast.kind == "instrument":
        blocks, choices = _of_instrument(desk, broadcast, language), list[Choice]()
    elif broadcast.kind == "consultation":
        blocks, choices = _of_consultation(desk, broadcast, language), []
    elif len(broadcast.content["changes"]) == 1:
        blocks, choices = _of_entry(desk, session, broadcast, language)
    else:
        blocks, choices = _of_entries(desk, session, broadcast, language)
    stop = Choice("news_stop", desk.texts.say("button.news_stop", language), str(broadcast.id))
    return Utterance(tuple(blocks), (*choices, stop))


def _of_entry(
    desk: Desk, session: Session, broadcast: Broadcast, language: Language
) -> tuple[list[Block], list[Choice]]:
    change = broadcast.content["changes"][0]
    version = _version(session, change)
    record = version.record
    blocks = [
        Block("title", desk.texts.say(f"news.{change['how']}", language)),
        Block("paragraph", record.title[language]),
        _topics(desk, broadcast, language),
    ]
    if change["how"] == "withdrawn":
        return [*blocks, Block("note", desk.texts.say("news.ask_instead", language))], []
    blocks.append(_field(desk, "in_force_from", day(version.in_force_from, language), language))
    if version.in_force_to is not None:
        blocks.append(_field(desk, "in_force_to", day(version.in_force_to, language), language))
    cite = Cite(desk.texts, desk.instruments)
    blocks.append(cite.legal_basis(record, language, desk.today()))
    return blocks, _to_read(desk, session, version, desk.texts.say("news.read", language))


def _of_entries(
    desk: Desk, session: Session, broadcast: Broadcast, language: Language
) -> tuple[list[Block], list[Choice]]:
    changes = broadcast.content["changes"]
    lines, choices = [], []
    for change in changes[:LISTED]:
        version = _version(session, change)
        title = version.record.title[language]
        if change["how"] == "withdrawn":
            lines.append(desk.texts.say("news.line_withdrawn", language, entry=title))
            continue
        since = day(version.in_force_from, language)
        lines.append(desk.texts.say(f"news.line_{change['how']}", language, entry=title, date=since))
        choices += _to_read(desk, session, version, shortened(title, BUTTON_LENGTH))
    if len(changes) > LISTED:
        lines.append(desk.texts.say("news.more", language, count=len(changes) - LISTED))
    blocks = [
        Block("title", desk.texts.say("news.several", language, count=len(changes))),
        _topics(desk, broadcast, language),
        Block("list", label=desk.texts.say("news.entries", language), items=tuple(lines)),
    ]
    return blocks, choices


def _of_instrument(desk: Desk, broadcast: Broadcast, language: Language) -> list[Block]:
    content: dict[str, Any] = broadcast.content
    since = dt.date.fromisoformat(content["in_force_from"])
    return [
        Block("title", desk.texts.say("news.instrument", language)),
        Block("paragraph", content["name"][language]),
        _field(desk, "in_force_from", day(since, language), language),
        _topics(desk, broadcast, language),
        Block("list", label=desk.texts.say("news.sources", language), items=tuple(content["sources"])),
    ]


def _of_consultation(desk: Desk, broadcast: Broadcast, language: Language) -> list[Block]:
    content: dict[str, Any] = broadcast.content
    until = dt.date.fromisoformat(content["last_day"])
    return [
        Block("title", desk.texts.say("consultation.news.title", language)),
        Block("paragraph", content["title"][language]),
        _topics(desk, broadcast, language),
        Block("field", day(until, language), label=desk.texts.say("consultation.news.last_day", language)),
        Block("paragraph", desk.texts.say("consultation.news.where", language, address=content["address"])),
    ]


def _version(session: Session, change: dict[str, Any]) -> GuidanceVersion:
    return session.get_one(GuidanceVersion, (change["entry"], change["version"]))


def _topics(desk: Desk, broadcast: Broadcast, language: Language) -> Block:
    return _field(desk, "topics", topic_names(desk, broadcast.topics, language), language)


def _field(desk: Desk, name: str, text: str, language: Language) -> Block:
    return Block("field", text, label=desk.texts.say(f"news.{name}", language))


def _to_read(desk: Desk, session: Session, version: GuidanceVersion, title: str) -> list[Choice]:
    """The button that shows the entry as it holds today; none where nothing of it does yet."""
    holds = versions.in_force(session, version.entry_id, desk.today()) is not None
    return [Choice("show_entry", title, version.entry_id)] if holds else []
