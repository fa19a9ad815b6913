"""What curators are at: drafts in every state, and shipped guidance that changed or went away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from clock import due
from desk.gaps import placing
from desk.gaps import service as gaps
from desk.gaps.model import GapGroup, Reason
from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.drafts import moments as schedule
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.gate import golden
from desk.guidance.gate.passing import keep
from desk.guidance.gate.verdict import Asked, Change, Finding, Gate, GateState
from desk.guidance.record import GuidanceRecord
from desk.people import service as people
from desk.people.model import Officer
from tests.believable.enterprises import local
from tests.curator_fixtures import gate_passes
from tests.desk_fixtures import World

WHY = "Viết lại cho dễ hiểu hơn."


def of(world: World, records: list[GuidanceRecord]) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    yield local("2026-11-12 08:30"), lambda: _ships_anew(world, records)
    yield local("2026-11-13 09:00"), lambda: _writes(world, "payment_channels", "hoa")
    yield local("2026-11-13 10:00"), lambda: _writes(world, "dossier_export", "binh", submitted=True)
    yield local("2026-11-13 11:00"), lambda: _writes(world, "fee_rates", "hoa", overtaken=True)
    yield local("2026-11-13 14:00"), lambda: _asks(world, "dossier_import", "hoa")
    yield local("2026-11-13 15:00"), lambda: _writes(world, "cfs", "binh", submitted=True)
    yield local("2026-11-13 15:10"), lambda: _is_stopped(world, "cfs")
    yield local("2026-11-13 16:00"), lambda: _waits_for_its_moment(world, "co_form_d_timing", "binh", "hoa")
    yield local("2026-11-14 14:00"), lambda: _dismisses_a_gap(world)
    yield local("2026-11-14 15:00"), lambda: _retires(world, "software", "binh")
    yield local("2026-11-14 15:30"), lambda: _mends_one_language(world, "cites")
    yield local("2026-11-14 16:00"), lambda: due.lint_guidance(world.desk)


def _dismisses_a_gap(world: World) -> None:
    """A curator looks through what was asked in vain, and dismisses the first that is no customs matter."""
    while placing.group_some(world.desk):
        pass
    with world.store.writing() as session:
        group = session.scalars(select(GapGroup).order_by(GapGroup.id).limit(1)).one()
        officer = _officer(session, "hoa")
        gaps.dismiss(world.desk, session, group, officer, Reason.NOT_CUSTOMS, "Việc của ngành khác.")


def _ships_anew(world: World, records: list[GuidanceRecord]) -> None:
    """A newer version of the desk comes with one entry changed that a curator changed too, and without another."""
    with world.store.writing() as session:
        shipped = [_plainer(r) if r.id == "duty_payment_deadline" else r for r in records if r.id != "scrap_import"]
        shipped = [r.model_copy(update={"related": [o for o in r.related if o != "scrap_import"]}) for r in shipped]
        guidance.load_shipped(session, shipped, at=world.clock.now())


def _plainer(record: GuidanceRecord) -> GuidanceRecord:
    data = record.as_json()
    data["title"] = {"vi": f"{record.title['vi']} (viết lại)", "en": f"{record.title['en']} (rewritten)"}
    return GuidanceRecord.model_validate(data)


def _writes(world: World, entry: str, username: str, *, submitted: bool = False, overtaken: bool = False) -> None:
    at = world.clock.now()
    with world.store.writing() as session:
        officer = _officer(session, username)
        draft = draft_opening.open_edit(session, entry, officer, at)
        title = {language: f"{said}, cách làm" for language, said in draft.content["title"].items()}
        content = {**draft.content, "title": {**draft.content["title"], "vi": title["vi"]}}
        drafts.save(session, draft, officer, content, reason=WHY, revision=draft.revision, at=at)
        if submitted:
            instruments = world.desk.instruments
            drafts.submit(session, draft, officer, instruments, revision=draft.revision, at=at)
    if overtaken:
        with world.store.writing() as session:
            version = versions.in_force(session, entry, world.desk.today())
            assert version is not None
            guidance.publish(session, _plainer(version.record), origin="curator", by="officer:binh", at=at)


def _mends_one_language(world: World, entry: str) -> None:
    """The Vietnamese title changes and the English one does not: the linter asks whether it still holds."""
    with world.store.writing() as session:
        version = versions.in_force(session, entry, world.desk.today())
        assert version is not None
        data = version.record.as_json()
        data["title"] = {**data["title"], "vi": f"{data['title']['vi']} (bản rõ hơn)"}
        record = GuidanceRecord.model_validate(data)
        guidance.publish(session, record, origin="curator", by="officer:hoa", at=world.clock.now())


def _retires(world: World, entry: str, username: str) -> None:
    with world.store.writing() as session:
        reason = "Phần mềm này đã ngừng dùng."
        draft_opening.propose_retirement(session, entry, _officer(session, username), reason, world.clock.now())


def _asks(world: World, entry: str, username: str) -> None:
    with world.store.writing() as session:
        for text in ("Nhập hàng thì hải quan đòi những giấy tờ nào?", "Bộ hồ sơ nhập khẩu gồm mấy loại giấy?"):
            golden.add(session, entry, _officer(session, username), "vi", text, at=world.clock.now())


def _is_stopped(world: World, entry: str) -> None:
    """The draft of an entry as it stands after its golden questions were tried, one of which it takes away."""
    taken = Asked("cfs_recognition", "vi", "Nước ngoài cấp giấy lưu hành tự do thì hải quan mình có công nhận không?")
    with world.store.writing() as session:
        draft = draft_standing.open_of(session, entry)
        assert draft is not None
        number = guidance.publication_no(session)
        changes = (Change(Finding.TAKEN, taken, "answered", (entry,)),)
        near = ("cfs_recognition", "cfs_term")
        at = world.clock.now()
        keep(session, draft, Gate(GateState.STOPPED, draft.revision, number, at, 15, 14, near, changes))


def _waits_for_its_moment(world: World, entry: str, author: str, approver: str) -> None:
    _writes(world, entry, author, submitted=True)
    at, moment = world.clock.now(), local("2027-03-01 00:00")
    with world.store.writing() as session:
        draft, approving = draft_standing.open_of(session, entry), _officer(session, approver)
        assert draft is not None
        schedule.plan(session, draft, approving, moment, revision=draft.revision, at=at)
        gate_passes(session, draft)
        drafts.approve(session, draft, approving, world.desk.instruments, revision=draft.revision, at=at)


def _officer(session: Session, username: str) -> Officer:
    officer = people.by_username(session, username)
    assert officer is not None
    return officer
