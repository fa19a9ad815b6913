"""What a request for a rating keeps of its matter, as it is when the rating is asked for."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import Case, EntryKind
from desk.conversations.model import Conversation
from desk.enquiries.model import Enquiry
from desk.guidance.model import GuidanceEntry
from desk.people.model import Officer
from desk.ratings import fairness
from desk.ratings.crediting import parts_of
from desk.ratings.model import LeftOut, RatingPart, RatingRequest
from desk.units import service as units
from desk.units.model import Unit, UnitKind


def of_conversation(session: Session, request: RatingRequest, conversation: Conversation) -> None:
    """Keep who asked, and which entry was shown last."""
    shown = session.scalar(
        select(Enquiry)
        .where(Enquiry.conversation_id == conversation.id, Enquiry.entry.is_not(None))
        .order_by(Enquiry.asked_at.desc(), Enquiry.position.desc())
        .limit(1)
    )
    person = conversation.chat.person
    request.person_id, request.enterprise_id = person.id, person.acting_for_id
    request.channel, request.language = conversation.chat.channel, conversation.language
    request.entry, request.version = (shown.entry, shown.version) if shown else (None, None)
    request.topic = _topic_of(session, request.entry)
    request.left_out = LeftOut.STAFF if fairness.is_staff(session, person.id) else None


def of_case(session: Session, request: RatingRequest, case: Case) -> None:
    """Keep who asked, what the case was about, the guidance that was quoted last, and the officers with their parts."""
    quotes = [quote for entry in case.entries if entry.kind == EntryKind.REPLIED for quote in _quoted(entry.detail)]
    request.person_id, request.enterprise_id = case.person_id, case.enterprise_id
    request.channel, request.language, request.topic = case.channel, case.language, case.topic
    request.entry, request.version = quotes[-1] if quotes else (None, None)
    if request.left_out is None and fairness.is_staff(session, case.person_id):
        request.left_out = LeftOut.STAFF
    parts_of_case(session, request, case)


def parts_of_case(session: Session, request: RatingRequest, case: Case) -> None:
    """Keep the officers with their parts, found anew over the whole thread.

    Whoever had a part before, for the same unit, keeps the name and the place of then.
    """
    before = {(part.officer_id, part.unit_id): part for part in request.parts}
    request.parts.clear()
    session.flush()
    for part in parts_of(case.entries, case.unit.code):
        officer = session.get_one(Officer, part.officer_id)
        unit = session.scalars(select(Unit).where(Unit.code == part.unit)).one()
        was = before.get((officer.id, unit.id))
        above = {each.kind: each.id for each in units.chain(session, unit)}
        request.parts.append(
            RatingPart(
                officer_id=officer.id,
                officer_name=was.officer_name if was else officer.name,
                unit_id=unit.id,
                team_id=was.team_id if was else above.get(UnitKind.TEAM),
                office_id=was.office_id if was else above.get(UnitKind.OFFICE),
                region_id=was.region_id if was else above.get(UnitKind.REGION),
                share=part.share,
            )
        )


def _topic_of(session: Session, entry: str | None) -> str | None:
    found = session.get(GuidanceEntry, entry) if entry is not None else None
    return found.group if found is not None else None


def _quoted(detail: dict[str, object] | None) -> list[tuple[str, int]]:
    found = (detail or {}).get("quoted", [])
    return [(one["entry"], one["version"]) for one in found] if isinstance(found, list) else []
