"""Who is let in, what is counted, and who is told: with the store behind it, on both databases."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from desk.conversations.model import Chat, Person
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.enterprises.model import Enterprise
from desk.floods import listing, noting
from desk.floods.gate import OTHERS, Arrival, Gate
from desk.floods.limits import Limit, Limits
from desk.floods.model import Flood
from desk.people import service as people
from desk.people import telegram_link
from desk.people.model import Role
from desk.privacy import retention
from desk.settings import service as settings
from desk.units import service as units
from desk.units.tree import read as read_tree
from tests.desk_fixtures import CONTENT, NOON, World

LIMIT = 40


class Broken(Exception):
    pass


def _break(*_: Any) -> None:
    raise Broken


def sends(world: World, chat: str, how_many: int = 1, channel: str = "telegram", **more: Any) -> int:
    """Somebody sends so many at this moment; returns how many are let in."""
    arrival = Arrival(channel, chat, world.clock.now(), **{"hint": "vi", "may_be_told": channel == "telegram", **more})
    with world.desk.floods.letting_in([arrival] * how_many) as refused:
        return refused.count(None)


def minutes(desk: Desk) -> dict[tuple[str, str, str], int]:
    with desk.store.reading() as session:
        return {(row.channel, row.by_limit, row.source): row.counted for row in listing.listed(session, limit=100)}


def told(desk: Desk) -> list[tuple[str, str]]:
    """To whom the desk says what, in the order in which it is carried."""
    with desk.store.reading() as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.id))
        return [(row.chat.address, row.message.text) for row in rows]


def in_words(world: World, limit: str, until: str, language: Any = "vi") -> str:
    return world.text(f"flood.told.{limit}", language, until=until)


def an_officer(world: World, chat: str) -> None:
    with world.store.writing() as session:
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
        binh = people.add_officer(
            session, username="binh", name="Bình", role=Role.OFFICER, password="a password of tests", by="op", at=NOON
        )
        code = telegram_link.make_link_code(session, binh, by="operator", at=NOON)
    world.chatter(chat).commands("start", code)


def act_for(world: World, enterprise: int, *chats: str) -> None:
    """These chats act for an enterprise now; how they came to that is no matter here."""
    with world.store.writing() as session:
        if session.get(Enterprise, enterprise) is None:
            session.add(Enterprise(id=enterprise, tax_code=f"01{enterprise:08d}", name="May Trắng", created_at=NOON))
            session.flush()
        for address in chats:
            person = Person(created_at=NOON, acting_for_id=enterprise)
            session.add(Chat(channel="telegram", address=address, person=person, created_at=NOON))


def test_below_the_limit_of_a_chat_all_is_let_in_and_nothing_counted(own_world: World) -> None:
    for _ in range(10):
        assert sends(own_world, "1", LIMIT) == LIMIT
        own_world.clock.advance(minutes=1)
    assert not noting.note(own_world.desk)
    assert (minutes(own_world.desk), told(own_world.desk)) == ({}, [])


def test_above_it_messages_are_only_counted_by_chat_and_minute(own_world: World) -> None:
    assert sends(own_world, "1", 1000) == LIMIT
    assert sends(own_world, "2", LIMIT) == LIMIT
    noting.note(own_world.desk)
    sends(own_world, "1", 5)
    own_world.clock.advance(seconds=30)
    sends(own_world, "1", 7)
    noting.note(own_world.desk)
    assert minutes(own_world.desk) == {("telegram", "chat", "1"): 972}
    own_world.clock.advance(minutes=1)
    sends(own_world, "1", 50)
    noting.note(own_world.desk)
    with own_world.store.reading() as session:
        rows = listing.listed(session, limit=10)
    assert [(row.minute, row.counted) for row in rows] == [(NOON + dt.timedelta(minutes=1), 10), (NOON, 972)]


@pytest.mark.parametrize(("hint", "language"), [("vi", "vi"), ("en-GB", "en"), (None, "vi")])
def test_the_person_is_told_once_in_their_language_and_when_to_go_on(
    own_world: World, hint: str | None, language: str
) -> None:
    own_world.clock.advance(seconds=20)
    for _ in range(30):
        sends(own_world, "1", 100, hint=hint)
        noting.note(own_world.desk)
        own_world.clock.advance(seconds=1)
    assert told(own_world.desk) == [("1", in_words(own_world, "chat", "12:02", language))]


def test_from_the_moment_that_they_were_told_all_is_let_in_again(own_world: World) -> None:
    sends(own_world, "1", LIMIT + 1)
    own_world.clock.advance(minutes=1)
    assert sends(own_world, "1", LIMIT) == LIMIT


def test_a_flood_that_goes_on_for_an_hour_is_told_once(own_world: World) -> None:
    for _ in range(120):
        sends(own_world, "1", 100)
        noting.note(own_world.desk)
        own_world.clock.advance(seconds=30)
    assert len(told(own_world.desk)) == 1


def test_whoever_waited_and_floods_anew_is_told_anew(own_world: World) -> None:
    for _ in range(2):
        sends(own_world, "1", LIMIT + 1)
        noting.note(own_world.desk)
        own_world.clock.advance(seconds=61)
    assert len(told(own_world.desk)) == 2
    with own_world.store.reading() as session:
        (flood,) = session.scalars(select(Flood))
    assert flood.began_at == NOON + dt.timedelta(seconds=61)


def test_two_bots_tell_of_a_flood_once_and_let_in_twice_the_limit_at_most(own_world: World) -> None:
    second = replace(own_world, desk=replace(own_world.desk))
    assert second.desk.floods is not own_world.desk.floods
    assert sends(own_world, "1", 100) + sends(second, "1", 100) == 2 * LIMIT
    noting.note(own_world.desk)
    noting.note(second.desk)
    assert len(told(own_world.desk)) == 1
    assert minutes(own_world.desk) == {("telegram", "chat", "1"): 120}


def test_nobody_is_told_in_a_group_nor_where_the_chat_was_closed(own_world: World) -> None:
    own_world.chatter("7").commands("help")
    with own_world.store.writing() as session:
        session.scalars(select(Chat)).one().blocked_at = NOON
        before = len(list(session.scalars(select(Delivery))))
    sends(own_world, "7", 100)
    sends(own_world, "-5", 100, may_be_told=False)
    assert not noting.note(own_world.desk)
    assert len(told(own_world.desk)) == before
    assert minutes(own_world.desk) == {("telegram", "chat", "7"): 60, ("telegram", "chat", "-5"): 60}


def test_an_officer_is_not_cut_off_by_the_limit_of_people(own_world: World) -> None:
    an_officer(own_world, "50")
    own_world.clock.advance(minutes=2)
    assert sends(own_world, "50", 1000) == own_world.desk.rules.limits.officer
    noting.note(own_world.desk)
    assert minutes(own_world.desk) == {("telegram", "officer", "50"): 700}


def test_the_chats_of_an_enterprise_share_a_limit_and_the_busiest_is_refused_first(own_world: World) -> None:
    chats = [str(number) for number in range(10)]
    act_for(own_world, 1, *chats)
    act_for(own_world, 2, "another")
    found = [sum(sends(own_world, chat) for chat in chats) for _ in range(38)]
    assert sum(found) == own_world.desk.rules.limits.enterprise
    own_world.clock.advance(minutes=2)
    one_after_the_other = [sends(own_world, chat, 38) for chat in chats]
    assert min(one_after_the_other) >= own_world.desk.rules.limits.enterprise // 10
    assert sum(one_after_the_other) <= 2 * own_world.desk.rules.limits.enterprise
    assert sends(own_world, "another", 38) == sends(own_world, "of no enterprise", 38) == 38
    noting.note(own_world.desk)
    assert {limit for _, limit, _ in minutes(own_world.desk)} == {"enterprise"}
    assert own_world.text("flood.told.enterprise", until="12:01") in [text for _, text in told(own_world.desk)]


def test_what_one_chat_sends_in_vain_takes_nothing_from_its_enterprise(own_world: World) -> None:
    act_for(own_world, 1, "noisy", "quiet")
    sends(own_world, "noisy", 10_000)
    assert sends(own_world, "quiet", LIMIT) == LIMIT


def test_everybodys_limit_refuses_the_busiest_first_and_never_an_officer(own_world: World) -> None:
    an_officer(own_world, "50")
    own_world.clock.advance(minutes=2)
    limits = replace(own_world.desk.rules.limits, everybody=100)
    desk = replace(own_world.desk, rules=replace(own_world.desk.rules, limits=limits))
    world = replace(own_world, desk=desk)
    busy = [sends(world, f"busy {number}", 40) for number in range(5)]
    assert busy[:2] == [40, 40]
    assert busy[4] == 20
    assert [sends(world, f"quiet {number}", 3) for number in range(10)] == [3] * 10
    assert sends(world, "50", 200) == 200
    before = len(told(world.desk))
    noting.note(world.desk)
    assert {text for _, text in told(world.desk)[before:]} == {in_words(world, "everybody", "12:03")}
    with world.store.reading() as session:
        assert all(row.bulk for row in session.scalars(select(Delivery).order_by(Delivery.id).offset(before)))


def test_what_could_not_be_stored_takes_nothing_of_the_limit_and_is_not_counted(own_world: World) -> None:
    arrival = Arrival("telegram", "1", NOON)
    for _ in range(100):
        with suppress(Broken), own_world.desk.floods.letting_in([arrival] * 50) as refused:
            assert refused.count(None) == LIMIT
            raise Broken
        own_world.clock.advance(minutes=2)
        arrival = replace(arrival, at=own_world.clock.now())
    for _ in range(10):
        with suppress(Broken), own_world.desk.floods.letting_in([arrival] * 10):
            raise Broken
    assert own_world.desk.floods.counted() is None
    assert sends(own_world, "1", LIMIT) == LIMIT


def test_a_store_that_fails_keeps_the_counts_for_the_next_time(
    own_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends(own_world, "1", 50)
    with monkeypatch.context() as broken:
        broken.setattr(noting, "_add", _break)
        with pytest.raises(Broken):
            noting.note(own_world.desk)
    sends(own_world, "1", 1)
    assert noting.note(own_world.desk)
    assert minutes(own_world.desk) == {("telegram", "chat", "1"): 11}


def test_an_administrator_changes_a_limit_while_the_desk_runs(
    own_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_world.store.writing() as session:
        settings.change(own_world.desk, session, "chat_a_minute", "60", reason="Nhiều hồ sơ", by=None)
    assert sends(own_world, "1", 100) == 60


def test_what_is_old_is_forgotten(own_world: World) -> None:
    sends(own_world, "1", 50)
    noting.note(own_world.desk)
    own_world.clock.advance(days=own_world.desk.rules.privacy.time_of("floods").days)
    sends(own_world, "2", 50)
    noting.note(own_world.desk)
    retention.run_due(own_world.desk)
    assert list(minutes(own_world.desk)) == [("telegram", "chat", "2")]
    with own_world.store.reading() as session:
        assert [flood.chat_address for flood in session.scalars(select(Flood))] == ["2"]


def test_of_a_web_chat_nothing_is_kept_by_which_one_could_go_on_with_it(own_world: World) -> None:
    sends(own_world, "the-visitors-own-secret", 50, channel="web")
    noting.note(own_world.desk)
    ((_, _, source),) = minutes(own_world.desk)
    assert len(source) == 10
    assert source not in "the-visitors-own-secret"
    assert told(own_world.desk) == []


def test_from_how_many_sources_something_was_refused_lately(own_world: World) -> None:
    for chat in ("1", "2", "3"):
        sends(own_world, chat, 50)
        noting.note(own_world.desk)
        own_world.clock.advance(minutes=2)
    with own_world.store.reading() as session:
        assert listing.sources_lately(session, own_world.clock.now()) == 2


def test_sources_beyond_a_number_are_counted_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.floods.gate.COUNTED_APART", 2)
    for number in range(5):
        desk.floods.count("web", Limit.REQUESTS, f"203.0.{number}.*", NOON)
    counted = desk.floods.counted()
    assert counted is not None
    assert {source: count for (_, _, _, source), count in counted.by_minute.items()} == {
        "203.0.0.*": 1,
        "203.0.1.*": 1,
        OTHERS: 3,
    }


def test_whose_a_chat_is_is_asked_of_the_store_once_a_minute(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = desk.store.reading
    monkeypatch.setattr(desk.store, "reading", lambda: (asked.append("x"), real())[1])
    gate = Gate(desk.store, lambda: desk.rules.limits)
    for second in range(0, 120, 2):
        with gate.letting_in([Arrival("telegram", "1", NOON + dt.timedelta(seconds=second))] * 100):
            pass
    assert len(asked) == 2


def test_a_limit_that_is_not_above_nought_is_refused_by_name(tmp_path: Any) -> None:
    text = (CONTENT / "limits.yml").read_text(encoding="utf-8").replace("chat: 40", "chat: 0")
    path = tmp_path / "limits.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="chat"):
        Limits.read(path)
