"""Half a year of the made-up authority: everything that happens to it, in the order of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from clock import due
from desk.answering.trying import ways_of
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.gaps import placing
from desk.guidance.record import GuidanceRecord
from tests.believable import (
    case_life,
    consultations,
    guidance_work,
    law_work,
    memberships,
    news,
    privacy,
    questionnaires,
    recalls,
    reports,
    service_index,
)
from tests.believable.chatting import Regular
from tests.believable.enterprises import local
from tests.desk_fixtures import NO_IDEA, SURE, UNSURE, Chatter, FakeSearch, World

HERE = Path(__file__).parent
#: A thing that happens: when, and what is done then.
Happening = tuple[dt.datetime, Callable[[], object]]
#: The clock of the desk looks at what is due after so long at the latest, and does what this authority's days show.
_LOOK_EVERY = dt.timedelta(hours=8)
_DUE = (
    placing.group_some,
    due.end_idle_conversations,
    due.ask_for_waiting_ratings,
    due.remind_of_cases,
    due.tell_of_delays,
    due.return_untouched_cases,
    due.close_resolved_cases,
    due.tell_of_reviews,
    due.send_news,
)


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yml").read_text(encoding="utf-8"))


def teach(search: FakeSearch) -> None:
    """Let a search find what is near to each of the questions asked here."""
    told = _read("conversations")
    for one in told["searches"]:
        search.finds(*one["near"], confidence=UNSURE, about=one["text"])
    for case in _read("cases"):
        search.finds(case["near"], confidence=NO_IDEA, about=case["text"])
    for one in told["answered"]:
        for typed in set(ways_of(one["text"]).values()):
            search.finds(one["entry"], confidence=SURE, about=typed)
    for one in told["others"]:
        if "near" in one:
            search.finds(*one["near"], confidence=UNSURE, about=one["text"])
    search.finds_alike("Hệ thống khai báo bị treo", "The system is down")
    search.finds_alike("bộ truyền động", "hàng mẫu")


def live(world: World, records: list[GuidanceRecord], *, until: dt.datetime) -> dict[str, str]:
    """Let everything happen that is planned; returns the numbers of the cases by their names."""
    plan = _read("authority")
    chatters = {name: _chatter(world, person) for name, person in plan["people"].items()}
    town = case_life.Town(world, chatters)
    happenings = [
        *_contacts(world, plan["people"], chatters),
        *memberships.of(world, plan["memberships"], chatters),
        *news.of(world, plan["news"], chatters),
        *guidance_work.of(world, records),
        *law_work.of(world),
        *recalls.of(world),
        *reports.of(world),
        *service_index.of(world),
        *questionnaires.of(world),
        *consultations.of(world),
        *privacy.of(world),
        *_conversations(world),
        *(happening for case in _read("cases") for happening in case_life.of(town, case)),
    ]
    looked = world.clock.now()
    for at, act in sorted(happenings, key=lambda happening: happening[0]):
        if at > until:
            raise ValueError(f"something is planned for {at}, after {until}")
        if at - looked > _LOOK_EVERY:
            world.clock.set(at - dt.timedelta(minutes=1))
            _look(world, town)
            looked = at
        world.clock.set(at)
        act()
    world.clock.set(until)
    _look(world, town)
    return town.numbers


def _look(world: World, town: case_life.Town) -> None:
    for work in _DUE:
        work(world.desk)
    town.carry()


def _chatter(world: World, person: dict[str, Any]) -> Chatter:
    return Regular(world.desk, person["address"], person.get("channel", "telegram"), person.get("language", "vi"))


def _contacts(world: World, plan: dict[str, Any], chatters: dict[str, Chatter]) -> Iterator[Happening]:
    """How people on the web are reached, which they told before."""

    def told(name: str, contact: str) -> None:
        chatter = chatters[name]
        with world.store.writing() as session:
            incoming = Incoming(chatter.channel, chatter.address, Kind.TEXT, language_hint=chatter.hint)
            conversations.chat_of(session, incoming, world.clock.now()).person.contact = contact

    for name, person in plan.items():
        if "contact" in person:
            yield local("2026-06-01 09:00"), lambda name=name, contact=person["contact"]: told(name, contact)


def _conversations(world: World) -> Iterator[Happening]:
    """What the assistant answered by itself, and what it did not, each in a chat of its own."""
    told = _read("conversations")
    number = 0
    for month in told["months"]:
        for place, stars in enumerate(month["stars"]):
            asked = told["answered"][number % len(told["answered"])]
            number += 1
            day = 1 + place * month.get("days", 28) // len(month["stars"])
            at = local(f"{month['month']}-{day:02d} {8 + number % 9:02d}:{number % 50:02d}")
            chatter = Regular(world.desk, str(8200 + number), "telegram", asked.get("language", "vi"))
            yield at, lambda c=chatter, a=asked, n=number: _asks(c, a, helpful=n % 3 != 0)
            comment = told["comments"][int(stars)] if stars != "-" and number % 4 == 0 else ""
            yield at + dt.timedelta(minutes=4), lambda c=chatter, s=stars, w=comment: _parts(c, s, w)
    for place, other in enumerate(told["others"]):
        chatter = Regular(world.desk, str(8300 + place), "telegram", other.get("language", "vi"))
        yield local(other["at"]), lambda c=chatter, o=other: _asks_otherwise(world, c, o)


def _asks(chatter: Chatter, asked: dict[str, str], *, helpful: bool) -> None:
    chatter.writes(asked["text"])
    chatter.taps("helpful") if helpful else None
    if "follow" in asked:
        chatter.writes(asked["follow"])


def _parts(chatter: Chatter, stars: str, comment: str) -> None:
    """Say goodbye, and rate where stars are given."""
    chatter.writes("tạm biệt" if chatter.hint == "vi" else "goodbye")
    if stars == "-":
        return
    chatter.taps("rate", f":{stars}")
    if comment:
        chatter.writes(comment)


def _asks_otherwise(world: World, chatter: Chatter, other: dict[str, Any]) -> None:
    world.search.fails = other["outcome"] == "error_search"
    chatter.writes(other["text"])
    world.search.fails = False
