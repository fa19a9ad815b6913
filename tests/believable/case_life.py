"""What happens to a case of the made-up authority, from its question to its stars."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.attachments.service import Upload
from desk.cases.alike import contradictions
from desk.cases.fields import CASE_FIELDS
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery, DeliveryState
from desk.people import service as people
from desk.people.model import Officer
from desk.units import service as units
from tests.believable.enterprises import local
from tests.desk_fixtures import Chatter, World
from tests.file_fixtures import JPEG, PDF, as_taken, sends_files

_SPAN = re.compile(r"(\d+)([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass
class Town:
    """The desk with those who ask; ``numbers`` are the cases' by their names, ``trouble`` chats without luck."""

    world: World
    chatters: dict[str, Chatter]
    numbers: dict[str, str] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)

    def carry(self) -> None:
        """Every message that waits is carried to its chat, or not, as a courier would note it."""
        now = self.world.clock.now()
        with self.world.store.writing() as session:
            waiting = select(Delivery).where(
                Delivery.channel == "telegram", Delivery.state == DeliveryState.CREATED.value
            )
            for delivery in session.scalars(waiting.order_by(Delivery.id)):
                match self.trouble.get(delivery.chat.address):
                    case "blocks":
                        deliveries.failed_for_good(session, delivery.id, "bot was blocked by the user")
                    case "is_cut_off":
                        deliveries.cut_off(session, delivery.id, "the connection was lost while sending")
                    case _:
                        deliveries.part_sent(session, delivery.id, f"tg-{delivery.id}", now)
                        deliveries.delivered(session, delivery.id, now)


def of(town: Town, planned: dict[str, Any]) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    opened = local(planned["at"])
    yield opened, lambda: _opens(town, planned)
    for after, act, *words in planned.get("then", []):
        yield opened + _span(after), lambda act=act, words=words: _happens(town, planned, act, words)


def _happens(town: Town, planned: dict[str, Any], act: str, words: list[Any]) -> None:
    _ACTS[act](town, planned, *words)
    town.carry()


def _span(text: str) -> dt.timedelta:
    return dt.timedelta(**{_UNITS[unit]: int(number) for number, unit in _SPAN.findall(text)})


def _opens(town: Town, planned: dict[str, Any]) -> None:
    """Ask, and send the question to an officer."""
    world, chatter = town.world, town.chatters[planned["from"]]
    uploads = [Upload(name, PDF if name.endswith("pdf") else JPEG) for name in _files(planned)]
    said = sends_files(chatter, *uploads, text=planned["text"]) if uploads else chatter.writes(planned["text"])
    if "new_question" in said[-1].acts:
        said = chatter.taps("new_question")
    if "ask_officer" in said[-1].acts:
        chatter.taps("ask_officer")
    if "details" in planned or "urgency" in planned:
        _fills_in(world, chatter, planned)
    else:
        chatter.taps("send_as_is")
    with world.store.reading() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
        if case.question != planned["text"]:
            raise ValueError(f"the case {planned['name']} was not opened: {chatter.read()[-1]}")
        town.numbers[planned["name"]] = str(case.number)
    town.carry()


def _files(planned: dict[str, Any]) -> list[str]:
    return [*planned.get("files", []), *planned.get("attach", [])]


def _fills_in(world: World, chatter: Chatter, planned: dict[str, Any]) -> None:
    """The form of details: what is planned is filled in, all else is skipped."""
    chatter.taps("add_details")
    while world.dialogue.forms:  # one person at a time fills one in here
        form = next(iter(world.dialogue.forms.values()))
        asked = next(name for name in CASE_FIELDS if name not in form)
        if asked == "urgency":
            chatter.taps("urgency", planned.get("urgency", "not_urgent"))
        elif asked in planned:
            chatter.writes(planned[asked])
        else:
            chatter.taps("form_skip")


