"""What was under way at the moment of a backup comes back honestly: not twice in silence, and not lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from desk.backups.in_hand import PERHAPS_SENT, WAS_SENDING, InHand
from desk.backups.making import make
from desk.backups.restoring import restore
from desk.conversations import inbox
from desk.conversations.inbox import RawUpdate
from desk.conversations.model import Conversation, InboxUpdate
from desk.deliveries import claiming
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery, DeliveryState
from desk.letters import service as letters
from desk.letters.model import Letter
from desk.store import Store, make_engine
from desk.system import failed
from tests.desk_fixtures import NOON, Chatter, World

AFTER = NOON + dt.timedelta(hours=9)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    on_file = f"sqlite:///{tmp_path / 'restored.sqlite'}"
    engine = make_engine(request.getfixturevalue("empty_postgresql") if request.param == "postgresql" else on_file)
    yield engine
    engine.dispose()


def restored(world: World, into: Engine, folder: Path, *, send_waiting: bool = False) -> tuple[Store, InHand]:
    made = make(world.store, folder / "one.zip", at=NOON, application="1")
    return Store(into), restore(into, made.path, at=AFTER, send_waiting=send_waiting).in_hand


def states(store: Store, channel: str = "telegram") -> list[tuple[str, str | None]]:
    with store.reading() as session:
        query = select(Delivery.state, Delivery.error).where(Delivery.channel == channel).order_by(Delivery.id)
        return [(state, error) for state, error in session.execute(query)]


@pytest.fixture
def busy(world: World, lan: Chatter) -> World:
    """One message delivered, one being sent, one that failed for now, one that waits; and one for the web."""
    for _ in range(4):
        lan.commands("help")
    world.chatter("a visitor", "web").commands("help")
    with world.store.writing() as session:
        ids = session.scalars(select(Delivery.id).where(Delivery.channel == "telegram").order_by(Delivery.id)).all()
        for settled in ids[:-3]:
            deliveries.delivered(session, settled, NOON)
        session.execute(update(Delivery).where(Delivery.id == ids[-3]).values(state="sending", claimed_at=NOON))
        deliveries.failed_for_now(session, ids[-2], "Telegram said no", NOON)
    return world


def test_what_waited_or_was_being_sent_is_uncertain_and_the_administrator_sees_it(
    busy: World, empty: Engine, tmp_path: Path
) -> None:
    store, left = restored(busy, empty, tmp_path)
    assert states(store)[-4:] == [
        ("delivered", None),
        ("uncertain", WAS_SENDING),
        ("uncertain", PERHAPS_SENT),
        ("uncertain", PERHAPS_SENT),
    ]
    assert left.held == 3
    with store.writing() as session:
        assert len(failed.listed(session, limit=10).rows) == 3
        assert claiming.claim_next(session, "telegram", AFTER) is None


def test_in_a_move_what_waited_is_sent_and_what_was_being_sent_stays_uncertain(
    busy: World, empty: Engine, tmp_path: Path
) -> None:
    store, left = restored(busy, empty, tmp_path, send_waiting=True)
    assert (left.held, left.waiting) == (1, 2)
    assert [state for state, _ in states(store)][-4:] == ["delivered", "uncertain", "temporary_failure", "created"]
    with store.writing() as session:
        assert claiming.claim_next(session, "telegram", AFTER) is not None


def test_what_is_fetched_on_the_web_waits_for_its_visitor(busy: World, empty: Engine, tmp_path: Path) -> None:
    store, _ = restored(busy, empty, tmp_path)
    assert set(states(store, "web")) == {(DeliveryState.CREATED, None)}


def test_updates_that_were_being_worked_on_are_due_again(world: World, empty: Engine, tmp_path: Path) -> None:
    with world.store.writing() as session:
        inbox.store(session, "telegram", [RawUpdate("7", "100", "{}"), RawUpdate("8", "200", "{}")], NOON)
        assert inbox.claim(session, "telegram", "7", NOON) is not None
    store, left = restored(world, empty, tmp_path)
    assert left.updates == 2
    with store.writing() as session:
        first = inbox.claim_next(session, "telegram", AFTER)
        assert first is not None
        assert first.update_key == "7"
        # What Telegram brings again because it was never acknowledged is known, and not taken twice.
        assert inbox.store(session, "telegram", [RawUpdate("8", "200", "{}"), RawUpdate("9", "200", "{}")], AFTER) == 1
        assert session.scalars(select(InboxUpdate.update_key).order_by(InboxUpdate.id)).all() == ["7", "8", "9"]


def test_letters_are_not_sent_again_and_their_codes_are_taken_out(world: World, empty: Engine, tmp_path: Path) -> None:
    with world.store.writing() as session:
        letters.write(session, to="a@b.vn", subject="Mã", text="123456", expires_at=AFTER, at=NOON)
    store, left = restored(world, empty, tmp_path)
    assert left.letters == 1
    with store.reading() as session:
        [letter] = session.scalars(select(Letter))
        assert (letter.state, letter.text, letter.settled_at) == ("uncertain", "", AFTER)


def test_an_open_form_begins_anew(world: World, lan: Chatter, empty: Engine, tmp_path: Path) -> None:
    lan.commands("help")
    with world.store.writing() as session:
        session.execute(update(Conversation).values(awaiting="form", awaiting_argument="company"))
    store, left = restored(world, empty, tmp_path)
    assert left.forms == 1
    with store.reading() as session:
        assert session.scalars(select(Conversation.awaiting)).all() == [None]
