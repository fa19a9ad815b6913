"""A low rating is reviewed by a head who had no part in it, and the enterprise hears what came of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clock.due import tell_daily_summaries, tell_of_reviews
from desk.audit.model import AuditEntry
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.conversations.model import Person
from desk.desk import Desk
from desk.enterprises.model import Enterprise
from desk.figures.period import OpenPeriod
from desk.figures.scope import Scope, whole
from desk.people import service as people
from desk.people.model import Officer
from desk.ratings import service as ratings
from desk.ratings.model import LeftOut, RatingRequest
from desk.ratings.reviews import listing, message, responsible, service
from desk.ratings.reviews.listing import Chosen, View
from desk.ratings.reviews.model import ActKind, RatingReview, ReviewState
from desk.ratings.reviews.permissions import ReviewRefused
from desk.ratings.reviews.service import Findings
from desk.ratings.reviews.settled import settled_in
from desk.store import Store, make_engine
from desk.units.model import DEPARTMENT
from desk.working_time.hours import VIETNAM
from tests.desk_fixtures import NOON, SURE, Chatter, World
from tests.rating_review_fixtures import (
    FINDINGS,
    WORDS,
    add_small_tree,
    answered,
    is_head,
    rated,
    reviews,
    the_review,
    told,
    worded,
)
from tests.small_tree import linked, officer, unit


@pytest.fixture(autouse=True)
def _small_tree(world: World) -> None:
    add_small_tree(world)


def kinds(world: World) -> list[str]:
    return [act.kind.value for act in reviews(world)[0].acts]


def acts_on_it(world: World, head: str, act: Callable[[Desk, Session, RatingReview, Officer], None]) -> None:
    with world.store.writing() as session:
        act(world.desk, session, the_review(session), officer(session, head))


# From a tap to the words that arrive


def test_from_a_low_tap_to_the_words_that_arrive_in_the_same_chat(world: World, lan: Chatter) -> None:
    hanh = linked(world, "hanh")
    rated(world, lan, 1, comment="chờ hai ngày mới được trả lời")
    (review,) = reviews(world)
    assert (review.state, review.unit.code, review.due_at) == (ReviewState.OPEN, "CATLAI", None)
    tell_of_reviews(world.desk)
    tell_of_reviews(world.desk)
    notices = [said for said in hanh.read() if "/desk/ratings/reviews/1" in said.text]
    assert len(notices) == 1
    assert "2026-00001: 1 sao" in notices[0].text
    assert "chờ hai ngày" not in notices[0].text
    before = len(lan.read())
    worded(world)
    assert len(lan.read()) == before
    told(world)
    (said,) = lan.read()[before:]
    assert (said.author, said.case_id) == ("officer", 1)
    assert said.text.split("\n\n") == [
        world.text("rating_review.told.title"),
        world.text("rating_review.told.rated_case", day="23/11/2026", number="2026-00001", stars=1),
        "Bạn viết: chờ hai ngày mới được trả lời",
        world.text("rating_review.told.found"),
        WORDS,
        world.text("rating_review.told.thanks"),
    ]
    assert kinds(world) == ["opened", "heads_told", "looked_into", "worded", "told"]
    with world.store.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.act.startswith("rating_review."))).all()
        assert [(entry.actor, entry.subject) for entry in entries] == [
            ("person", "2026-00001"),
            ("clock", "2026-00001"),
            *[("officer:hanh", "2026-00001")] * 3,
        ]
        assert WORDS not in str([entry.detail for entry in entries])


def test_the_frame_is_in_the_persons_language(world: World) -> None:
    emma = world.chatter("300", hint="en")
    rated(world, emma, 2, comment="too slow")
    with world.store.writing() as session:
        session.execute(update(Person).values(language_choice="en"))
    worded(world)
    told(world)
    assert emma.read()[-1].text.startswith(world.text("rating_review.told.title", "en"))
    assert WORDS in emma.read()[-1].text


# What opens a review


@pytest.mark.parametrize(("stars", "opened"), [(1, 1), (2, 1), (3, 0), (4, 0), (5, 0)])
def test_only_a_low_rating_opens_one(world: World, lan: Chatter, stars: int, opened: int) -> None:
    rated(world, lan, stars)
    assert len(reviews(world)) == opened


def test_a_rating_that_is_lowered_opens_one_and_one_that_is_lowered_again_no_second(world: World, lan: Chatter) -> None:
    rated(world, lan, 5)
    lan.taps("rate", ":2")
    lan.taps("rate", ":1")
    lan.taps("rate", ":1")
    assert len(reviews(world)) == 1
    assert [act.detail["stars"] for act in reviews(world)[0].acts] == [2, 1]


def test_low_stars_of_the_officer_alone_open_one(world: World, lan: Chatter) -> None:
    rated(world, lan, 5)
    with world.store.writing() as session:
        request = session.scalars(select(RatingRequest)).one()
        ratings.rate_officer(session, request, 2, world.clock.now(), world.desk.rules.ratings)
    assert reviews(world)[0].acts[0].detail == {"stars": 5, "officer_stars": 2}


def test_a_rating_that_does_not_count_opens_none(world: World, lan: Chatter) -> None:
    answered(world, lan)
    with world.store.writing() as session:
        session.execute(update(RatingRequest).values(left_out=LeftOut.SAME_ENTERPRISE))
    lan.taps("rate", ":1")
    assert reviews(world) == []


def test_nothing_is_kept_of_a_review_where_the_rating_is_not(world: World, lan: Chatter) -> None:
    answered(world, lan)
    with Session(world.store.engine) as session:
        request = session.scalars(select(RatingRequest)).one()
        by = request.conversation.chat.person
        ratings.rate(session, request, 1, world.clock.now(), by=by, rules=world.desk.rules.ratings)
        assert the_review(session) is not None
        session.rollback()
    assert reviews(world) == []


# Whose it is


def test_it_belongs_to_the_unit_with_the_largest_part(world: World, lan: Chatter) -> None:
    case_id = answered(world, lan)
    with world.store.writing() as session:
        request = session.scalars(select(RatingRequest)).one()
        request.parts[0].share = 0.25
        other = {"officer_id": officer(session, "dung").id, "officer_name": "Dung", "share": 0.75}
        request.parts.append(type(request.parts[0])(unit_id=unit(session, "KV03").id, **other))
    lan.taps("rate", ":1")
    assert (reviews(world)[0].unit.code, case_id) == ("KV03", 1)


def test_of_equal_parts_the_unit_that_resolved_has_it(world: World, lan: Chatter) -> None:
    case_id = answered(world, lan)
    lan.taps("reopen_case")
    with world.store.writing() as session:
        case, thu, dung = session.get_one(Case, case_id), officer(session, "thu"), officer(session, "dung")
        officer_desk.claim(world.desk, session, case, thu)
        officer_desk.transfer(world.desk, session, case, thu, unit(session, "KV03"), "Đúng nơi mở tờ khai.")
        officer_desk.claim(world.desk, session, case, dung)
        officer_desk.reply(world.desk, session, case, dung, "Anh chị bổ sung phiếu cân.")
        officer_desk.resolve(world.desk, session, case, dung)
    lan.taps("rate", ":2")
    assert reviews(world)[0].unit.code == "KV03"


def test_a_conversation_without_a_case_is_the_departments(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about="hồ sơ", confidence=SURE)
    lan.writes("hồ sơ hải quan nhập khẩu gồm gì")
    lan.commands("done")
    lan.taps("rate", ":1")
    with world.store.writing() as session:
        is_head(session, "minh", DEPARTMENT)
    assert reviews(world)[0].unit.code == DEPARTMENT
    worded(world, "minh")
    told(world, "minh")
    expected = world.text("rating_review.told.rated_conversation", day="23/11/2026", stars=1)
    assert expected in lan.read()[-1].text


def waits_for(world: World) -> dict[str, int]:
    """How many reviews wait for each head."""
    with world.store.reading() as session:
        heads = [who for who in session.scalars(select(Officer)) if responsible.led_by(who)]
        found = {who.username: listing.waiting_for(session, who) for who in heads}
        for review in session.scalars(select(RatingReview)):
            _, those = responsible.heads_for(session, review)
            if review.overdue_unit_id is None:
                assert sorted(name for name, count in found.items() if count) == sorted(h.username for h in those)
        return found


def test_a_head_who_has_a_part_leaves_it_to_the_head_above(world: World, lan: Chatter) -> None:
    rated(world, lan, 1, by="hanh")
    assert waits_for(world) == {"hanh": 0, "vinh": 1}
    hanh, vinh = linked(world, "hanh"), linked(world, "vinh")
    tell_of_reviews(world.desk)
    assert [sum("/desk/ratings/reviews/" in said.text for said in who.read()) for who in (hanh, vinh)] == [0, 1]
    with pytest.raises(ReviewRefused, match="not_yours"):
        worded(world, "hanh")
    worded(world, "vinh")


def test_of_two_heads_only_the_one_without_a_part_is_asked(world: World, lan: Chatter) -> None:
    with world.store.writing() as session:
        is_head(session, "nam", "CATLAI")
    rated(world, lan, 1, by="hanh")
    assert waits_for(world) == {"hanh": 0, "nam": 1, "vinh": 0}


def test_where_no_unit_has_a_head_it_is_the_departments(world: World, lan: Chatter, minh: Chatter) -> None:
    with world.store.writing() as session:
        for name in ("hanh", "vinh"):
            people.deactivate(session, officer(session, name), by="operator", at=NOON)
        is_head(session, "minh", DEPARTMENT)
    rated(world, lan, 1)
    assert waits_for(world) == {"hanh": 0, "vinh": 0, "minh": 1}
    tell_of_reviews(world.desk)
    assert "/desk/ratings/reviews/1" in minh.read()[-1].text


def test_where_nobody_is_head_it_is_told_to_nobody_and_waits(world: World, lan: Chatter) -> None:
    with world.store.writing() as session:
        for name in ("hanh", "vinh"):
            people.deactivate(session, officer(session, name), by="operator", at=NOON)
    rated(world, lan, 1)
    tell_of_reviews(world.desk)
    assert reviews(world)[0].acts[-1].detail == {"told": 0}
    with world.store.writing() as session:
        is_head(session, "minh", DEPARTMENT)
    assert waits_for(world)["minh"] == 1


@pytest.mark.parametrize("name", ["thu", "dung", "minh"])
def test_who_is_no_head_of_it_may_do_nothing(world: World, lan: Chatter, name: str) -> None:
    rated(world, lan, 1)
    with world.store.writing() as session:
        is_head(session, "dung", "KV03")
    for act in (
        lambda d, s, r, o: service.look_into(d, s, r, o, FINDINGS, r.revision),
        lambda d, s, r, o: service.word(d, s, r, o, WORDS, r.revision),
        lambda d, s, r, o: service.tell(d, s, r, o, ""),
        lambda d, s, r, o: service.settle_untold(d, s, r, o, "Không rõ.", r.revision),
        lambda d, s, r, o: service.settle_raised(d, s, r, o, r.revision),
    ):
        with pytest.raises(ReviewRefused, match="not_yours"):
            acts_on_it(world, name, act)


# Telling heads


def at(world: World, day: int, hour: int, month: int = 11) -> None:
    world.clock.set(dt.datetime(2026, month, day, hour, tzinfo=VIETNAM))


def test_heads_are_told_by_day(world: World, lan: Chatter) -> None:
    hanh = linked(world, "hanh")
    at(world, 23, 22)
    rated(world, lan, 1)
    count = len(hanh.read())
    tell_of_reviews(world.desk)
    assert len(hanh.read()) == count
    at(world, 24, 8)
    tell_of_reviews(world.desk)
    assert len(hanh.read()) == count + 1
    # The term runs from the rating and not from the telling.
    assert reviews(world)[0].due_at == dt.datetime(2026, 12, 1, 17, tzinfo=VIETNAM)


def test_an_overdue_review_is_told_once_to_the_head_above_and_waits_for_both(world: World, lan: Chatter) -> None:
    vinh = linked(world, "vinh")
    rated(world, lan, 1)
    tell_of_reviews(world.desk)
    count = len(vinh.read())
    at(world, 1, 16, month=12)
    tell_of_reviews(world.desk)
    assert (len(vinh.read()), waits_for(world)) == (count, {"hanh": 1, "vinh": 0})
    at(world, 1, 17, month=12)
    tell_of_reviews(world.desk)
    tell_of_reviews(world.desk)
    assert len(vinh.read()) == count + 1
    assert "quá hạn xem xét" in vinh.read()[-1].text
    assert waits_for(world) == {"hanh": 1, "vinh": 1}
    assert kinds(world)[-1] == "overdue_told"
    with world.store.reading() as session:
        overdue = listing.listed(session, officer(session, "vinh"), Chosen(View.OVERDUE), world.clock.now(), limit=5)
        assert len(overdue.rows) == 1


def test_a_settled_review_is_never_overdue(world: World, lan: Chatter) -> None:
    rated(world, lan, 1)
    tell_of_reviews(world.desk)
    worded(world)
    told(world)
    world.clock.advance(days=30)
    tell_of_reviews(world.desk)
    assert kinds(world)[-1] == "told"


def test_two_clocks_at_once_tell_a_head_once(world: World, lan: Chatter) -> None:
    hanh = linked(world, "hanh")
    rated(world, lan, 1)
    count, start = len(hanh.read()), threading.Barrier(2)

    def clock() -> None:
        own = Store(make_engine(world.store.engine.url.render_as_string()))
        start.wait()
        tell_of_reviews(dataclasses.replace(world.desk, store=own))
        own.engine.dispose()

    threads = [threading.Thread(target=clock) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(hanh.read()) == count + 1


def test_the_morning_counts_what_waits_for_a_head_and_for_nobody_else(world: World, lan: Chatter) -> None:
    hanh, thu = linked(world, "hanh"), linked(world, "thu")
    rated(world, lan, 1)
    world.clock.set(dt.datetime(2026, 11, 25, 7, 45, tzinfo=VIETNAM))
    tell_daily_summaries(world.desk)
    line = world.text("rating_review.in_summary", count=1)
    assert [line in who.read()[-1].text for who in (hanh, thu)] == [True, False]


# The steps


@pytest.mark.parametrize(
    ("findings", "field"),
    [
        (Findings("perhaps", "slow", "Vì sao.", "Đã làm."), "verdict"),
        (Findings("confirmed", "moon", "Vì sao.", "Đã làm."), "cause"),
        (Findings("confirmed", "slow", " ", "Đã làm."), "cause_words"),
        (Findings("confirmed", "slow", "Vì sao.", "…"), "action"),
        (Findings("confirmed", "slow", "x" * 2001, "Đã làm."), "cause_words"),
    ],
)
def test_findings_that_will_not_do_are_refused_beside_their_field(
    world: World, lan: Chatter, findings: Findings, field: str
) -> None:
    rated(world, lan, 1)
    with pytest.raises(ReviewRefused) as refused:
        acts_on_it(world, "hanh", lambda d, s, r, o: service.look_into(d, s, r, o, findings, r.revision))
    assert refused.value.field == field


def test_nothing_is_sent_before_it_was_looked_into_and_worded(world: World, lan: Chatter) -> None:
    rated(world, lan, 1)
    with pytest.raises(ReviewRefused, match="look_first"):
        told(world)
    acts_on_it(world, "hanh", lambda d, s, r, o: service.look_into(d, s, r, o, FINDINGS, r.revision))
    with pytest.raises(ReviewRefused, match="word_first"):
        told(world)


def test_what_is_sent_is_what_was_looked_at(world: World, lan: Chatter) -> None:
    rated(world, lan, 1)
    worded(world)
    with world.store.reading() as session:
        seen = message.fingerprint(message.to_enterprise(world.desk, session, the_review(session)))
    lan.writes("chậm quá")  # a comment that the head has not seen
    with pytest.raises(ReviewRefused, match="changed"):
        acts_on_it(world, "hanh", lambda d, s, r, o: service.tell(d, s, r, o, seen))
    told(world)


def test_who_left_the_enterprise_is_told_nothing(world: World, lan: Chatter) -> None:
    rated(world, lan, 1)
    worded(world)
    with world.store.writing() as session:
        enterprise = Enterprise(tax_code="9900123459", name="Mây Trắng", created_at=NOON)
        session.add(enterprise)
        session.flush()
        session.get_one(Case, 1).enterprise_id = enterprise.id  # for which lan was never, or is no longer, verified
    count = len(lan.read())
    with pytest.raises(ReviewRefused, match="left_enterprise"):
        told(world)
    assert len(lan.read()) == count


def test_it_is_settled_without_telling_for_a_reason(world: World, lan: Chatter) -> None:
    rated(world, lan, 1)
    count = len(lan.read())
    with pytest.raises(ReviewRefused) as refused:
        acts_on_it(world, "hanh", lambda d, s, r, o: service.settle_untold(d, s, r, o, "", r.revision))
    assert refused.value.field == "reason"
    acts_on_it(world, "hanh", lambda d, s, r, o: service.settle_untold(d, s, r, o, "Bấm thử.", r.revision))
    assert (reviews(world)[0].state, len(lan.read())) == (ReviewState.UNTOLD, count)
    with pytest.raises(ReviewRefused, match="settled"):
        worded(world)


def test_stars_that_are_raised_leave_it_open_until_one_button_settles_it(world: World, lan: Chatter) -> None:
    rated(world, lan, 1)
    with pytest.raises(ReviewRefused, match="still_low"):
        acts_on_it(world, "hanh", lambda d, s, r, o: service.settle_raised(d, s, r, o, r.revision))
    lan.taps("rate", ":4")
    (review,) = reviews(world)
    assert (review.is_open, service.was_raised(review), kinds(world)[-1]) == (True, True, "stars_changed")
    acts_on_it(world, "hanh", lambda d, s, r, o: service.settle_raised(d, s, r, o, r.revision))
    assert reviews(world)[0].state is ReviewState.RAISED
    lan.taps("rate", ":1")
    assert [len(reviews(world)), kinds(world)[-1]] == [1, "stars_changed"]


def test_stars_that_change_while_a_head_looks_make_them_look_again(world: World, lan: Chatter) -> None:
    rated(world, lan, 1)
    revision = reviews(world)[0].revision
    lan.taps("rate", ":2")
    with pytest.raises(ReviewRefused, match="changed"):
        acts_on_it(world, "hanh", lambda d, s, r, o: service.settle_untold(d, s, r, o, "Bấm thử.", revision))


def test_of_two_heads_at_once_one_tells_and_the_other_is_refused(world: World, lan: Chatter) -> None:
    rated(world, lan, 1)
    worded(world)
    count, start = len(lan.read()), threading.Barrier(2)
    refused: list[str] = []

    def head(name: str) -> None:
        own = Store(make_engine(world.store.engine.url.render_as_string()))
        other = dataclasses.replace(world, desk=dataclasses.replace(world.desk, store=own), store=own)
        start.wait()
        try:
            told(other, name)
        except ReviewRefused as error:
            refused.append(error.reason)
        own.engine.dispose()

    threads = [threading.Thread(target=head, args=(name,)) for name in ("hanh", "vinh")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert refused == ["rating_review.refused.settled"]
    assert (len(lan.read()), kinds(world).count("told")) == (count + 1, 1)


def test_findings_that_another_head_kept_meanwhile_are_not_overwritten(world: World, lan: Chatter) -> None:
    rated(world, lan, 1)
    revision = reviews(world)[0].revision
    acts_on_it(world, "vinh", lambda d, s, r, o: service.look_into(d, s, r, o, FINDINGS, revision))
    mine = dataclasses.replace(FINDINGS, cause="attitude")
    with pytest.raises(ReviewRefused, match="changed"):
        acts_on_it(world, "hanh", lambda d, s, r, o: service.look_into(d, s, r, o, mine, revision))
    assert reviews(world)[0].cause == "slow"


# What was settled, for reports


def test_what_was_settled_in_a_period_is_told_with_its_causes(world: World, lan: Chatter, an: Chatter) -> None:
    rated(world, lan, 1)
    worded(world)
    told(world)
    rated(world, an, 2)
    world.clock.advance(days=1)
    acts_on_last(world)
    day = NOON.date()
    with world.store.reading() as session:
        of_all, first = whole(session), OpenPeriod(day, day)
        both, one = settled_in(session, OpenPeriod(), of_all), settled_in(session, first, of_all)
        elsewhere = settled_in(session, OpenPeriod(), Scope((unit(session, "KV03"),)))
        above = settled_in(session, first, Scope((unit(session, "KV02"),)))
    assert (len(both.reviews), both.by_cause) == (2, {"slow": 1, None: 1})
    assert [(each.words, each.action, each.unit.code) for each in one.told] == [(WORDS, FINDINGS.action, "CATLAI")]
    assert (elsewhere.reviews, above) == ([], one)


def acts_on_last(world: World) -> None:
    with world.store.writing() as session:
        review = session.scalars(select(RatingReview).where(RatingReview.state == ReviewState.OPEN)).one()
        service.settle_untold(world.desk, session, review, officer(session, "hanh"), "Bấm thử.", review.revision)


def test_every_act_has_a_kind_of_its_own() -> None:
    assert len({kind.value for kind in ActKind}) == len(ActKind)
