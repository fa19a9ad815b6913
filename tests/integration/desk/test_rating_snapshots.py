"""What is kept when a rating is asked for: nothing that happens to officers, units or the case later moves a figure."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.cases.persons import desk as person_desk
from desk.conversations.model import Conversation
from desk.figures import scope
from desk.figures.period import OpenPeriod
from desk.figures.ratings import Place, RatingFigures
from desk.figures.ratings import ratings as counted
from desk.people import administration
from desk.people.model import Role
from desk.ratings.model import RatingPart, RatingRequest
from desk.units import service as units
from desk.working_time.hours import local_day
from tests.desk_fixtures import Chatter, World
from tests.small_tree import a_case_at, add_people, add_units, officer, unit

#: Everything that figures of ratings say: of conversations, by place, and for each unit that somebody can choose.
Figures = tuple[RatingFigures, dict[Place, RatingFigures], dict[str, RatingFigures]]


@pytest.fixture
def case_id(world: World, lan: Chatter) -> int:
    """A case of which thu of one office answered a part and dung of another region the rest, rated with four stars."""
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
    id_ = a_case_at(world, "CATLAI", lan)
    lan.commands("done")
    acts(world, id_, ("claim", "thu"), ("ask", "thu", "Loài nào?"), ("transfer", "thu", "KV03", "Đúng việc"))
    acts(world, id_, ("claim", "dung"), ("reply", "dung", "Cần giấy phép CITES."), ("resolve", "dung"))
    lan.taps("rate", ":4")
    return id_


def acts(world: World, case_id: int, *done: tuple[str, ...]) -> None:
    for act, username, *words in done:
        with world.store.writing() as session:
            case = session.get_one(Case, case_id)
            arguments = [unit(session, word) if act == "transfer" and word in _CODES else word for word in words]
            getattr(officer_desk, act)(world.desk, session, case, officer(session, username), *arguments)


_CODES = ("KV02", "KV03", "CATLAI", "LINHTRUNG", "CATLAI-1")


def figures(world: World) -> Figures:
    with world.store.reading() as session:
        everything = counted(session, OpenPeriod(), scope.whole(session))
        chosen = {
            code: counted(session, OpenPeriod(), scope.Scope((unit(session, code),))).cases
            for code in ("KV02", "KV03", "CATLAI", "LINHTRUNG")
        }
    return everything.conversations, dict(everything.by_place), chosen


def parts(world: World) -> list[tuple[str, float, int | None, int | None]]:
    with world.store.reading() as session:
        rows = session.scalars(select(RatingPart).order_by(RatingPart.id))
        return [(part.officer_name, part.share, part.office_id, part.region_id) for part in rows]


def test_officers_of_two_units_share_the_credit(world: World, case_id: int) -> None:
    with world.store.reading() as session:
        cat_lai, second, third = (unit(session, code).id for code in ("CATLAI", "KV02", "KV03"))
    assert parts(world) == [("Thu", 0.5, cat_lai, second), ("Dung", 0.5, None, third)]
    _, by_place, chosen = figures(world)
    assert by_place == {
        Place(None, cat_lai, second): RatingFigures(0.5, (0, 0, 0, 0.5, 0)),
        Place(None, None, third): RatingFigures(0.5, (0, 0, 0, 0.5, 0)),
    }
    assert [chosen[code].asked for code in ("KV02", "CATLAI", "KV03", "LINHTRUNG")] == [0.5, 0.5, 0.5, 0]


def _rename_officer(_: World, session: Session, __: int) -> None:
    administration.rename(session, officer(session, "thu"), "Nguyễn Thị Thu Hà", by=None, at=_NOW)


def _move_officer(_: World, session: Session, __: int) -> None:
    thu = officer(session, "thu")
    administration.appoint(session, thu, Role.OFFICER, unit(session, "LINHTRUNG"), by=None, at=_NOW)
    administration.dismiss(session, thu, Role.OFFICER, unit(session, "CATLAI"), by=None, at=_NOW)


def _deactivate_officer(_: World, session: Session, __: int) -> None:
    administration.deactivate(session, officer(session, "dung"), by=None, at=_NOW)


def _change_unit(session: Session, code: str, **values: str) -> None:
    row = next(row for row in units.rows(session) if row.code == code)
    units.load(session, [dataclasses.replace(row, **values)], by="operator", at=_NOW)


def _move_unit(_: World, session: Session, __: int) -> None:
    _change_unit(session, "CATLAI", parent="KV03")


def _rename_unit(_: World, session: Session, __: int) -> None:
    _change_unit(session, "CATLAI", name_vi="Hải quan cảng Cát Lái mới", name_en="New Cat Lai Customs")


def _close_unit(_: World, session: Session, __: int) -> None:
    units.close(session, unit(session, "CATLAI"), "Sáp nhập", by="operator", at=_NOW)


def _person_reopens(world: World, session: Session, case_id: int) -> None:
    person_desk.reopen(world.desk, session, session.get_one(Case, case_id))


def _case_moves_on(world: World, session: Session, case_id: int) -> None:
    case = session.get_one(Case, case_id)
    person_desk.reopen(world.desk, session, case)
    officer_desk.transfer(
        world.desk, session, case, officer(session, "dung"), unit(session, "LINHTRUNG"), "Đúng nơi làm thủ tục"
    )


_NOW = dt.datetime(2026, 11, 25, 3, tzinfo=dt.UTC)
_LATER: list[Callable[[World, Session, int], None]] = [
    _rename_officer,
    _move_officer,
    _deactivate_officer,
    _move_unit,
    _rename_unit,
    _close_unit,
    _person_reopens,
    _case_moves_on,
]


@pytest.mark.parametrize("happens", _LATER, ids=lambda happens: happens.__name__.strip("_"))
def test_what_happens_later_changes_no_past_figure(
    world: World, case_id: int, happens: Callable[[World, Session, int], None]
) -> None:
    before = figures(world), parts(world)
    world.clock.advance(days=1)
    with world.store.writing() as session:
        happens(world, session, case_id)
    assert (figures(world), parts(world)) == before


def _settled_again(world: World, case_id: int, username: str) -> None:
    with world.store.writing() as session:
        person_desk.reopen(world.desk, session, session.get_one(Case, case_id))
    acts(world, case_id, ("claim", username), ("reply", username, "Kiểm dịch nữa."), ("resolve", username))


def test_a_case_that_is_settled_again_by_another_stays_one_request_of_its_first_day(
    world: World, lan: Chatter, case_id: int
) -> None:
    first = local_day(world.clock.now())
    _, _, before = figures(world)
    world.clock.advance(days=3)
    _settled_again(world, case_id, "minh")
    with world.store.reading() as session:
        request = session.scalars(select(RatingRequest)).one()
        assert local_day(request.asked_at) == first
        assert request.open_until == world.clock.now() + dt.timedelta(days=14)
        today = OpenPeriod(first=local_day(world.clock.now()))
        assert counted(session, today, scope.whole(session)).all == RatingFigures(0)
        whole = counted(session, OpenPeriod(), scope.whole(session)).all
    assert whole == RatingFigures(1, (0, 0, 0, 1, 0))
    assert [(name, round(share, 6)) for name, share, *_ in parts(world)] == [
        (name, 0.333333) for name in ("Thu", "Dung", "Minh")
    ]
    lan.taps("rate", ":5")
    _, _, chosen = figures(world)
    third = chosen["CATLAI"]
    assert (third.asked, third.counts[4], sum(third.counts)) == (pytest.approx(1 / 3), third.asked, third.asked)
    assert before["CATLAI"].asked == 0.5


def test_whoever_had_a_part_before_keeps_the_place_and_the_name_of_then(world: World, case_id: int) -> None:
    thu, dung = parts(world)
    world.clock.advance(days=1)
    with world.store.writing() as session:
        _move_unit(world, session, case_id)
        _rename_officer(world, session, case_id)
    _settled_again(world, case_id, "dung")
    assert parts(world) == [thu, dung]


def test_a_request_keeps_its_channel_topic_and_guidance_when_the_case_is_settled_again(
    world: World, case_id: int
) -> None:
    def kept() -> tuple[object, ...]:
        with world.store.reading() as session:
            asked = session.scalars(select(RatingRequest)).one()
            return asked.channel, asked.language, asked.topic, asked.entry, asked.person_id, asked.left_out

    before = kept()
    web = world.chatter("900", "web")
    web.writes("xin chào")
    with world.store.writing() as session:
        case = session.get_one(Case, case_id)
        case.topic, case.language = "tax", "en"
        case.conversation = session.scalars(select(Conversation).order_by(Conversation.started_at.desc())).first()
        assert case.channel == "web"
    _settled_again(world, case_id, "minh")
    assert kept() == before


class TestWhatIsKept:
    def test_of_a_conversation_the_entry_its_version_and_group(self, world: World, lan: Chatter) -> None:
        world.search.finds("dossier_import", about="hồ sơ")
        lan.writes("hồ sơ nhập khẩu gồm gì")
        lan.commands("done")
        with world.store.reading() as session:
            asked = session.scalars(select(RatingRequest)).one()
            kept = (asked.entry, asked.version, asked.topic, asked.channel, asked.language, asked.case_id, asked.parts)
        assert kept == ("dossier_import", 1, "declaration", "telegram", "vi", None, [])
