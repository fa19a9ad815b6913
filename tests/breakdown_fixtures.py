"""A small history made by hand, of which every figure can be reckoned on paper: the week from 9 to 15 November 2026.

Cases, opened at 8:00, with their hours of work: A of thu in CATLAI, answered after 2 and resolved after 3; B of thu
in CATLAI and of dung in KV03, where it is now, two replies, the first after 1; C of nam in LINHTRUNG, asked back,
answered after 2, opened again and resolved after 16.5, marked as of staff; D held by nam in the team CATLAI-1, overdue;
E in the department's queue, of nobody. Conversations: F answered and rated, G not covered, H rated for the rule alone,
late on Sunday evening. J lies in the week before, and from A a case after the week goes on. Just outside the week lie
two more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from desk.cases.model import Case, CaseEntry, CaseState, EntryKind, Urgency
from desk.conversations.model import Chat, Conversation, Message, Person
from desk.enquiries.model import Enquiry
from desk.figures.period import Period
from desk.ratings.model import LeftOut, Rating, RatingPart, RatingRequest
from desk.units import service as units
from desk.working_time.hours import VIETNAM
from tests.small_tree import add_people, add_units, officer, unit

WEEK = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
_COVERED, _PERSONAL, _GAP = "answered", "unanswerable_personal", "unanswerable_not_covered"


def at(day: int, clock: str) -> dt.datetime:
    """A moment of November 2026 on the clocks of Viet Nam."""
    hours, minutes = map(int, clock.split(":"))
    return dt.datetime(2026, 11, day, hours, minutes, tzinfo=VIETNAM)


@dataclass
class Writer:
    """Writes rows as the desk would have left them."""

    session: Session
    made: dict[str, Case] = field(default_factory=dict)

    def conversation(self, name: str, moment: dt.datetime, channel: str, language: str) -> Conversation:
        person = Person(name="Lan", created_at=moment)
        chat = Chat(channel=channel, address=f"of-{name}", person=person, created_at=moment)
        made = Conversation(chat=chat, language=language, started_at=moment, last_activity_at=moment)
        self.session.add(made)
        self.session.flush()
        return made

    def enquiry(
        self, where: Conversation, moment: dt.datetime, outcome: str, shown: str | None, near: str | None
    ) -> str:
        message = Message(conversation_id=where.id, author="person", text="Hỏi", at=moment)
        self.session.add(message)
        self.session.flush()
        candidates = [{"entry": each, "version": 1} for each in (near, "transit_land") if near]
        self.session.add(
            Enquiry(
                id=message.id,
                message_id=message.id,
                conversation_id=where.id,
                text="Hỏi",
                language=where.language,
                as_of=moment.date(),
                asked_at=moment,
                outcome=outcome,
                entry=shown,
                version=1 if shown else None,
                candidates=candidates,
                timings_ms={},
            )
        )
        return message.id

    def case(self, name: str, where: Conversation, enquiry: str, code: str, moment: dt.datetime, **more: Any) -> Case:
        values = {"state": CaseState.WAITING, "due_at": at(30, "8:00"), "urgency": Urgency.NOT_URGENT, **more}
        made = Case(
            number=f"2026-{name}",
            key=f"key-{name}",
            enquiry_id=enquiry,
            conversation=where,
            person_id=where.chat.person_id,
            language=where.language,
            question="Hỏi",
            unit=unit(self.session, code),
            opened_at=moment,
            at_risk_at=moment,
            **values,
        )
        self.session.add(made)
        self.session.flush()
        self.happens(made, EntryKind.OPENED, moment)
        self.made[name] = made
        return made

    def happens(self, case: Case, kind: EntryKind, moment: dt.datetime, by: str = "") -> None:
        who = officer(self.session, by).id if by else None
        entry = CaseEntry(case_id=case.id, kind=kind.value, officer_id=who, text="Lời", detail={}, at=moment)
        self.session.add(entry)
        self.session.flush()

    def request(self, where: Conversation, moment: dt.datetime | None, **more: Any) -> RatingRequest:
        made = RatingRequest(
            conversation_id=where.id,
            person_id=where.chat.person_id,
            channel=where.chat.channel,
            language=where.language,
            ask_at=moment or where.started_at,
            asked_at=moment,
            **more,
        )
        self.session.add(made)
        self.session.flush()
        return made

    def part(self, request: RatingRequest, username: str, code: str, share: float, called: str = "") -> None:
        where = unit(self.session, code)
        above = {each.kind: each.id for each in units.chain(self.session, where)}
        kinds = {f"{kind}_id": above.get(kind) for kind in ("team", "office", "region")}
        who = officer(self.session, username)
        part = RatingPart(officer_id=who.id, officer_name=called or who.name, unit_id=where.id, share=share, **kinds)
        request.parts.append(part)
        self.session.flush()

    def stars(self, request: RatingRequest, service: int | None, officers: int | None, *, rule: bool = False) -> None:
        given = service or officers or 1
        self.session.add(
            Rating(
                request_id=request.id,
                person_id=request.person_id,
                stars=given,
                first_stars=given,
                reasons=["rule"] if rule else [],
                for_service=service is not None,
                for_rule=rule,
                for_officer=officers,
                rated_at=request.asked_at or request.ask_at,
            )
        )
        self.session.flush()


def write_the_week(session: Session) -> Writer:
    """The whole history, with the small tree of units and its people."""
    add_units(session)
    add_people(session)
    made = Writer(session)
    _the_week_before(made)
    _case_a(made)
    _case_b(made)
    _case_c(made)
    _cases_without_parts(made)
    _conversations(made)
    _outside_the_week(made)
    return made


def _case_a(made: Writer) -> None:
    where = made.conversation("A", at(9, "8:00"), "telegram", "vi")
    asked = made.enquiry(where, at(9, "8:00"), _PERSONAL, None, "channels")
    case = made.case("A", where, asked, "CATLAI", at(9, "8:00"), topic="declaration", entry="channels")
    made.happens(case, EntryKind.REPLIED, at(9, "10:00"), "thu")
    made.happens(case, EntryKind.RESOLVED, at(9, "11:00"), "thu")
    case.state, case.resolved_at = CaseState.RESOLVED, at(9, "11:00")
    request = made.request(where, at(9, "11:30"), case_id=case.id, topic="declaration", entry="channels")
    made.part(request, "thu", "CATLAI", 1.0, "Thu Trần")
    made.stars(request, 5, 5)


def _case_b(made: Writer) -> None:
    where = made.conversation("B", at(9, "8:00"), "web", "en")
    asked = made.enquiry(where, at(9, "8:00"), _PERSONAL, None, "fee_rates")
    case = made.case("B", where, asked, "KV03", at(9, "8:00"), topic="tax", entry="fee_rates")
    made.happens(case, EntryKind.REPLIED, at(9, "9:00"), "thu")
    made.happens(case, EntryKind.REPLIED, at(9, "14:00"), "dung")
    made.happens(case, EntryKind.RESOLVED, at(9, "14:30"), "dung")
    case.state, case.resolved_at = CaseState.RESOLVED, at(9, "14:30")
    request = made.request(where, at(9, "15:00"), case_id=case.id, topic="tax", entry="fee_rates")
    made.part(request, "thu", "CATLAI", 0.5, "Thu Lê")
    made.part(request, "dung", "KV03", 0.5)
    made.stars(request, 2, 4, rule=True)


def _case_c(made: Writer) -> None:
    where = made.conversation("C", at(10, "8:00"), "telegram", "vi")
    asked = made.enquiry(where, at(10, "8:00"), _COVERED, "channels", "fee_rates")
    case = made.case("C", where, asked, "LINHTRUNG", at(10, "8:00"), topic="declaration", entry="channels")
    for kind, moment, by in (
        (EntryKind.ASKED, at(10, "9:00"), "nam"),
        (EntryKind.PERSON_WROTE, at(11, "9:00"), ""),
        (EntryKind.REPLIED, at(11, "10:00"), "nam"),
        (EntryKind.RESOLVED, at(11, "10:30"), "nam"),
        (EntryKind.REOPENED, at(12, "9:00"), ""),
        (EntryKind.RESOLVED, at(13, "9:30"), "nam"),
    ):
        made.happens(case, kind, moment, by)
    case.state, case.resolved_at = CaseState.RESOLVED, at(13, "9:30")
    marked = {"left_out": LeftOut.STAFF, "topic": "declaration", "entry": "channels"}
    request = made.request(where, at(11, "11:00"), case_id=case.id, **marked)
    made.part(request, "nam", "LINHTRUNG", 1.0)
    made.stars(request, 1, 1)


def _cases_without_parts(made: Writer) -> None:
    where = made.conversation("D", at(12, "8:00"), "telegram", "vi")
    asked = made.enquiry(where, at(12, "8:00"), _PERSONAL, None, "gone_entry")
    holder = officer(made.session, "nam").id
    held = {"state": CaseState.CLAIMED, "holder_id": holder, "due_at": at(16, "9:00"), "entry": "gone_entry"}
    case = made.case("D", where, asked, "CATLAI-1", at(12, "8:00"), **held)
    made.happens(case, EntryKind.CLAIMED, at(12, "9:00"), "nam")
    where = made.conversation("E", at(13, "8:00"), "web", "vi")
    asked = made.enquiry(where, at(13, "8:00"), _PERSONAL, None, None)
    made.case("E", where, asked, "VN", at(13, "8:00"), topic="tax")


def _conversations(made: Writer) -> None:
    where = made.conversation("F", at(10, "12:00"), "telegram", "vi")
    made.enquiry(where, at(10, "12:00"), _COVERED, "channels", "channels")
    made.stars(made.request(where, at(10, "13:00"), topic="declaration", entry="channels"), 4, 4)
    where = made.conversation("G", at(11, "9:00"), "web", "en")
    made.enquiry(where, at(11, "9:00"), _GAP, None, None)
    made.request(where, at(11, "10:00"))
    where = made.conversation("H", at(15, "22:00"), "telegram", "vi")
    made.enquiry(where, at(15, "22:00"), _COVERED, "fee_rates", "fee_rates")
    made.stars(made.request(where, at(15, "23:30"), topic="tax", entry="fee_rates"), None, None, rule=True)


def _the_week_before(made: Writer) -> None:
    where = made.conversation("J", at(2, "8:00"), "telegram", "vi")
    asked = made.enquiry(where, at(2, "8:00"), _PERSONAL, None, "channels")
    case = made.case("J", where, asked, "CATLAI", at(2, "8:00"), topic="declaration", entry="channels")
    made.happens(case, EntryKind.REPLIED, at(2, "9:00"), "thu")
    made.happens(case, EntryKind.RESOLVED, at(2, "9:30"), "thu")
    case.state, case.resolved_at = CaseState.CLOSED, at(2, "9:30")
    request = made.request(where, at(3, "9:00"), case_id=case.id, topic="declaration", entry="channels")
    made.part(request, "thu", "CATLAI", 1.0, "Thu Trần")
    made.stars(request, 3, 3)


def _outside_the_week(made: Writer) -> None:
    where = made.conversation("K", at(20, "8:00"), "telegram", "vi")
    asked = made.enquiry(where, at(20, "8:00"), _PERSONAL, None, "channels")
    made.case("K", where, asked, "CATLAI", at(20, "8:00"), previous_id=made.made["A"].id)
    made.request(made.conversation("L", at(15, "22:00"), "web", "vi"), at(16, "0:10"))
    made.request(made.conversation("M", at(15, "22:00"), "web", "vi"), None)
