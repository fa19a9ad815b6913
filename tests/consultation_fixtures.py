"""What tests of consultations share: a draft rule that is made up from end to end, and comments on it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from desk.consultations import commenting, placing, service
from desk.consultations.model import Consultation
from desk.consultations.plan import ConsultationPlan
from desk.questionnaires.plan import Words
from desk.units import service as units
from tests.desk_fixtures import NOON, World
from tests.questionnaire_fixtures import add_leader

LAST_DAY = NOON.date() + dt.timedelta(days=30)
#: No such rule was ever drafted: every word of it is a test's.
PLAN = ConsultationPlan(
    title=Words("Dự thảo bịa để thử: tờ khai màu tím", "A draft made up for tests: purple declarations"),
    summary=Words("Dự thảo này không có thật.", "This draft does not exist."),
    changes=Words("Tờ khai thử có màu tím.", "Test declarations would be purple."),
    reference="https://example.invalid/draft",
    topics=("declaration",),
    questions=(Words("Màu tím có tiện không?", "Is purple practical?"),),
    last_day=LAST_DAY,
)
PRINTER = "Máy in của chúng tôi không in được màu tím"
PRINTER_TOO = "Công ty không có máy in màu, không in được màu tím"
NEVER = "Không nên đổi màu tờ khai"


def drafted(world: World, plan: ConsultationPlan = PLAN, code: str = "VN") -> int:
    with world.store.writing() as session:
        unit = units.by_code(session, code)
        assert unit is not None
        return service.make(world.desk, session, unit, plan, add_leader(session)).id


def consulted(world: World, plan: ConsultationPlan = PLAN) -> int:
    """A consultation that is open; returns its number."""
    id = drafted(world, plan)
    with world.store.writing() as session:
        service.open_(world.desk, session, known(session, id), add_leader(session))
    return id


def ended(world: World, id: int) -> None:
    with world.store.writing() as session:
        service.close(world.desk, session, known(session, id), add_leader(session))


def says(world: World, id: int, *texts: str, question: int | None = None, source: str = "203.0.113.9") -> None:
    for text in texts:
        with world.store.writing() as session:
            commenting.comment(
                world.desk, session, known(session, id), text, question, source=source, form="", language="vi"
            )


def grouped(world: World) -> None:
    """The clock puts comments into groups until nothing is left."""
    world.search.finds_alike("in được màu tím")
    while placing.group_some(world.desk):
        pass


def known(session: Session, id: int) -> Consultation:
    found = service.by_id(session, id, to_change=True)
    assert found is not None
    return found
