"""What is news: guidance that tells people something else than before, and instruments that come into force."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from clock.due import note_instruments_in_force
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.guidance.record import GuidanceRecord, Language
from desk.law.instruments import Instrument, Instruments
from desk.subscriptions.model import Broadcast
from desk.subscriptions.words import LISTED, put_into_words
from tests.desk_fixtures import NOON, World, a_record, shipped_records

WORDS = {"vi": "Lời mới.", "en": "New words."}
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 23)


def publish(world: World, entry: str = "channels", **changes: Any) -> None:
    with world.store.writing() as session:
        record = a_record(entry, **changes)
        guidance.publish(session, record, origin=guidance.CURATOR, by="officer:hoa", at=world.clock.now())


def load(world: World, records: list[GuidanceRecord]) -> None:
    with world.store.writing() as session:
        guidance.load_shipped(session, records, at=world.clock.now())


def news(world: World) -> dict[str, list[str]]:
    """The topics of each piece of news by its key."""
    with world.store.reading() as session:
        return {each.key: each.topics for each in session.scalars(select(Broadcast).order_by(Broadcast.id))}


def said(desk: Desk, language: Language = "vi") -> str:
    """What the only piece of news says, with its buttons."""
    with desk.store.reading() as session:
        utterance = put_into_words(desk, session, session.scalars(select(Broadcast)).one(), language)
    return "\n".join([utterance.as_text(), *(choice.title for choice in utterance.choices)])


def acts(desk: Desk) -> list[tuple[str, str]]:
    with desk.store.reading() as session:
        utterance = put_into_words(desk, session, session.scalars(select(Broadcast)).one(), "vi")
    return [(choice.act, choice.argument) for choice in utterance.choices]


def test_the_first_load_of_a_new_store_is_no_news(world: World) -> None:
    assert news(world) == {}


def test_loading_the_same_again_is_no_news(world: World) -> None:
    load(world, shipped_records())
    assert news(world) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"questions": {"vi": [f"khác {n}" for n in range(6)], "en": [f"other {n}" for n in range(6)]}},
        {"sources": ["Một nguồn khác"]},
        {"text_date": "2026-11-23"},
        {"related": ["fee_rates"]},
        {"unverified": [{"vi": "Chưa rõ.", "en": "Not clear."}]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_version_that_tells_people_the_same_is_no_news(world: World, changes: dict[str, Any]) -> None:
    publish(world, **changes)
    assert news(world) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"answer": WORDS},
        {"legal_basis": [{"instrument": "54/2014/QH13", "article": 25}]},
        {"time_limit": {"vi": "60 ngày", "en": "60 days"}},
        {"in_force": {"from": "2026-11-23"}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_version_that_tells_people_something_else_is_news_of_its_topic(world: World, changes: dict[str, Any]) -> None:
    publish(world, **changes)
    assert news(world) == {"guidance:channels:2": ["declaration"]}


def test_it_says_what_changed_from_when_by_which_law_and_where_to_read_it(world: World) -> None:
    publish(world, answer=WORDS, in_force={"from": "2026-11-23"})
    for words in ("Hướng dẫn đã thay đổi", "Tiêu đề channels", "23/11/2026", "Khoản 1 Điều 24 Luật Hải quan"):
        assert words in said(world.desk)
    for words in ("Guidance has changed", "Title of channels", "23 November 2026", "Stop this news"):
        assert words in said(world.desk, "en")
    assert acts(world.desk) == [("show_entry", "channels"), ("news_stop", "1")]


def test_what_holds_only_from_a_later_day_is_told_now_and_read_then(world: World) -> None:
    publish(world, "brand_new", in_force={"from": "2027-03-01"})
    assert "1/3/2027" in said(world.desk)
    assert "chưa có hiệu lực" not in said(world.desk)  # the customs law is; only the entry is not yet
    assert acts(world.desk) == [("news_stop", "1")]
    world.clock.set(dt.datetime(2027, 3, 1, 5, tzinfo=dt.UTC))
    assert acts(world.desk) == [("show_entry", "brand_new"), ("news_stop", "1")]


def test_an_entry_that_is_withdrawn_is_news_and_cannot_be_read(world: World) -> None:
    with world.store.writing() as session:
        guidance.withdraw(session, "channels", by="officer:hoa", reason="wrong", at=NOON)
    assert news(world) == {"guidance:channels:1:withdrawn": ["declaration"]}
    assert "đã được rút" in said(world.desk)
    assert "wrong" not in said(world.desk)
    assert acts(world.desk) == [("news_stop", "1")]


def test_an_entry_that_comes_back_unchanged_is_news_again(world: World) -> None:
    with world.store.writing() as session:
        guidance.withdraw(session, "channels", by="officer:hoa", reason="wrong", at=NOON)
    publish(world)
    assert list(news(world)) == ["guidance:channels:1:withdrawn", "guidance:channels:2"]


def test_a_new_entry_of_the_past_is_no_news(world: World) -> None:
    publish(world, "another_old_rule", in_force={"from": "2015-01-01", "to": "2020-12-31"})
    assert news(world) == {}


def test_a_publication_that_fails_leaves_no_news(world: World) -> None:
    with contextlib.suppress(InterruptedError), world.store.writing() as session:
        guidance.publish(session, a_record("channels", answer=WORDS), origin="curator", by="officer:hoa", at=NOON)
        raise InterruptedError
    assert news(world) == {}


def test_a_load_that_changes_one_entry_names_it(world: World) -> None:
    load(world, [a_record("fee_rates", answer=WORDS) if r.id == "fee_rates" else r for r in shipped_records()])
    assert news(world) == {"guidance:fee_rates:2": ["declaration"]}


def test_a_load_that_changes_many_is_one_piece_of_news_a_topic(world: World) -> None:
    new = [a_record(f"new_entry_{number}", group="tax") for number in range(LISTED + 3)]
    load(world, [*shipped_records(), *new, a_record("one_more")])
    assert list(news(world).values()) == [["tax"], ["declaration"]]
    with world.store.writing() as session:
        session.delete(session.scalars(select(Broadcast).where(Broadcast.key == "guidance:one_more:1")).one())
    text = said(world.desk)
    assert f"{LISTED + 3} hướng dẫn có thay đổi" in text
    assert "và 3 hướng dẫn khác" in text
    assert "new_entry_7 (mới" in text
    assert "new_entry_8" not in text
    assert len(acts(world.desk)) == LISTED + 1


def test_what_waits_for_a_curators_decision_is_no_news_yet(world: World) -> None:
    publish(world, "channels", sources=["Hoa"])
    load(world, [a_record("channels", answer=WORDS) if r.id == "channels" else r for r in shipped_records()])
    assert news(world) == {}


def an_instrument(number: str, since: dt.date, **more: Any) -> Instrument:
    return Instrument.model_validate(
        {
            "number": number,
            "kind": "decree",
            "title": {"vi": "Nghị định mới", "en": "New decree"},
            "in_force": {"from": since, "to": None},
            "sources": ["Công báo số 1"],
            **more,
        }
    )


def look(world: World, *listed: Instrument) -> Desk:
    """The clock looks, at a desk whose list of law has these as well."""
    known = [each for each in world.desk.rules.instruments if each.number == "54/2014/QH13"]
    rules = dataclasses.replace(world.desk.rules, instruments=Instruments([*known, *listed]))
    desk = dataclasses.replace(world.desk, rules=rules)
    note_instruments_in_force(desk)
    return desk


CITED = {"legal_basis": [{"instrument": "1/2026/NĐ-CP", "article": 1}]}


def cite_it(world: World, entry: str = "channels", group: str = "tax") -> None:
    """An entry rests on the instrument; that this is news itself is of no interest here."""
    publish(world, entry, group=group, **CITED)
    with world.store.writing() as session:
        for each in session.scalars(select(Broadcast)):
            session.delete(each)


def test_an_instrument_that_comes_into_force_today_is_news_of_the_topics_that_cite_it(world: World) -> None:
    cite_it(world)
    desk = look(world, an_instrument("1/2026/NĐ-CP", TODAY))
    assert news(world) == {"instrument:1/2026/NĐ-CP:2026-11-23": ["tax"]}
    for words in ("Văn bản bắt đầu có hiệu lực", "Nghị định mới số 1/2026/NĐ-CP", "23/11/2026", "Công báo số 1"):
        assert words in said(desk)
    assert "New decree No. 1/2026/NĐ-CP" in said(desk, "en")


def test_one_that_amends_or_replaces_what_guidance_cites_bears_on_its_topics_too(world: World) -> None:
    cite_it(world)
    cited = an_instrument("1/2026/NĐ-CP", TODAY - 300 * DAY)
    look(world, cited, an_instrument("2/2026/NĐ-CP", TODAY, changes=[{"instrument": cited.number, "how": "amends"}]))
    assert news(world) == {"instrument:2/2026/NĐ-CP:2026-11-23": ["tax"]}
    look(world, cited, an_instrument("3/2026/NĐ-CP", TODAY, changes=[{"instrument": cited.number, "how": "replaces"}]))
    assert news(world)["instrument:3/2026/NĐ-CP:2026-11-23"] == ["tax"]


def test_it_is_noted_once_however_often_the_clock_looks(world: World) -> None:
    for _ in range(3):
        look(world, an_instrument("1/2026/NĐ-CP", TODAY))
        world.clock.advance(minutes=1)
    world.clock.advance(days=1)
    look(world, an_instrument("1/2026/NĐ-CP", TODAY))
    assert len(news(world)) == 1


def test_the_day_begins_at_midnight_in_viet_nam(world: World) -> None:
    tomorrow = an_instrument("1/2026/NĐ-CP", TODAY + DAY)
    world.clock.set(dt.datetime(2026, 11, 23, 16, 59, tzinfo=dt.UTC))
    look(world, tomorrow)
    assert news(world) == {}
    world.clock.set(dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC))
    look(world, tomorrow)
    assert len(news(world)) == 1


def test_days_on_which_no_clock_ran_are_made_up_for(world: World) -> None:
    coming = [an_instrument(f"{number}/2026/NĐ-CP", TODAY + number * DAY) for number in range(1, 7)]
    look(world, *coming)
    world.clock.advance(days=4)
    look(world, *coming)
    assert [key.split(":")[1] for key in news(world)] == [f"{number}/2026/NĐ-CP" for number in (1, 2, 3, 4)]


def test_what_came_into_force_before_the_desk_was_set_up_is_no_news(world: World) -> None:
    look(world, an_instrument("1/2026/NĐ-CP", TODAY - DAY))
    assert news(world) == {}


def test_an_instrument_that_is_listed_on_its_day_is_still_noted(world: World) -> None:
    look(world)
    look(world, an_instrument("1/2026/NĐ-CP", TODAY))
    assert len(news(world)) == 1


def test_the_law_that_ships_bears_on_topics(world: World) -> None:
    """The amendment of the Customs Law on 1 March 2027 is told to whoever follows guidance that rests on it."""
    world.clock.set(dt.datetime(2027, 2, 28, 5, tzinfo=dt.UTC))
    note_instruments_in_force(world.desk)
    world.clock.advance(days=1)
    note_instruments_in_force(world.desk)
    assert news(world)["instrument:11/2026/QH16:2027-03-01"] == ["declaration"]
