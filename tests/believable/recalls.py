"""Guidance that was wrong: its corrections, planned by one curator and let go by another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from desk.guidance import service as guidance
from desk.guidance import versions
from desk.people import service as people
from desk.people.model import Officer
from desk.recall import service as recalls
from desk.recall.model import Recall
from tests.believable.enterprises import local
from tests.desk_fixtures import World

#: What was wrong: the entry, when it was corrected, and what has become of its recall by now.
CORRECTED = {
    "bonded_storage_term": ("2026-11-14 15:30", "paused"),
    "luggage_allowance": ("2026-11-14 16:00", "running"),
    "settlement_report": ("2026-11-14 16:30", "planned"),
}
_WORDS = {
    "wrong_vi": "Câu trả lời trước thiếu nơi nhận hồ sơ.",
    "wrong_en": "The answer before did not say where papers are taken.",
}


def of(world: World) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    for entry, (at, state) in CORRECTED.items():
        yield local(at), lambda e=entry, s=state: _corrects(world, e, s)


def _corrects(world: World, entry: str, state: str) -> None:
    with world.store.writing() as session:
        version = versions.in_force(session, entry, world.desk.today())
        assert version is not None
        data = version.record.as_json()
        for language, words in (("vi", "Hồ sơ nộp tại bộ phận một cửa."), ("en", "Papers go to the one-stop counter.")):
            data["answer"][language] = f"{data['answer'][language].rstrip()} {words}"
        right = type(version.record).model_validate(data)
        at = world.clock.now()
        guidance.publish(session, right, origin="curator", by="officer:hoa", at=at, corrects=True)
        recall = recalls.plan(world.desk, session, entry, recalls.Plan(170, **_WORDS), _officer(session, "hoa"))
        if state != "planned":
            _lets_go(world, session, recall)
        if state == "paused":
            recalls.pause(world.desk, session, recall, _officer(session, "binh"))


def _lets_go(world: World, session: Session, recall: Recall) -> None:
    chats = recalls.numbers_of(session, recall).chats
    recalls.start(world.desk, session, recall, _officer(session, "binh"), chats=chats)


def _officer(session: Session, username: str) -> Officer:
    officer = people.by_username(session, username)
    assert officer is not None
    return officer
