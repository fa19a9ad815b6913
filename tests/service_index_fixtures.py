"""What tests of the service index share: cases and ratings that are counted on the fingers, and who deducts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import Case, CaseEntry, CaseState, EntryKind, Urgency
from desk.conversations.model import Chat, Conversation, Message, Person
from desk.enquiries.model import Enquiry
from desk.people.model import Role
from desk.ratings.model import Rating, RatingPart, RatingRequest
from desk.ratings.reviews.model import RatingReview, ReviewState
from desk.store import Base
from desk.units import service as units
from desk.units.model import DEPARTMENT
from tests.desk_fixtures import NOON, World
from tests.small_tree import add_units, officer, unit
from tests.unit_fixtures import hire

Row = TypeVar("Row", bound=Base)

#: A Monday morning in the third quarter, 9:00 in Viet Nam.
MONDAY = dt.datetime(2026, 8, 10, 2, 0, tzinfo=dt.UTC)
QUARTER = "2026-Q3"
REASON = "Chậm trả lời bản kiến nghị đã được xác minh."


def staffed(world: World) -> None:
    """The small tree: mai manages the department, son heads it, vinh and dung head regions, hanh an office of thu's."""
    with world.store.writing() as session:
        add_units(session)
    hire(world, "mai", DEPARTMENT, Role.MANAGER)
    hire(world, "son", DEPARTMENT, Role.HEAD)
    hire(world, "vinh", "KV02", Role.HEAD)
    hire(world, "hanh", "CATLAI", Role.HEAD)
    hire(world, "thu", "CATLAI", Role.OFFICER)
    hire(world, "dung", "KV03", Role.HEAD)


class Cases:
    """Writes cases into a store, each with what happened to it; what comes of one call is written together."""

    def __init__(self, session: Session, *, numbered_from: int = 0) -> None:
        self._session = session
        self._number = numbered_from
        self._minh = officer(session, "minh")

    def done(self, code: str, count: int, *, stars: Sequence[int] = (), late: int = 0, twice: int = 0) -> None:
        """So many cases of a unit, resolved; the first get stars, the first ``late`` came late, ``twice`` took two."""
        cases = self._opened(code, count, CaseState.RESOLVED)
        for place, case in enumerate(cases):
            hours = 200 if place < late else 1
            self._happens(case, EntryKind.REPLIED, hours)
            if place < twice:
                self._happens(case, EntryKind.REPLIED, hours + 1)
            self._happens(case, EntryKind.RESOLVED, hours + 2)
        requests = self._asked(cases)
        self._kept(
            Rating(
                request_id=request.id,
                person_id=request.person_id,
                stars=given,
                first_stars=given,
                for_officer=given,
                for_service=True,
                for_rule=False,
                rated_at=request.asked_at,
            )
            for request, given in zip(requests, stars, strict=False)
        )

    def waiting(self, code: str, count: int) -> None:
        """So many cases that nobody answered, and whose time has passed."""
        self._opened(code, count, CaseState.WAITING)
        self._session.flush()

    def _opened(self, code: str, count: int, state: CaseState) -> list[Case]:
        at, of_unit = MONDAY, unit(self._session, code)
        conversations = self._kept(self._conversation() for _ in range(count))
        messages = self._kept(
            Message(conversation_id=of.id, author="person", text="Hỏi", at=at) for of in conversations
        )
        enquiries = self._kept(
            Enquiry(
                id=message.id,
                message_id=message.id,
                conversation_id=message.conversation_id,
                text="Hỏi",
                language="vi",
                as_of=at.date(),
                asked_at=at,
                outcome="unanswerable_not_covered",
                candidates=[],
                related_law=[],
                timings_ms={},
            )
            for message in messages
        )
        cases = self._kept(
            Case(
                number=f"2026-8{conversation.chat.address.rpartition('-')[2]:0>4}",
                key=conversation.chat.address,
                enquiry_id=enquiry.id,
                conversation_id=conversation.id,
                person_id=conversation.chat.person_id,
                language="vi",
                question="Hỏi",
                channel="web",
                urgency=Urgency.NOT_URGENT,
                unit=of_unit,
                state=state,
                opened_at=at,
                at_risk_at=at + dt.timedelta(hours=18),
                due_at=at + dt.timedelta(hours=24),
                resolved_at=at + dt.timedelta(hours=4) if state is CaseState.RESOLVED else None,
            )
            for conversation, enquiry in zip(conversations, enquiries, strict=True)
        )
        for case in cases:
            self._happens(case, EntryKind.OPENED, 0)
        return cases

    def _conversation(self) -> Conversation:
        self._number += 1
        person = Person(name="Lan", created_at=MONDAY)
        chat = Chat(channel="web", address=f"counted-{self._number}", person=person, created_at=MONDAY)
        return Conversation(chat=chat, language="vi", started_at=MONDAY, last_activity_at=MONDAY, ended_at=MONDAY)

    def _happens(self, case: Case, kind: EntryKind, hours: float) -> None:
        by = None if kind is EntryKind.OPENED else self._minh.id
        at = case.opened_at + dt.timedelta(hours=hours)
        self._session.add(CaseEntry(case_id=case.id, kind=kind.value, officer_id=by, text="Lời", detail={}, at=at))

    def _asked(self, cases: Sequence[Case]) -> list[RatingRequest]:
        """A request for each of the cases, which are of one unit; minh is who is rated."""
        asked_at, minh = MONDAY + dt.timedelta(days=2), self._minh
        above = {each.kind: each.id for each in units.chain(self._session, cases[0].unit)}
        return self._kept(
            RatingRequest(
                conversation_id=case.conversation_id,
                case_id=case.id,
                person_id=case.person_id,
                channel="web",
                language="vi",
                ask_at=asked_at,
                asked_at=asked_at,
                parts=[
                    RatingPart(
                        officer_id=minh.id,
                        officer_name=minh.name,
                        unit_id=case.unit_id,
                        team_id=above.get("team"),
                        office_id=above.get("office"),
                        region_id=above.get("region"),
                        share=1.0,
                    )
                ],
            )
            for case in cases
        )

    def _kept(self, rows: Iterable[Row]) -> list[Row]:
        """Add rows and have the database number them."""
        added = list(rows)
        self._session.add_all(added)
        self._session.flush()
        return added


