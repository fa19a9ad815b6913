"""Reviews on SQLite and PostgreSQL alike: the schema, whose they are, two heads at once, filters in JSON."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from clock.due import tell_of_reviews
from desk.guidance import service as guidance
from desk.migrations.run import differences, downgrade, migrate
from desk.ratings import service as ratings
from desk.ratings.model import RatingRequest
from desk.ratings.reviews import listing, received, remarks
from desk.ratings.reviews.permissions import ReviewRefused
from desk.ratings.reviews.received import Chosen
from tests.desk_fixtures import NOON, World, shipped_records
from tests.rating_review_fixtures import add_small_tree, rated, reviews, told, worded
from tests.small_tree import officer

OURS = ("rating_review", "rating_remark")


@pytest.fixture
def anywhere(own_world: World) -> World:
    """A desk with guidance and a small tree of units."""
    with own_world.store.writing() as session:
        guidance.load_shipped(session, shipped_records(), at=NOON)
    add_small_tree(own_world)
    return own_world


@pytest.mark.thorough
def test_a_review_there_and_back(anywhere: World) -> None:
    lan = anywhere.chatter("100")
    rated(anywhere, lan, 1, "hanh")
    with anywhere.store.writing() as session:
        request = session.scalars(select(RatingRequest)).one()
        remarks.remark(anywhere.desk, session, request, officer(session, "hanh"), "Chờ giám định.")
        ratings.give_reasons(session, request, ["speed"], NOON, anywhere.desk.rules.ratings)
    tell_of_reviews(anywhere.desk)
    with anywhere.store.reading() as session:
        assert [listing.waiting_for(session, officer(session, name)) for name in ("hanh", "vinh")] == [0, 1]
        vinh = officer(session, "vinh")
        scope = received.scope_of(vinh)
        for reason, count in (("speed", 1), ("rule", 0)):
            found = received.listed(session, scope, vinh, Chosen(reason=reason, officer="HAN", review="open"), limit=5)
            assert len(found.rows) == count
    anywhere.clock.advance(days=10)
    tell_of_reviews(anywhere.desk)
    worded(anywhere, "vinh")
    told(anywhere, "vinh")
    assert [act.kind.value for act in reviews(anywhere)[0].acts][-3:] == ["looked_into", "worded", "told"]
    downgrade(anywhere.store.engine, "0022")
    migrate(anywhere.store.engine)
    found_wrong = differences(anywhere.store.engine)
    assert [each for each in found_wrong if any(name in str(each) for name in OURS)] == []


def test_of_two_heads_at_once_one_tells(anywhere: World) -> None:
    lan = anywhere.chatter("100")
    rated(anywhere, lan, 1)
    worded(anywhere)
    count, start = len(lan.read()), threading.Barrier(2)
    refused: list[str] = []

    def head(name: str) -> None:
        start.wait()
        try:
            told(anywhere, name)
        except ReviewRefused as error:
            refused.append(error.reason)

    threads = [threading.Thread(target=head, args=(name,)) for name in ("hanh", "vinh")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (refused, len(lan.read())) == (["rating_review.refused.settled"], count + 1)
