"""What is held, and what was asked about people's data: one request waits for a second officer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.conversations.model import Person
from desk.enterprises import service as enterprises
from desk.people import service as people
from desk.people.model import Officer
from desk.privacy import holds, requests
from tests.believable.enterprises import local
from tests.desk_fixtures import World

#: The question of the case whose person wants their data deleted, and of the case that is held.
WANTS, HELD = "Hồ sơ hoàn thuế của tôi nộp tại", "Máy ép nhựa đã qua sử dụng của tôi"
_ENTERPRISE = "9900123459"


def of(world: World) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    yield local("2026-11-16 09:10"), lambda: _hold(world)
    yield local("2026-11-16 09:40"), lambda: _ask(world)


def _hold(world: World) -> None:
    today = world.desk.today()
    with world.store.writing() as session:
        hanh, enterprise = _officer(session, "hanh"), enterprises.by_tax_code(session, _ENTERPRISE)
        assert enterprise is not None
        for thing, reason, days in (
            (_case(session, HELD), "Doanh nghiệp khiếu nại kết quả giám định, chờ giải quyết.", 1),
            (enterprise, "Phục vụ kiểm tra sau thông quan theo kế hoạch năm.", 180),
        ):
            until = today + dt.timedelta(days=days)
            holds.place(world.desk, session, thing, reason=reason, review_on=until, by=hanh)


def _ask(world: World) -> None:
    with world.store.writing() as session:
        person = session.get_one(Person, _case(session, WANTS).person_id)
        reason = "Gửi đơn tại bộ phận một cửa, đã đối chiếu căn cước."
        requests.ask_for(world.desk, session, person, _officer(session, "hanh"), reason)


def _case(session: Session, question: str) -> Case:
    return session.scalars(select(Case).where(Case.question.startswith(question))).one()


def _officer(session: Session, username: str) -> Officer:
    officer = people.by_username(session, username)
    assert officer is not None
    return officer