def counted(world: World) -> None:
    """Three offices of a quarter: CATLAI good, LINHTRUNG slow, and few in KV03.

    CATLAI: 100 cases, 40 rated, of these 34 with 5 stars (85 %), 9 late, 20 answered twice, 2 more overdue.
    LINHTRUNG: 40 cases, 20 rated, of these 14 with 4 stars (70 %), 10 late.
    KV03: 25 cases with 10 ratings.
    """
    with world.store.writing() as session:
        cases = Cases(session)
        cases.done("CATLAI", 100, stars=[5] * 34 + [2] * 6, late=9, twice=20)
        cases.waiting("CATLAI", 2)
        cases.done("LINHTRUNG", 40, stars=[4] * 14 + [1] * 6, late=10)
        cases.done("KV03", 25, stars=[5] * 10)


def opened_reviews(
    session: Session, code: str, *, in_time: int, late: int = 0, overdue: int = 0, waiting: int = 0
) -> None:
    """Reviews of a unit that were opened in the quarter, one for a request each: settled, overdue, or not due yet."""
    requests = session.scalars(
        select(RatingRequest.id)
        .where(RatingRequest.id.not_in(select(RatingReview.request_id)))
        .order_by(RatingRequest.id)
        .limit(in_time + late + overdue + waiting)
    ).all()
    due_at = MONDAY + dt.timedelta(days=5)
    settled = [due_at] * in_time + [due_at + dt.timedelta(hours=1)] * late + [None] * (overdue + waiting)
    for place, (request, settled_at) in enumerate(zip(requests, settled, strict=True)):
        is_due = place < in_time + late + overdue
        session.add(
            RatingReview(
                request_id=request,
                unit=unit(session, code),
                state=ReviewState.UNTOLD if settled_at else ReviewState.OPEN,
                opened_at=MONDAY,
                due_at=due_at if is_due else NOON + dt.timedelta(days=1),
                settled_at=settled_at,
            )
        )
    session.flush()
