"""Which ratings are left out: those of staff, and those of further accounts of one enterprise; everybody sees which."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.figures import scope
from desk.figures.period import OpenPeriod
from desk.figures.ratings import RatingFigures
from desk.figures.ratings import ratings as counted
from desk.people import telegram_link
from desk.ratings.model import LeftOut, Rating, RatingRequest
from tests.desk_fixtures import SURE, Chatter, World
from tests.enterprise_fixtures import A, B, acts_for, officer, opens, verified

COUNTS, TWICE, STAFF = None, LeftOut.SAME_ENTERPRISE, LeftOut.STAFF


@pytest.fixture(autouse=True)
def _guidance_answers(world: World) -> None:
    for entry in ("dossier_import", "fee_rates"):
        world.search.finds(entry, about=entry, confidence=SURE)


@pytest.fixture
def lan(world: World, lan: Chatter) -> Chatter:
    """Acts for enterprise A, as hung does."""
    return acting_for(world, lan, A)


@pytest.fixture
def hung(world: World, lan: Chatter) -> Chatter:
    return acting_for(world, world.chatter("200"), A)


def acting_for(world: World, chatter: Chatter, tax_code: str) -> Chatter:
    verified(world, chatter, tax_code)
    acts_for(chatter, tax_code)
    chatter.commands("done")
    return chatter


def settled(world: World, chatter: Chatter, *officers: str) -> int:
    """A case that each of the officers answered and the last resolved; returns its request's id."""
    with world.store.reading() as session:
        number = len(session.scalars(select(Case.id)).all())
    case = opens(world, chatter, f"nhập khẩu hoa lan lần {number} thì cần gì")
    chatter.commands("done")
    with world.store.writing() as session:
        mine = session.get_one(Case, case.id)
        for place, username in enumerate(officers):
            who = officer(session, username)
            officer_desk.claim(world.desk, session, mine, who)
            officer_desk.reply(world.desk, session, mine, who, "Cần giấy phép CITES.")
            if place < len(officers) - 1:
                officer_desk.give_back(world.desk, session, mine, who)
        officer_desk.resolve(world.desk, session, mine, officer(session, officers[-1]))
        return session.scalars(select(RatingRequest.id).where(RatingRequest.case_id == case.id)).one()


def answered(world: World, chatter: Chatter, entry: str) -> int:
    """A conversation that the assistant answered by this entry; returns its request's id."""
    chatter.writes(entry)
    chatter.commands("done")
    with world.store.reading() as session:
        return session.scalars(select(RatingRequest.id).order_by(RatingRequest.id.desc()).limit(1)).one()


def rates(chatter: Chatter, request_id: int, stars: int = 5) -> None:
    chatter.presses(chatter.button("rate", f"{request_id}:{stars}").id)
    chatter.taps("no_comment")


def marks(world: World) -> list[LeftOut | None]:
    with world.store.reading() as session:
        return list(session.scalars(select(RatingRequest.left_out).order_by(RatingRequest.id)))


def figures(world: World) -> RatingFigures:
    with world.store.reading() as session:
        return counted(session, OpenPeriod(), scope.whole(session)).all


class TestStaff:
    def test_an_officer_who_asks_is_marked_as_soon_as_they_are_asked(self, world: World, minh: Chatter) -> None:
        request = answered(world, minh, "dossier_import")
        assert marks(world) == [STAFF]
        rates(minh, request)
        assert figures(world) == RatingFigures(0, left_out=1)

    def test_a_case_of_an_officer_is_marked(self, world: World, binh: Chatter) -> None:
        settled(world, binh, "minh")
        assert marks(world) == [STAFF]

    def test_who_became_an_officer_after_being_asked_is_marked_when_they_rate(self, world: World, an: Chatter) -> None:
        request = answered(world, an, "dossier_import")
        assert marks(world) == [COUNTS]
        with world.store.writing() as session:
            code = telegram_link.make_link_code(session, officer(session, "binh"), by="operator", at=world.clock.now())
        an.commands("start", code)
        rates(an, request)
        assert (marks(world), figures(world)) == ([STAFF], RatingFigures(0, left_out=1))

    def test_who_is_no_officer_counts(self, world: World, an: Chatter) -> None:
        rates(an, answered(world, an, "dossier_import"))
        assert (marks(world), figures(world).mean) == ([COUNTS], 5)


Asked = Callable[[World, Chatter], int]


def by_minh(world: World, chatter: Chatter) -> int:
    return settled(world, chatter, "minh")


