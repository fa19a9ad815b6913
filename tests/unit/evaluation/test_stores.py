"""A conversation is copied with all that belongs to it, messages are measured step by step, and the page tells it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from desk.conversations.model import Button, Chat, Conversation, InboxUpdate, Message
from desk.deliveries.model import Delivery
from evaluation.speed.stores.filling import Pattern, address_of, fill
from evaluation.speed.stores.one_message import ALL, STEPS, Walk, by_turns
from evaluation.speed.stores.replicas import Rate
from evaluation.speed.stores.report import Report
from evaluation.speed.stores.run import one_conversation
from evaluation.speed.stores.scene import Scene, prepare, scene


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("store") / "desk.sqlite"
    prepare(f"sqlite:///{file}")
    return file


@pytest.fixture
def place(prepared: Path, tmp_path: Path) -> Iterator[Scene]:
    file = shutil.copy(prepared, tmp_path / "desk.sqlite")
    with scene(f"sqlite:///{file}", "measured") as found:
        yield found


@pytest.fixture
def pattern(place: Scene) -> Pattern:
    return one_conversation(place)


def test_a_conversation_is_copied_with_every_row_that_it_left(place: Scene, pattern: Pattern) -> None:
    fill(place.desk.store, pattern, 1, 7)
    with place.desk.store.reading() as session:
        for table in (InboxUpdate, Chat, Conversation, Message, Button, Delivery):
            rows = pattern.counts()[table.__tablename__]
            assert session.scalar(select(func.count()).select_from(table)) == 8 * rows
        chat = session.scalars(select(Chat).where(Chat.address == str(address_of(3)))).one()
        conversation = session.scalars(select(Conversation).where(Conversation.chat_id == chat.id)).one()
        messages = session.scalars(select(Message).where(Message.conversation_id == conversation.id)).all()
        assert [message.author for message in messages] == ["person", "assistant", "assistant"]
        update = session.get_one(InboxUpdate, messages[0].update_id)
        assert update.chat_address == chat.address


def test_what_is_named_inside_of_a_row_is_renamed_too(place: Scene, pattern: Pattern) -> None:
    fill(place.desk.store, pattern, 1, 2)
    with place.desk.store.reading() as session:
        chat = session.scalars(select(Chat).where(Chat.address == str(address_of(2)))).one()
        conversation = session.scalars(select(Conversation).where(Conversation.chat_id == chat.id)).one()
        [asked] = session.scalars(
            select(Message).where(Message.conversation_id == conversation.id, Message.author == "person")
        )
        arguments = session.scalars(select(Button.argument).where(Button.conversation_id == conversation.id)).all()
    assert any(asked.id in str(argument) for argument in arguments)


def test_copies_go_on_after_what_was_written_meanwhile(place: Scene, pattern: Pattern) -> None:
    fill(place.desk.store, pattern, 1, 2)
    by_turns([(Walk(place), [address_of(1)])], warming=0)
    fill(place.desk.store, pattern, 3, 4)
    with place.desk.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Chat)) == 5


def test_a_message_of_a_copied_conversation_is_answered_and_every_step_of_it_measured(
    place: Scene, pattern: Pattern
) -> None:
    fill(place.desk.store, pattern, 1, 3)
    walk = Walk(place)
    by_turns([(walk, [address_of(number) for number in (1, 2, 3)])], warming=1)
    figures = walk.figures()
    assert set(figures) == {*STEPS, ALL}
    assert sum(figures[step]["p50"] for step in STEPS) == pytest.approx(figures[ALL]["p50"], rel=0.2)


def figures(p50: float) -> dict[str, dict[str, float]]:
    return {step: {"p50": p50, "p95": 2 * p50, "work_p50": p50 / 2} for step in (*STEPS, ALL)}


def size(conversations: int, sqlite: float, postgresql: float) -> dict[str, Any]:
    stores = {"sqlite": figures(sqlite), "postgresql": figures(postgresql)}
    beside = {"sqlite": figures(10.0), "postgresql": figures(20.0)}
    return {"conversations": conversations, "stores": stores, "beside": beside, "load": 1.0}


@pytest.fixture
def report() -> Report:
    rates = {"1": [Rate(10.0, 0), Rate(20.0, 1)]} | {key: [Rate(15.0, 0), Rate(30.0, 0)] for key in "234"}
    return Report(
        day=dt.date(2026, 11, 28),
        python="3.11.7",
        cores=2,
        messages=120,
        rows=16,
        few=100,
        sizes=[size(100, 10.0, 20.0), size(100_000, 12.0, 21.0)],
        waiting=200,
        throughput={1_000: {"sqlite": rates, "postgresql": rates}},
    )


def test_the_page_says_how_time_grows_and_what_replicas_bring(report: Report) -> None:
    page = report.as_page()
    assert "| 100,000 | 12.0 (24.0) | 6.0 | 1.20 | 21.0 (42.0) | 10.5 | 1.05 | 1.75 | 1 |" in page
    assert "the word that something failed: 1 on SQLite, 1 on PostgreSQL." in page
    assert "| 1,000 | SQLite | 15.0 (10.0–20.0) | 22.5 (15.0–30.0) | 1.50 |" in page


def test_page_pictures_and_data_are_written_together(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "stores.md", tmp_path / "pictures", tmp_path / "stores.json")
    assert json.loads((tmp_path / "stores.json").read_text())["growth"]["100000"] == {"sqlite": 1.2, "postgresql": 1.05}
    for name in ("stores-time.svg", "stores-replicas.svg"):
        assert f"pictures/{name}" in (tmp_path / "stores.md").read_text()
        assert (tmp_path / "pictures" / name).stat().st_size < 60_000


def test_without_postgresql_the_page_says_why(report: Report) -> None:
    alone = [{**of, "stores": {"sqlite": of["stores"]["sqlite"]}} for of in report.sizes]
    rates = {1_000: {"sqlite": report.throughput[1_000]["sqlite"]}}
    page = replace(report, sizes=alone, throughput=rates, missing="PostgreSQL does not start here").as_page()
    assert "PostgreSQL was not measured: PostgreSQL does not start here" in page
    assert "times SQLite" not in page
