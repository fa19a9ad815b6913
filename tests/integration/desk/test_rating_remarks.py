"""Officers remark on ratings of theirs, and everybody sees of ratings what is theirs to see."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from clock.due import forget_what_is_due
from desk.audit.model import AuditEntry
from desk.conversations.model import Conversation
from desk.figures.scope import whole
from desk.people.model import Role
from desk.people.service import add_officer, appoint
from desk.ratings import service as ratings
from desk.ratings.model import LeftOut, Rating, RatingRequest
from desk.ratings.reviews import mine, received, remarks, service
from desk.ratings.reviews.mine import NotCounted
from desk.ratings.reviews.model import RatingRemark, RatingReview, ReviewAct
from desk.ratings.reviews.permissions import ReviewRefused
from desk.ratings.reviews.received import Chosen
from desk.units.model import DEPARTMENT
from tests.desk_fixtures import NOON, SURE, Chatter, World
from tests.privacy_fixtures import KEPT_FOR
from tests.rating_review_fixtures import FINDINGS, add_small_tree, rated, the_review, told, worded
from tests.small_tree import officer, unit

REMARK = "Hồ sơ chờ kết quả giám định nên không thể nhanh hơn."


@pytest.fixture(autouse=True)
def _small_tree(world: World) -> None:
    add_small_tree(world)


def remarks_on_it(world: World, name: str, text: str = REMARK, request_id: int = 1) -> None:
    with world.store.writing() as session:
        request = session.get_one(RatingRequest, request_id)
        remarks.remark(world.desk, session, request, officer(session, name), text)


def shown_to(world: World, name: str | None, chosen: Chosen | None = None) -> list[tuple[int, list[str]]]:
    """Stars and remarks of each rating that a reader sees."""
    with world.store.reading() as session:
        reader = officer(session, name) if name else None
        scope = received.scope_of(reader) if reader else whole(session)
        found = received.listed(session, scope, reader, chosen or Chosen(), limit=50)
        return [(one.rating.stars, [remark.text for remark in one.remarks]) for one in found.rows]


def mine_of(world: World, name: str) -> list[mine.Mine]:
    with world.store.reading() as session:
        return mine.listed(session, officer(session, name), limit=10).rows


# Remarks


def test_an_officer_has_one_remark_and_changes_it_until_the_review_is_settled(world: World, lan: Chatter) -> None:
    rated(world, lan, 1)
    count = len(lan.read())
    remarks_on_it(world, "thu", "Chờ giám định.")
    remarks_on_it(world, "thu")
    with world.store.reading() as session:
        assert [each.text for each in session.scalars(select(RatingRemark))] == [REMARK]
        acts = session.scalars(select(AuditEntry.actor).where(AuditEntry.act == "rating_review.remarked")).all()
        assert acts == ["officer:thu"] * 2
    worded(world)
    told(world)
    with pytest.raises(ReviewRefused, match="remark_late"):
        remarks_on_it(world, "thu", "Khác.")
    assert all(REMARK not in said.text for said in lan.read()[count:])
    assert mine_of(world, "thu")[0].may_remark is False


def test_of_a_rating_without_a_review_the_remark_stays_open(world: World, lan: Chatter) -> None:
    rated(world, lan, 5)
    remarks_on_it(world, "thu")
    world.clock.advance(days=100)
    remarks_on_it(world, "thu", "Cảm ơn doanh nghiệp.")
    assert mine_of(world, "thu")[0].remark == "Cảm ơn doanh nghiệp."


@pytest.mark.parametrize("name", ["nam", "hanh", "dung"])
def test_who_has_no_part_remarks_on_nothing(world: World, lan: Chatter, name: str) -> None:
    rated(world, lan, 1)
    with pytest.raises(ReviewRefused, match="no_part"):
        remarks_on_it(world, name)


@pytest.mark.parametrize("text", ["", " … ", "x" * 2001])
def test_a_remark_without_words_or_with_too_many_is_refused(world: World, lan: Chatter, text: str) -> None:
    rated(world, lan, 1)
    with pytest.raises(ReviewRefused) as refused:
        remarks_on_it(world, "thu", text)
    assert refused.value.field == "remark"


def test_remarks_are_read_by_heads_and_managers_of_the_unit_and_by_nobody_else(world: World, lan: Chatter) -> None:
    with world.store.writing() as session:
        for name, role, code in (
            ("mai", Role.MANAGER, "KV02"),
            ("quan", Role.ADMINISTRATOR, "CATLAI"),
            ("ha", Role.HEAD, "LINHTRUNG"),
            ("phuong", Role.HEAD, DEPARTMENT),
        ):
            add_officer(
                session, username=name, name=name.title(), role=role, password="a password of tests", by="operator",
                at=NOON, unit=unit(session, code),
            )  # fmt: skip
    rated(world, lan, 2)
    remarks_on_it(world, "thu")
    with_it = [(2, [REMARK])]
    assert [shown_to(world, name) for name in ("hanh", "vinh", "mai", "phuong", None)] == [with_it] * 5
    assert (shown_to(world, "quan"), shown_to(world, "ha")) == ([(2, [])], [])
    with pytest.raises(LookupError):
        shown_to(world, "thu")


# One's own


def test_an_officer_sees_the_ratings_of_their_own_cases_only(world: World, lan: Chatter, an: Chatter) -> None:
    rated(world, lan, 2, "thu", comment="lâu quá")
    rated(world, an, 5, "nam")
    (one,) = mine_of(world, "thu")
    assert (one.part.share, one.stars, one.received.rating.comment) == (1, 2, "lâu quá")
    with world.store.reading() as session:
        assert mine.of_request(session, officer(session, "thu"), 2) is None
        assert mine.of_request(session, officer(session, "nam"), 2) is not None


def test_what_does_not_count_says_why(world: World, lan: Chatter, an: Chatter) -> None:
    rated(world, lan, 1)
    rated(world, an, 1)
    with world.store.writing() as session:
        request = session.get_one(RatingRequest, 1)
        ratings.give_reasons(session, request, ["rule"], world.clock.now(), world.desk.rules.ratings)
        session.execute(update(RatingRequest).where(RatingRequest.id == 2).values(left_out=LeftOut.SAME_ENTERPRISE))
    assert [(one.not_counted, one.stars) for one in mine_of(world, "thu")] == [
        (NotCounted.SAME_ENTERPRISE, None),
        (NotCounted.NOT_ABOUT_OFFICERS, None),
    ]
    with world.store.reading() as session:
        assert mine.figures(session, officer(session, "thu")).judged == 0


def test_own_figures_have_a_mean_from_twenty_on(world: World, lan: Chatter) -> None:
    rated(world, lan, 4)
    with world.store.writing() as session:
        request = session.scalars(select(RatingRequest)).one()
        (part,) = request.parts
        first = mine.figures(session, officer(session, "thu"))
        assert (first.judged, first.is_enough, first.mean_interval) == (1, False, None)
        for number in range(38):
            other = Conversation(
                chat=request.conversation.chat, language="vi", started_at=NOON, last_activity_at=NOON, ended_at=NOON
            )
            kept = {name: getattr(request, name) for name in ("person_id", "channel", "language", "ask_at", "asked_at")}
            more = RatingRequest(conversation=other, **kept)
            more.parts = [type(part)(officer_id=part.officer_id, officer_name="Thu", unit_id=part.unit_id, share=0.5)]
            stars = 5 if number % 2 else 3
            more.rating = Rating(
                person_id=request.person_id, stars=stars, first_stars=stars, reasons=[], for_service=True,
                for_rule=False, for_officer=stars, rated_at=NOON,
            )  # fmt: skip
            session.add(more)
        session.flush()
        enough = mine.figures(session, officer(session, "thu"))
    assert (enough.judged, enough.mean) == (20, 4.0)
    assert enough.mean_interval is not None


# Those of units


def test_the_list_is_filtered(world: World, lan: Chatter, an: Chatter) -> None:
    rated(world, lan, 2, "thu")
    rated(world, an, 5, "nam")
    with world.store.writing() as session:
        request = session.get_one(RatingRequest, 2)
        ratings.give_reasons(session, request, ["speed", "rule"], world.clock.now(), world.desk.rules.ratings)
        request.left_out = LeftOut.STAFF
    for chosen, stars in (
        (Chosen(stars=2), [2]),
        (Chosen(officer="na"), [5]),
        (Chosen(reason="rule"), [5]),
        (Chosen(reason="clarity"), []),
        (Chosen(mark="marked"), [5]),
        (Chosen(mark="counted"), [2]),
        (Chosen(mark="staff"), [5]),
        (Chosen(mark="same_enterprise"), []),
        (Chosen(review="open"), [2]),
        (Chosen(review="none"), [5]),
        (Chosen(review="told"), []),
        (Chosen(), [5, 2]),
    ):
        assert [found for found, _ in shown_to(world, "hanh", chosen)] == stars, chosen


def test_conversations_without_a_case_are_read_in_the_department(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about="hồ sơ", confidence=SURE)
    lan.writes("hồ sơ hải quan nhập khẩu gồm gì")
    lan.commands("done")
    lan.taps("rate", ":4")
    with world.store.writing() as session:
        appoint(session, officer(session, "minh"), Role.MANAGER, unit(session, DEPARTMENT), by="operator", at=NOON)
    assert (shown_to(world, "minh"), shown_to(world, "vinh")) == ([(4, [])], [])


def test_pages_go_on_where_the_one_before_ended(world: World, lan: Chatter, an: Chatter) -> None:
    for person in (lan, an, world.chatter("901")):
        rated(world, person, 3)
    with world.store.reading() as session:
        head = officer(session, "hanh")
        scope = received.scope_of(head)
        first = received.listed(session, scope, head, Chosen(), limit=2)
        rest = received.listed(session, scope, head, Chosen(), limit=2, after=first.after)
        assert [one.request.id for one in (*first.rows, *rest.rows)] == [3, 2, 1]
        assert [one.request.id for one in received.all_of(session, scope, head, Chosen(), 2)] == [3, 2]


# Forgetting


def test_words_of_reviews_and_remarks_go_with_the_conversation(world: World, lan: Chatter) -> None:
    rated(world, lan, 1, comment="góp ý bí mật")
    remarks_on_it(world, "thu", "bí mật")
    worded(world)
    with world.store.writing() as session:
        review = the_review(session)
        service.settle_untold(world.desk, session, review, officer(session, "hanh"), "bí mật", review.revision)
    lan.commands("done")
    world.clock.advance(days=KEPT_FOR.days)
    forget_what_is_due(world.desk)
    with world.store.reading() as session:
        review = session.scalars(select(RatingReview)).one()
        assert (review.cause_words, review.action, review.words, review.reason) == ("", "", "", "")
        assert (review.verdict, review.cause) == (FINDINGS.verdict, FINDINGS.cause)
        assert set(session.scalars(select(ReviewAct.words))) == {""}
        assert session.scalars(select(RatingRemark.text)).all() == [""]
