"""What tests of questionnaires share: people with matters, a leader, a short questionnaire, and its answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clock import due
from desk.conversations.model import Chat
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery
from desk.people import service as people
from desk.people.model import Officer, Role
from desk.questionnaires import answering, service
from desk.questionnaires.model import Invitation, QuestionKind, Questionnaire, Scale
from desk.questionnaires.plan import Heading, Plan, QuestionPlan, Sample, Words
from desk.units import service as units
from tests.desk_fixtures import NOON, Chatter, World

ENTRY = "dossier_import"
LAST_DAY = NOON.date() + dt.timedelta(days=21)
LEVEL = QuestionPlan(QuestionKind.LEVEL, Words("Bạn hài lòng không?", "Are you satisfied?"), scale=Scale.SATISFACTION)
ONE = QuestionPlan(
    QuestionKind.CHOICE,
    Words("Bạn hỏi ở đâu?", "Where did you ask?"),
    options=(Words("Telegram", "Telegram"), Words("Trang web", "The web")),
)
SEVERAL = QuestionPlan(
    QuestionKind.CHOICE,
    Words("Điều gì đã tốt?", "What was good?"),
    options=(Words("Nhanh", "Speed"), Words("Rõ", "Clarity"), Words("Lịch sự", "Courtesy")),
    several=True,
    optional=True,
)
WORDS = QuestionPlan(QuestionKind.TEXT, Words("Bạn góp ý gì?", "What do you suggest?"), optional=True, longest=200)


def a_plan(
    questions: Sequence[QuestionPlan] = (LEVEL, ONE, SEVERAL, WORDS), *, anonymous: bool = True, **sample: Any
) -> Plan:
    heading = Heading(
        title=Words("Khảo sát năm 2026", "Survey of 2026"),
        introduction=Words("Mong bạn cho biết ý kiến.", "Please tell us what you think."),
        thanks=Words("Cảm ơn bạn đã trả lời.", "Thank you for answering."),
        anonymous=anonymous,
        minutes=2,
        last_day=LAST_DAY,
    )
    return Plan(heading, tuple(questions), Sample(**sample))


def add_leader(session: Session, username: str = "quan", role: Role = Role.MANAGER, code: str = "VN") -> Officer:
    """Somebody who leads a unit, made at the first call."""
    known = people.by_username(session, username)
    if known is not None:
        return known
    unit = units.by_code(session, code)
    assert unit is not None
    return people.add_officer(
        session, username=username, name=username.title(), role=role, password="a password of tests", by="operator",
        at=NOON, unit=unit,
    )  # fmt: skip


def asked(world: World, *addresses: str, channel: str = "telegram") -> list[Chatter]:
    """People whose question was answered, and whose conversation is over, with nothing on its way to them."""
    world.search.finds(ENTRY, about="hồ sơ")
    found = [world.chatter(address, channel) for address in addresses]
    for chatter in found:
        chatter.writes("hồ sơ nhập khẩu gồm gì")
        chatter.commands("done")
    deliver(world)
    return found


def deliver(world: World) -> None:
    """Everything that is on its way arrives."""
    with world.store.writing() as session:
        for delivery in session.scalars(select(Delivery).where(Delivery.state == "created")):
            deliveries.delivered(session, delivery.id, world.clock.now())


def made(world: World, plan: Plan | None = None, by: str = "quan", code: str = "VN") -> int:
    """A draft; returns its number."""
    with world.store.writing() as session:
        officer = add_leader(session, by)
        unit = units.by_code(session, code)
        assert unit is not None
        return service.make(world.desk, session, unit, plan or a_plan(), officer).id


def opened(world: World, plan: Plan | None = None, by: str = "quan", code: str = "VN") -> int:
    """A questionnaire that is let go, with nothing sent yet; returns its number."""
    id = made(world, plan, by, code)
    with world.store.writing() as session:
        questionnaire, officer = known(session, id), add_leader(session, by)
        people = service.preview(world.desk, session, questionnaire, officer).asked
        service.open_(world.desk, session, questionnaire, officer, people=people)
    return id


def sent(world: World, plan: Plan | None = None) -> int:
    """A questionnaire that everybody in its sample got; returns its number."""
    id = opened(world, plan)
    due.send_questionnaires(world.desk)
    deliver(world)
    return id


def closed(world: World, id: int) -> None:
    with world.store.writing() as session:
        service.close(world.desk, session, known(session, id), add_leader(session))


def known(session: Session, id: int) -> Questionnaire:
    found = service.by_id(session, id, to_change=True)
    assert found is not None
    return found


def invitation(session: Session, chatter: Chatter, id: int | None = None) -> Invitation:
    """The chat's newest invitation, or that to one questionnaire."""
    query = select(Invitation).join(Chat).where(Chat.address == chatter.address).order_by(Invitation.id.desc())
    return session.scalars(query if id is None else query.where(Invitation.questionnaire_id == id)).first()  # type: ignore[return-value]


def answers(world: World, chatter: Chatter, *given: answering.Given, finish: bool = True) -> None:
    """Answer the questions in their order by the page, and hand them in."""
    with world.store.writing() as session:
        invited = invitation(session, chatter)
        for question, one in zip(invited.questionnaire.questions, given, strict=False):
            answering.answer(world.desk, session, invited, question, one)
        if finish:
            answering.finish(world.desk, session, invited)
