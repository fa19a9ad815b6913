"""Finding the person who wants something done with their data, by what they can name.

A receipt is not among it: who asked is told to nobody by its code (decision 38).
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.accounts import service as accounts
from desk.cases import queries
from desk.conversations.model import Chat, Person
from desk.enterprises import service as enterprises
from desk.people.model import Officer
from desk.privacy import deleting, holds
from desk.privacy.holds import HoldRefused, Thing


def persons(session: Session, wanted: str, officer: Officer) -> list[Person]:
    """Whoever is meant by a case's number, an e-mail address, the number of a Telegram chat, or a person's id.

    Of persons whose matters do not all lie in the officer's units it is not told that they are there.
    """
    found = {person.id: person for person in _meant(session, wanted.strip()) if person is not None}
    return [person for person in found.values() if holds.may_answer_for(session, person, officer)]


def person(session: Session, person_id: str, officer: Officer) -> Person | None:
    """The person of an id, where all their matters lie in the officer's units."""
    found = session.get(Person, person_id)
    if found is None or found.id == deleting.NOBODY or not holds.may_answer_for(session, found, officer):
        return None
    return found


def thing(session: Session, kind: str, key: str) -> Thing:
    """What is to be held: a ``case`` by its number, an ``enterprise`` by its tax code, a ``person`` by their id.

    Raises HoldRefused.
    """
    key = key.strip()
    found: Thing | None = None
    match kind:
        case "case":
            found = queries.by_number(session, key)
        case "enterprise":
            found = enterprises.by_tax_code(session, key)
        case "person":
            found = session.get(Person, key)
    if found is None:
        raise HoldRefused("hold.refused.not_found")
    return found


def _meant(session: Session, wanted: str) -> list[Person | None]:
    if not wanted:
        return []
    case = queries.by_number(session, wanted)
    chats = select(Chat).where(Chat.channel == "telegram", Chat.address == wanted)
    return [
        case.person if case is not None else None,
        accounts.by_email(session, wanted.lower()),
        *(chat.person for chat in session.scalars(chats)),
        session.get(Person, wanted),
    ]
