"""The service index of the authority: points that were deducted, one with an objection, and an index that is public."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from desk.people import service as people
from desk.people.model import Officer
from desk.service_index import deductions, publishing
from desk.service_index.criteria import Criteria
from desk.service_index.span import named
from desk.units import service as units
from tests.believable.enterprises import local
from tests.desk_fixtures import World

#: By the criteria that ship too little can be judged of so few cases: this authority asks for less.
_LEAST_JUDGED = ("least_judged: 60", "least_judged: 40")
_OFFICE = "KV02-SG1"
REASONS = (
    "Trả lời chậm một kiến nghị bằng văn bản; đã xác minh với doanh nghiệp ngày 28/9.",
    "Không cập nhật thông báo ngừng hệ thống trong ngày; đã xác minh với bộ phận công nghệ thông tin.",
)
OBJECTION = "Thông báo đã được cập nhật lúc 16 giờ cùng ngày trên trang của đơn vị."


def of(world: World) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    yield local("2026-10-05 09:00"), lambda: _deducts(world)
    yield local("2026-10-06 09:00"), lambda: _objects(world)
    yield local("2026-10-12 10:00"), lambda: _publishes(world)


def _deducts(world: World) -> None:
    with world.store.writing() as session:
        unit, vinh = units.by_code(session, _OFFICE), _officer(session, "vinh")
        assert unit is not None
        for points, reason in zip((100, 50), REASONS, strict=True):
            day = dt.date(2026, 9, 24)
            deductions.deduct(world.desk, session, unit, vinh, points=points, day=day, reason=reason)


def _objects(world: World) -> None:
    with world.store.writing() as session:
        second = deductions.by_id(session, 2)
        assert second is not None
        deductions.object_to(world.desk, session, second, _officer(session, "hanh"), OBJECTION)


def _publishes(world: World) -> None:
    rules = world.desk.rules
    own = dataclasses.replace(rules, service_index=Criteria.parse(rules.service_index.text.replace(*_LEAST_JUDGED)))
    desk = dataclasses.replace(world.desk, rules=own)
    with world.store.writing() as session:
        publishing.publish(desk, session, named("2026-Q3", desk.today()), "office", _officer(session, "mai"))


def _officer(session: Session, username: str) -> Officer:
    officer = people.by_username(session, username)
    assert officer is not None
    return officer
