"""Draft rules of the unit on which the public comments; no such rule was ever drafted, and the titles say so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from desk.consultations import answering, commenting, placing, service
from desk.consultations.answering import Said
from desk.consultations.model import Outcome
from desk.consultations.plan import ConsultationPlan
from desk.consultations.standing import standing
from desk.people import service as people
from desk.questionnaires.plan import Words
from desk.units import service as units
from tests.believable.enterprises import local
from tests.desk_fixtures import World

UNIT, HEAD = "KV02-SG1", "hanh"
#: When each was opened, by what has become of it by now.
ASKED = {"closed": "2026-09-01 09:00", "open": "2026-11-03 09:00"}
_LASTS = dt.timedelta(days=40)
_TITLES = {
    "closed": Words("Dự thảo giả định: giờ nhận hồ sơ tại cảng", "Imaginary draft: when papers are taken at the port"),
    "open": Words("Dự thảo giả định: đặt lịch kiểm tra hàng", "Imaginary draft: booking an inspection"),
    "draft": Words("Dự thảo giả định: mẫu giấy hẹn mới", "Imaginary draft: a new appointment slip"),
}
_SAID = (
    "Đề nghị nhận hồ sơ cả buổi trưa vì xe thường đến cảng lúc 12 giờ.",
    "Nên nhận hồ sơ buổi trưa, lái xe chờ rất lâu.",
    "Đề nghị có bản điện tử của giấy hẹn, không phải in.",
    "Please let us book the inspection online.",
    "Cho phép đổi lịch kiểm tra khi tàu đến muộn.",
    "Giấy hẹn điện tử sẽ tiện hơn giấy in.",
)


def of(world: World) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    world.search.finds_alike("hồ sơ cả buổi trưa", "hồ sơ buổi trưa")
    world.search.finds_alike("bản điện tử của giấy hẹn", "Giấy hẹn điện tử")
    for state, at in ASKED.items():
        yield local(at), lambda s=state: _opens(world, s)
    yield local(ASKED["closed"]) + _LASTS, lambda: _ends(world)
    yield local("2026-11-16 15:30"), lambda: _drafts(world, "draft")


def _drafts(world: World, state: str) -> int:
    plan = ConsultationPlan(
        title=_TITLES[state],
        summary=Words(
            "Một dự thảo không có thật, chỉ để xem trang này.", "A draft that does not exist, to see this page."
        ),
        changes=Words("Không có gì thay đổi.\nĐây chỉ là ví dụ.", "Nothing changes.\nThis is an example only."),
        reference="https://example.invalid/du-thao",
        topics=("declaration",) if state == "open" else (),
        questions=(Words("Giờ nào tiện cho doanh nghiệp?", "Which hours suit you?"),),
        last_day=world.desk.today() + _LASTS,
    )
    with world.store.writing() as session:
        head = people.by_username(session, HEAD)
        unit = units.by_code(session, UNIT)
        assert head is not None
        assert unit is not None
        return service.make(world.desk, session, unit, plan, head).id


def _opens(world: World, state: str) -> None:
    id = _drafts(world, state)
    with world.store.writing() as session:
        found, head = service.by_id(session, id), people.by_username(session, HEAD)
        assert found is not None
        assert head is not None
        service.open_(world.desk, session, found, head)
        for number, text in enumerate(_SAID):
            question = 0 if number == len(_SAID) - 2 else None
            source = f"198.51.100.{number}"
            commenting.comment(world.desk, session, found, text, question, source=source, form="", language="vi")
    if state == "closed":
        while placing.group_some(world.desk):
            pass


def _ends(world: World) -> None:
    with world.store.writing() as session:
        [found] = service.listed(session, None, limit=5).rows
        head = people.by_username(session, HEAD)
        assert head is not None
        service.close(world.desk, session, found, head)
        words = Words("Nhận hồ sơ cả buổi trưa.", "Papers are taken at noon too.")
        first, second, *_ = standing(session, found).groups
        answering.answer(world.desk, session, found, first.group, Said(Outcome.TAKEN_UP, words, True), head)
        later = Words("Sẽ làm ở việc khác.", "This is done elsewhere.")
        answering.answer(world.desk, session, found, second.group, Said(Outcome.ELSEWHERE, later, False), head)
