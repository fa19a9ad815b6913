"""The people of a made-up year: officers who are moved, renamed and deactivated, and persons with their chats."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from sqlalchemy import Connection, delete, insert, update

from desk.conversations.model import Chat, Person
from desk.enterprises.model import Enterprise
from desk.people.model import Appointment, Officer, OfficerLink
from evaluation.ratings.year.size import Size
from evaluation.ratings.year.tree import Tree

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ")
_GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Minh", "Ngọc", "Phúc", "Quân", "Thu", "Yến")
_CHANNELS, _OF_CHANNELS = ("telegram", "web", "terminal"), (60, 35, 5)
_HEADS = 0.2


@dataclass
class MadeOfficer:
    """Somebody of a unit, by its code."""

    id: int
    name: str
    unit: str
    is_head: bool
    is_active: bool = True


@dataclass(frozen=True)
class MadePerson:
    """A person with a chat; ``enterprise`` is the one they act for, ``number`` counts from 0."""

    id: str
    chat: str
    channel: str
    enterprise: int | None
    number: int


class Staff:
    """The officers as they are at present."""

    def __init__(self, connection: Connection, tree: Tree, size: Size, random: Random) -> None:
        self._connection = connection
        self._tree = tree
        self.officers: dict[int, MadeOfficer] = {}
        codes = _places(tree, size.officers, random)
        for id_, code in enumerate(codes, start=1):
            name = f"{random.choice(_FAMILY)} {random.choice(_GIVEN)} {id_}"
            self.officers[id_] = MadeOfficer(id_, name, code, id_ == 1 or random.random() < _HEADS)
        rows = [
            {"id": each.id, "username": f"cb{each.id:03d}", "name": each.name, "password_hash": ""}
            | {"created_at": size.begin}
            for each in self.officers.values()
        ]
        connection.execute(insert(Officer), rows)
        for each in self.officers.values():
            self._appoint(each)

    def _appoint(self, officer: MadeOfficer) -> None:
        unit_id = self._tree.places[officer.unit].id
        role = "head" if officer.is_head else "officer"
        self._connection.execute(insert(Appointment).values(officer_id=officer.id, unit_id=unit_id, role=role))

    def of(self, code: str, *, heads: bool = False) -> list[MadeOfficer]:
        """Who works in the unit, or else in the nearest above in which somebody does; at the top there is one."""
        there = [
            each
            for each in self.officers.values()
            if each.is_active and each.unit == code and (each.is_head or not heads)
        ]
        return there or self.of(self._tree.above(code), heads=heads)

    def works_for(self, officer_id: int, code: str) -> bool:
        """Whether an officer still works in the unit or in one above it."""
        officer = self.officers[officer_id]
        return officer.is_active and self._tree.places[code].path.startswith(self._tree.places[officer.unit].path)

    def move(self, officer: MadeOfficer, code: str) -> None:
        officer.unit = code
        self._connection.execute(delete(Appointment).where(Appointment.officer_id == officer.id))
        self._appoint(officer)

    def rename(self, officer: MadeOfficer) -> None:
        officer.name = f"{officer.name} (mới)"
        self._connection.execute(update(Officer).where(Officer.id == officer.id).values(name=officer.name))

    def deactivate(self, officer: MadeOfficer) -> None:
        """Off the desk: no longer active, and without any role."""
        officer.is_active = False
        self._connection.execute(update(Officer).where(Officer.id == officer.id).values(active=False))
        self._connection.execute(delete(Appointment).where(Appointment.officer_id == officer.id))

    def link(self, officer_id: int, person: MadePerson, at: dt.datetime) -> None:
        """From now on the person is known to be this officer."""
        row = {"officer_id": officer_id, "telegram_user": f"u{person.id}", "chat_id": person.chat, "linked_at": at}
        self._connection.execute(insert(OfficerLink).values(row))


def _places(tree: Tree, how_many: int, random: Random) -> list[str]:
    """The unit of each officer: the first is at the top, and few units have most."""
    codes = [code for code in tree.active if code != "VN"]
    weights = [1 / (1 + place % 17) for place in range(len(codes))]
    return ["VN", "VN", *random.choices(codes, weights, k=how_many - 2)]


def add_persons(connection: Connection, size: Size, random: Random) -> list[MadePerson]:
    """Persons with a chat each; the first act for enterprises, several for the same one."""
    at = size.begin
    enterprises = range(1, size.enterprises + 1)
    rows = [{"id": n, "tax_code": f"{3 * 10**9 + n}", "name": f"Công ty {n}", "created_at": at} for n in enterprises]
    connection.execute(insert(Enterprise), rows)
    people = []
    for number in range(size.persons):
        acting = number % size.enterprises + 1 if number < 16 * size.enterprises else None
        channel = random.choices(_CHANNELS, _OF_CHANNELS)[0]
        people.append(MadePerson(f"person-{number}", f"chat-{number}", channel, acting, number))
    persons = [{"id": each.id, "acting_for_id": each.enterprise, "created_at": at} for each in people]
    connection.execute(insert(Person), persons)
    chats = [
        {"id": each.chat, "channel": each.channel, "address": each.id, "person_id": each.id, "created_at": at}
        for each in people
    ]
    connection.execute(insert(Chat), chats)
    return people
