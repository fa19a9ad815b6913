"""Which unit answers a case: the one that the question, the enterprise or the place names, else the default queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.service import Assignment
from desk.conversations.model import Conversation, Message, Person
from desk.desk import Desk
from desk.enquiries.model import Enquiry
from desk.enterprises import access
from desk.guidance import versions
from desk.units import service as units
from desk.units.gazetteer import Gazetteer
from desk.units.model import Unit, UnitKind


class FoundBy(StrEnum):
    """How a case found its unit; ``transfer`` where an officer passed it on since, ``previous`` where it goes on."""

    OFFICE = "office"
    ENTERPRISE = "enterprise"
    PROVINCE = "province"
    TOPIC = "topic"
    DEFAULT = "default"
    TRANSFER = "transfer"
    PREVIOUS = "previous"


def assignment_of(
    desk: Desk, session: Session, conversation: Conversation, enquiry: Message, fields: Mapping[str, str]
) -> Assignment:
    """Where the case of an enquiry belongs: the first of these that is known and says one unit.

    An office that the question or its details name; the office that manages the enterprise; the region of a province
    that they name; the unit in charge of the topic. Where nothing says it, the case waits in the department's queue
    for an officer to pass it on: a wrong unit costs more than that.
    """
    asked = _enquiries(session, enquiry)
    text = f"{enquiry.text}\n{fields.get('details') or ''}"
    entry = _nearest_entry(asked)
    version = versions.in_force(session, entry, desk.today()) if entry else None
    group = version.record.group if version is not None else None
    named = Gazetteer(session.scalars(select(Unit)), desk.rules.routing.places).named_in(text)
    office = _in_common(session, named.offices)
    # Offices of several regions are as good as none, and then a province beside them says no more.
    by_province = None if named.offices else _in_common(session, named.by_province)
    found = (
        (FoundBy.OFFICE, office),
        (FoundBy.ENTERPRISE, _managing(session, conversation.chat.person)),
        (FoundBy.PROVINCE, by_province),
        (FoundBy.TOPIC, _in_charge(desk, session, asked, group)),
        (FoundBy.DEFAULT, units.department(session)),
    )
    by, unit = next((by, unit) for by, unit in found if unit is not None)
    marked = (each.ministry for each in asked if each.ministry is not None)
    ministry = next(marked, None) or desk.rules.words.ministries.in_charge_of(text)
    return Assignment(_still_open(session, unit), by.value, topic=group, entry=entry, ministry=ministry)


def _in_common(session: Session, named: Iterable[Unit]) -> Unit | None:
    """The unit that all the named ones are or lie in; None where that is only the department.

    An office with the region that it lies in is that office. A unit that was closed counts only where no other is
    named: its successor may go by the same name.
    """
    named = list(named)
    standing = [unit for unit in named if unit.active] or named
    lowest = [unit for unit in standing if not any(other is not unit and other.is_within(unit) for other in standing)]
    if not lowest:
        return None
    shared = units.chain(session, lowest[0])
    common = next(above for above in shared if all(unit.is_within(above) for unit in lowest))
    return common if common.kind != UnitKind.DEPARTMENT else None


def _managing(session: Session, person: Person) -> Unit | None:
    """The office that manages the enterprise for which the person acts; what is only claimed decides nothing."""
    membership = access.acting_for(session, person)
    return membership.enterprise.unit if membership is not None else None


def _in_charge(desk: Desk, session: Session, asked: list[Enquiry], group: str | None) -> Unit | None:
    """The unit in charge of the topic, where the question is surely enough about it."""
    entry = _nearest_entry(asked, desk.settings.value("clarify"))
    code = desk.rules.routing.unit_of_topic(entry, group) if entry and group else None
    return units.by_code(session, code) if code else None


def _still_open(session: Session, unit: Unit) -> Unit:
    """The unit, or the nearest above it that is not closed."""
    return next((above for above in units.chain(session, unit) if above.active), units.department(session))


def _enquiries(session: Session, message: Message) -> list[Enquiry]:
    """What was asked in a message, in its order."""
    return list(session.scalars(select(Enquiry).where(Enquiry.message_id == message.id).order_by(Enquiry.position)))


def _nearest_entry(asked: list[Enquiry], confidence: float = 0.0) -> str | None:
    """The guidance that the search found nearest to the first question, whether or not it was shown."""
    if not asked:
        return None
    near = (found["entry"] for found in asked[0].candidates if found["confidence"] >= confidence)
    return asked[0].entry or next(near, None)
