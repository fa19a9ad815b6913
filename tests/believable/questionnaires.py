"""What the unit asked those who had a case with it: one that is written, one open, one closed and one published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlalchemy.orm import Session

from clock import due
from desk.people import service as people
from desk.people.model import Officer
from desk.questionnaires import publishing, reading, service
from desk.questionnaires.answering import Given
from desk.questionnaires.model import Questionnaire, QuestionnaireState
from desk.questionnaires.plan import Plan, Sample, Words
from tests.answered_fixtures import LEVELS, add_answer
from tests.believable.enterprises import local
from tests.desk_fixtures import CONTENT, World

UNIT, HEAD = "KV02-SG1", "hanh"
#: When each was opened, and what has become of it by now.
ASKED = {"published": "2026-07-23 09:00", "closed": "2026-10-08 09:10", "open": "2026-11-10 09:20"}
_TITLES = {
    "published": Words(
        "Khảo sát về thời gian giải đáp 6 tháng đầu năm 2026", "Survey of answering times, first half of 2026"
    ),
    "closed": Words("Khảo sát về thời gian giải đáp quý III năm 2026", "Survey of answering times, third quarter 2026"),
    "open": Words("Khảo sát về hồ sơ tại cảng tháng 11 năm 2026", "Survey of cases at the port, November 2026"),
    "draft": Words("Khảo sát về mẫu tờ khai mới", "Survey of the new declaration form"),
}
#: So many of those who had a case are drawn, so that later ones find people who were not asked lately.
_DRAWN = {"published": 1, "closed": 1, "open": 3, "draft": 2}
_LASTS = dt.timedelta(days=21)
#: What people wrote, by their place.
_WROTE = {
    2: "Trả lời nhanh, dễ hiểu.",
    5: "Mong có thêm hướng dẫn về hoàn thuế.",
    11: "Please answer faster at the port.",
}


def of(world: World) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    for state, at in ASKED.items():
        yield local(at), lambda s=state: _opens(world, s)
        if state != "open":
            yield local(at) + _LASTS + dt.timedelta(days=1), lambda s=state: _ends(world, s)
    yield local("2026-11-16 15:00"), lambda: _drafts(world, "draft")


def _drafts(world: World, state: str) -> int:
    plan = reading.read((CONTENT / "questionnaires" / "yearly_satisfaction.yml").read_text(encoding="utf-8"))
    last_day = world.desk.today() + _LASTS
    heading = replace(plan.heading, title=_TITLES[state], last_day=last_day)
    with world.store.writing() as session:
        head = _head(session)
        unit = head.appointments[0].unit
        made = Plan(heading, plan.questions, Sample(size=_DRAWN[state]))
        return service.make(world.desk, session, unit, made, head).id


def _opens(world: World, state: str) -> None:
    id = _drafts(world, state)
    with world.store.writing() as session:
        found = _known(session, id)
        count = service.preview(world.desk, session, found, _head(session)).asked
        service.open_(world.desk, session, found, _head(session), people=count)
    due.send_questionnaires(world.desk)
    if state == "open":
        return
    for place in range(34):
        add_answer(world, id, _said(world, id, place))


def _said(world: World, id: int, place: int) -> list[Given]:
    """What the person at this place answers to each question."""
    with world.store.reading() as session:
        questions = list(_known(session, id).questions)
    said = []
    for question in questions:
        match question.kind:
            case "level":
                said.append(Given(level=LEVELS[(place * (question.position + 2)) % len(LEVELS)]))
            case "choice":
                said.append(Given(options=[(place * place + question.position) % len(question.options)]))
            case _:
                said.append(Given(text=_WROTE.get(place)))
    return said


def _ends(world: World, state: str) -> None:
    """The clock closes it after its last day; one is published by its head."""
    due.close_questionnaires(world.desk)
    if state == QuestionnaireState.PUBLISHED:
        with world.store.writing() as session:
            [found] = _of_state(session, QuestionnaireState.CLOSED)
            publishing.publish(world.desk, session, found, _head(session))


def _of_state(session: Session, state: QuestionnaireState) -> list[Questionnaire]:
    return service.listed(session, None, limit=10, states=(state,)).rows


def _known(session: Session, id: int) -> Questionnaire:
    found = service.by_id(session, id)
    assert found is not None
    return found


def _head(session: Session) -> Officer:
    officer = people.by_username(session, HEAD)
    assert officer is not None
    return officer