def by_binh(world: World, chatter: Chatter) -> int:
    return settled(world, chatter, "binh")


def by_both(world: World, chatter: Chatter) -> int:
    return settled(world, chatter, "binh", "minh")


def of_dossier(world: World, chatter: Chatter) -> int:
    return answered(world, chatter, "dossier_import")


def of_fees(world: World, chatter: Chatter) -> int:
    return answered(world, chatter, "fee_rates")


class TestOneEnterprise:
    @pytest.mark.parametrize(
        ("first", "second", "mark"),
        [
            (by_minh, by_minh, TWICE),
            (by_minh, by_binh, COUNTS),
            (by_minh, by_both, TWICE),
            (by_both, by_binh, TWICE),
            (of_dossier, of_dossier, TWICE),
            (of_dossier, of_fees, COUNTS),
            (of_dossier, by_minh, COUNTS),
            (by_minh, of_dossier, COUNTS),
        ],
    )
    def test_a_second_account_counts_unless_it_rates_the_same_officer_or_entry(
        self, world: World, lan: Chatter, hung: Chatter, first: Asked, second: Asked, mark: LeftOut | None
    ) -> None:
        rates(lan, first(world, lan))
        rates(hung, second(world, hung), 1)
        assert marks(world) == [COUNTS, mark]
        assert (figures(world).asked, figures(world).left_out) == ((1, 1) if mark else (2, 0))

    def test_one_account_may_rate_as_often_as_it_is_asked(self, world: World, lan: Chatter) -> None:
        for _ in range(3):
            rates(lan, by_minh(world, lan))
        assert marks(world) == [COUNTS] * 3

    @pytest.mark.parametrize(("days", "mark"), [(30, TWICE), (31, COUNTS)])
    def test_after_thirty_days_another_account_counts(
        self, world: World, lan: Chatter, hung: Chatter, days: int, mark: LeftOut | None
    ) -> None:
        rates(lan, by_minh(world, lan))
        world.clock.advance(days=days)
        rates(hung, by_minh(world, hung))
        assert marks(world) == [COUNTS, mark]

    def test_what_was_left_out_leaves_nothing_else_out(self, world: World, lan: Chatter, hung: Chatter) -> None:
        rates(lan, by_minh(world, lan))
        rates(hung, by_minh(world, hung))
        rates(lan, by_minh(world, lan))
        assert marks(world) == [COUNTS, TWICE, COUNTS]

    def test_who_was_asked_and_said_nothing_leaves_nobody_out(self, world: World, lan: Chatter, hung: Chatter) -> None:
        by_minh(world, lan)
        rates(hung, by_minh(world, hung))
        assert marks(world) == [COUNTS, COUNTS]
        assert (figures(world).asked, figures(world).answered) == (2, 1)

    def test_stars_that_are_changed_keep_their_mark(self, world: World, lan: Chatter, hung: Chatter) -> None:
        mine, theirs = by_minh(world, lan), by_minh(world, hung)
        rates(lan, mine, 4)
        rates(hung, theirs, 1)
        world.clock.advance(days=5)
        rates(lan, mine, 2)
        rates(hung, theirs, 5)
        assert marks(world) == [COUNTS, TWICE]
        with world.store.reading() as session:
            assert session.scalars(select(Rating.stars).order_by(Rating.request_id)).all() == [2, 5]

    def test_another_enterprise_counts(self, world: World, lan: Chatter) -> None:
        other = acting_for(world, world.chatter("300"), B)
        rates(lan, by_minh(world, lan))
        rates(other, by_minh(world, other))
        assert marks(world) == [COUNTS, COUNTS]

    def test_who_only_says_that_they_are_of_an_enterprise_is_somebody_else(
        self, world: World, lan: Chatter, an: Chatter
    ) -> None:
        an.writes("nhập khẩu hoa lan hồ điệp")
        an.taps("ask_officer")
        an.taps("add_details")
        for text in ("Công ty An Bình", A, "0912345678"):
            an.writes(text)
        an.taps("urgency", "not_urgent")
        an.taps("form_skip")
        with world.store.writing() as session:
            case, minh = session.scalars(select(Case)).one(), officer(session)
            assert (case.tax_code, case.enterprise_id) == (A, None)
            officer_desk.claim(world.desk, session, case, minh)
            officer_desk.reply(world.desk, session, case, minh, "Cần giấy phép CITES.")
            officer_desk.resolve(world.desk, session, case, minh)
        an.taps("rate", ":1")
        rates(lan, by_minh(world, lan))
        assert marks(world) == [COUNTS, COUNTS]