def _by_officer(
    act: Callable[[World, Session, Case, Officer, list[Any]], object],
) -> Callable[..., None]:
    def done(town: Town, planned: dict[str, Any], username: str, *words: Any) -> None:
        with town.world.store.writing() as session:
            case = _case(session, town.numbers[planned["name"]])
            act(town.world, session, case, _officer(session, username), list(words))

    return done


def _reply(world: World, session: Session, case: Case, officer: Officer, words: list[Any]) -> None:
    taken = [as_taken(Upload(name, PDF)) for name in (words[1] if len(words) > 1 else [])]
    files = officer_desk.keep_files(world.desk, session, case, taken)
    officer_desk.reply(world.desk, session, case, officer, words[0], files)


def _transfer(world: World, session: Session, case: Case, officer: Officer, words: list[Any]) -> None:
    to = units.by_code(session, words[1])
    if to is None:
        raise LookupError(f"there is no unit {words[1]}")
    officer_desk.transfer(world.desk, session, case, officer, to, words[0])


def _contradicts(town: Town, planned: dict[str, Any], username: str, note: str, other: str) -> None:
    with town.world.store.writing() as session:
        case, another = (_case(session, town.numbers[name]) for name in (planned["name"], other))
        contradictions.say(town.world.desk, session, case, another, _officer(session, username), note)


def _rules(town: Town, planned: dict[str, Any], username: str, ruling: str) -> None:
    with town.world.store.writing() as session:
        case = _case(session, town.numbers[planned["name"]])
        found = contradictions.of_case(session, case)[0].contradiction
        contradictions.settle(town.world.desk, session, found.id, _officer(session, username), ruling)


def _case(session: Session, number: str) -> Case:
    return session.scalars(select(Case).where(Case.number == number)).one()


def _officer(session: Session, username: str) -> Officer:
    officer = people.by_username(session, username)
    if officer is None:
        raise LookupError(f"there is no officer {username}")
    return officer


def _writes(town: Town, planned: dict[str, Any], text: str) -> None:
    chatter = town.chatters[planned["from"]]
    said = chatter.writes(text)
    if said and "same_case" in said[-1].acts:
        chatter.taps("same_case")


def _rates(town: Town, planned: dict[str, Any], stars: int, comment: str) -> None:
    chatter = town.chatters[planned["from"]]
    chatter.taps("rate", f":{stars}")
    if comment:
        chatter.writes(comment)
    else:
        chatter.taps("no_comment")


def _in_trouble(kind: str) -> Callable[..., None]:
    def begins(town: Town, planned: dict[str, Any]) -> None:
        town.trouble[town.chatters[planned["from"]].address] = kind

    return begins


#: By the names that cases.yml gives them.
_ACTS: dict[str, Callable[..., None]] = {
    "claim": _by_officer(lambda w, s, c, o, _: officer_desk.claim(w.desk, s, c, o)),
    "ask": _by_officer(lambda w, s, c, o, words: officer_desk.ask(w.desk, s, c, o, words[0])),
    "note": _by_officer(lambda w, s, c, o, words: officer_desk.note(w.desk, s, c, o, words[0])),
    "reply": _by_officer(_reply),
    "resolve": _by_officer(lambda w, s, c, o, _: officer_desk.resolve(w.desk, s, c, o)),
    "give_back": _by_officer(lambda w, s, c, o, words: officer_desk.give_back(w.desk, s, c, o, words[0])),
    "take_over": _by_officer(lambda w, s, c, o, _: officer_desk.take_over(w.desk, s, c, o)),
    "transfer": _by_officer(_transfer),
    "sign": _by_officer(lambda w, s, c, o, _: officer_desk.sign(w.desk, s, c, o)),
    "return_draft": _by_officer(lambda w, s, c, o, words: officer_desk.return_draft(w.desk, s, c, o, words[0])),
    "contradicts": _contradicts,
    "rules": _rules,
    "writes": _writes,
    "rates": _rates,
    "reopens": lambda town, planned: town.chatters[planned["from"]].taps("reopen_case"),
    "blocks": _in_trouble("blocks"),
    "is_cut_off": _in_trouble("is_cut_off"),
}
