"""Many cases for a measurement of lists: in all units, states and ages, with the words in which enterprises ask.

They are written straight into the tables, for a hundred thousand acts of officers would take an hour. Every draw is
from one seed, so that two runs measure the same.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from desk.cases.case_words import CaseWord, words_of
from desk.cases.model import Case, CaseEntry, CaseHold, CaseState, Reminded, Urgency
from desk.conversations.model import Chat, Conversation, Message, Person
from desk.guidance.record import read_records
from desk.migrations.run import migrate
from desk.people import service as people
from desk.people.model import Officer, Role
from desk.store import Store
from desk.units import service as units
from desk.units.model import Unit
from desk.units.tree import read as read_tree

SEED = 20_261_123
#: Somebody at each height of the tree, with the unit's code: the longest lists are those of the one at the top.
PEOPLE = {"office": ("KV02-SG1", Role.OFFICER), "region": ("KV02", Role.HEAD), "department": ("VN", Role.HEAD)}
PASSWORD = "a password of a measurement"
#: Of a hundred cases so many are in each state; the rest is closed.
IN_STATE = {
    CaseState.WAITING: 7,
    CaseState.CLAIMED: 4,
    CaseState.NEEDS_INFORMATION: 3,
    CaseState.ANSWERED: 4,
    CaseState.RESOLVED: 12,
}
#: The share of all cases that region II has.
LARGEST = 0.4
_HELD = (CaseState.CLAIMED, CaseState.NEEDS_INFORMATION, CaseState.ANSWERED)
_AT_ONCE = 5_000
_CHATS = 3_000
_HOLDERS = 150
_NAMES = ("An Phú", "Bình Minh", "Đại Dương", "Hoàng Gia", "Nam Việt", "Sao Mai", "Thành Công", "Trường Hải", "Việt Á")
_TRADES = ("Logistics", "Xuất nhập khẩu", "Thủy sản", "Dệt may", "Điện tử", "Nông sản", "Vận tải biển", "Hóa chất")


@dataclass(frozen=True)
class Drawn:
    """What the cases are drawn from."""

    units: Sequence[Unit]
    holders: Sequence[int]
    questions: Sequence[tuple[str, str, str]]


def fill(store: Store, content: Path, how_many: int, at: dt.datetime) -> None:
    """A migrated store with the units that ship, officers, and so many cases."""
    migrate(store.engine)
    with store.writing() as session:
        units.load_shipped(session, read_tree(content / "units.csv"), at=at)
        for username, (code, role) in PEOPLE.items():
            people.add_officer(
                session,
                username=username,
                name=username.title(),
                role=role,
                password=PASSWORD,
                by="operator",
                at=at,
                unit=_unit(session, code),
            )
        holders = [
            Officer(username=f"holder{n}", name=f"Holder {n}", password_hash="", created_at=at) for n in range(_HOLDERS)
        ]
        session.add_all(holders)
        session.flush()
        measured = [officer.id for officer in (people.by_username(session, name) for name in PEOPLE) if officer]
        drawn = Drawn(units.active(session), [*measured, *(holder.id for holder in holders)], _questions(content))
    random_ = random.Random(SEED)
    with store.engine.begin() as connection:
        _add_chats(connection, at)
        for first in range(1, how_many + 1, _AT_ONCE):
            ids = range(first, min(first + _AT_ONCE, how_many + 1))
            _add_cases(connection, [_case(random_, id_, how_many, drawn, at) for id_ in ids], at)
        if connection.dialect.name == "postgresql":
            for table in ("cases", "case_entries", "messages"):
                name = "order_no" if table == "messages" else "id"
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', '{name}'), {how_many})"))
    _settle(store)


def _settle(store: Store) -> None:
    """What a database does by itself in time, done at once: figures on its tables, and rows marked as seen by all."""
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _unit(session: Any, code: str) -> Unit:
    found = units.by_code(session, code)
    if found is None:
        raise LookupError(code)
    return found


def _questions(content: Path) -> list[tuple[str, str, str]]:
    """Language, topic and words of the questions that the guidance itself lists."""
    records = read_records(content / "guidance")
    languages = ("vi", "vi", "vi", "en")
    return [(lang, record.group, said) for record in records for lang in languages for said in record.questions[lang]]  # type: ignore[index]


def _case(random_: random.Random, id_: int, how_many: int, drawn: Drawn, at: dt.datetime) -> dict[str, Any]:
    states = list(IN_STATE)
    (state,) = random_.choices([*states, CaseState.CLOSED], [*IN_STATE.values(), 100 - sum(IN_STATE.values())])
    largest = [unit for unit in drawn.units if unit.code.startswith("KV02")]
    unit = random_.choice(largest if random_.random() < LARGEST else drawn.units)
    language, topic, question = random_.choice(drawn.questions)
    is_open = state in (CaseState.WAITING, *_HELD)
    opened_at = at - dt.timedelta(minutes=random_.randrange(1, 10_000) if is_open else (how_many - id_) * 5 + 10_000)
    first, second = unit.steps
    holder = random_.choice(drawn.holders) if state in _HELD else None
    return {
        "id": id_,
        "number": f"2026-{id_:05d}",
        "key": f"key-{id_}",
        "enquiry_id": f"enquiry-{id_}",
        "conversation_id": f"conversation-{id_ % _CHATS}",
        "person_id": f"person-{id_ % _CHATS}",
        "language": language,
        "question": f"{question} Tờ khai {random_.randrange(10**11, 10**12)}",
        "details": None,
        "enterprise_name": f"Công ty {random_.choice(_TRADES)} {random_.choice(_NAMES)} {id_ % _CHATS}",
        "tax_code": f"{3 * 10**8 + id_ % _CHATS:010d}",
        "contact": f"nguoi{id_ % _CHATS}@example.vn",
        "urgency": random_.choices(list(Urgency), (3, 3, 4, 20, 70))[0],
        "unit_id": unit.id,
        "first_unit_id": first,
        "second_unit_id": second,
        "unit_found_by": "office",
        "channel": _channel(id_),
        "topic": topic,
        "state": state,
        "holder_id": holder,
        "drafted_by_id": holder if state is CaseState.CLAIMED and random_.random() < 0.05 else None,
        "opened_at": opened_at,
        "at_risk_at": opened_at + dt.timedelta(minutes=6_000),
        "due_at": opened_at + dt.timedelta(minutes=8_000),
        "reminded": Reminded.NOBODY,
        "paused_at": opened_at if state is CaseState.NEEDS_INFORMATION else None,
        "resolved_at": None if is_open else opened_at + dt.timedelta(days=1),
    }


def _channel(id_: int) -> str:
    return ("telegram", "telegram", "web")[id_ % _CHATS % 3]


def _add_chats(connection: Connection, at: dt.datetime) -> None:
    numbers = range(_CHATS)
    connection.execute(insert(Person), [{"id": f"person-{n}", "created_at": at} for n in numbers])
    chats = [
        {"id": f"chat-{n}", "channel": _channel(n), "address": f"m{n}", "person_id": f"person-{n}"} for n in numbers
    ]
    connection.execute(insert(Chat), [{**chat, "created_at": at} for chat in chats])
    times = {"language": "vi", "started_at": at, "last_activity_at": at, "beside_case": False}
    of_chats = [{"id": f"conversation-{n}", "chat_id": f"chat-{n}", **times} for n in numbers]
    connection.execute(insert(Conversation), of_chats)


def _add_cases(connection: Connection, cases: list[dict[str, Any]], at: dt.datetime) -> None:
    connection.execute(insert(Message), [_message(case) for case in cases])
    connection.execute(insert(Case), cases)
    connection.execute(insert(CaseEntry), [_opened(case) for case in cases])
    held = [case for case in cases if case["holder_id"] is not None]
    holds = [{"case_id": case["id"], "officer_id": case["holder_id"], "began_at": at} for case in held]
    if holds:
        connection.execute(insert(CaseHold), holds)
    connection.execute(insert(CaseWord), list(_words(cases)))


def _message(case: dict[str, Any]) -> dict[str, Any]:
    return {
        "order_no": case["id"],
        "id": case["enquiry_id"],
        "conversation_id": case["conversation_id"],
        "author": "person",
        "text": case["question"],
        "at": case["opened_at"],
    }


def _opened(case: dict[str, Any]) -> dict[str, Any]:
    return {"id": case["id"], "case_id": case["id"], "kind": "opened", "detail": {}, "at": case["opened_at"]}


def _words(cases: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for case in cases:
        for word in words_of(
            " ".join(str(case[name]) for name in ("number", "question", "enterprise_name", "tax_code", "contact"))
        ):
            yield {"word": word, "case_id": case["id"]}
