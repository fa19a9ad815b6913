"""What the store tells of how the desk is, and messages that failed."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from desk.audit.model import AuditEntry
from desk.conversations.model import Chat
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery, DeliveryState
from desk.people.model import Role
from desk.system import failed, store_state
from desk.system.failed import NotSentAgain
from tests.desk_fixtures import Chatter, World
from tests.running_fixtures import hire
from tests.small_tree import add_units, officer


def fails(world: World, count: int = 1) -> list[int]:
    """The last messages of the desk could not be sent."""
    with world.store.writing() as session:
        newest = session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(count)).all()
        for each in newest:
            each.claimed_at = world.clock.now()
            deliveries.failed_for_good(session, each.id, "Forbidden: the chat is gone")
        return [each.id for each in newest]


def test_it_counts_what_is_not_settled_and_tells_the_last_moments(world: World, lan: Chatter) -> None:
    lan.writes("xin chào")
    fails(world)
    with world.store.reading() as session:
        state = store_state.of(session)
    assert state.database.kind == "sqlite"
    assert (state.database.bytes or 0) > 10_000
    assert state.database.is_newest
    assert state.deliveries[DeliveryState.PERMANENT_FAILURE] == 1
    assert set(state.letters.values()) == {0}
    assert state.telegram.received_at == world.clock.now()
    assert (state.telegram.error, state.telegram.failed_as) == ("Forbidden: the chat is gone", "permanent_failure")
    assert state.telegram.delivered_at is None


def test_an_empty_store_has_no_last_moments(world: World) -> None:
    with world.store.reading() as session:
        telegram = store_state.channel_of(session, "telegram")
    assert (telegram.received_at, telegram.delivered_at, telegram.failed_at) == (None, None, None)


def test_what_failed_is_listed_by_its_own_index(world: World, lan: Chatter) -> None:
    lan.writes("xin chào")
    ids = fails(world)
    with world.store.reading() as session:
        assert [each.id for each in failed.listed(session, limit=5).rows] == ids
        plan = session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT id FROM deliveries WHERE state IN ('permanent_failure', 'uncertain') "
                "ORDER BY id DESC LIMIT 21"
            )
        ).all()
    assert "ix_deliveries_failed" in str(plan)


def test_an_administrator_has_one_sent_again_once_and_it_is_in_the_audit(world: World, lan: Chatter) -> None:
    hire(world, "ly", Role.ADMINISTRATOR)
    lan.writes("xin chào")
    (failing,) = fails(world)
    with world.store.writing() as session:
        failed.send_again(world.desk, session, failing, officer(session, "ly"))
    with world.store.writing() as session:
        assert session.get_one(Delivery, failing).state == DeliveryState.CREATED
        with pytest.raises(NotSentAgain):
            failed.send_again(world.desk, session, failing, officer(session, "ly"))
        told = session.scalars(select(AuditEntry).where(AuditEntry.act == "delivery.sent_again")).one()
    assert (told.actor, told.subject, told.detail) == ("officer:ly", str(failing), {"delivery": failing})


def test_nobody_else_and_not_into_a_closed_chat(world: World, lan: Chatter) -> None:
    with world.store.writing() as session:
        add_units(session)
    hire(world, "long", Role.ADMINISTRATOR, "KV02")
    lan.writes("xin chào")
    (failing,) = fails(world)
    with world.store.writing() as session:
        for username in ("minh", "hoa", "long"):
            with pytest.raises(NotSentAgain):
                failed.send_again(world.desk, session, failing, officer(session, username))
        session.scalars(select(Chat)).one().blocked_at = world.clock.now()
        with pytest.raises(NotSentAgain) as refused:
            failed.send_again(world.desk, session, failing, None)
    assert refused.value.reason == "page.system.chat_closed"
