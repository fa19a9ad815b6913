"""A made-up history of the desk for tests of figures: uneven months of enquiries, cases with threads, and ratings."""

from __future__ import annotations

import datetime as dt
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.cases.model import Case, CaseEntry, CaseState, EntryKind, Urgency
from desk.conversations.model import Chat, Conversation, Message, Person
from desk.enquiries.model import Enquiry
from desk.guidance.model import GuidanceEntry
from desk.people.model import Officer
from desk.ratings.model import Rating, RatingPart, RatingRequest
from desk.units import service as units
from desk.units.model import Unit

QUESTIONS = {
    "vi": (
        "Nhập khẩu máy móc cũ đã qua sử dụng thì cần giấy phép gì?",
        "Công ty TNHH Hoa Mai, MST 0312345678, hỏi về hoàn thuế",
        "Thủ tục tạm nhập tái xuất hàng hội chợ",
        "Gọi em 0912 345 678, em hỏi phí kiểm hóa",
        "Thời hạn nộp C/O mẫu D là bao lâu?",
    ),
    "en": ("How do I import used machinery?", "My name is Lan Nguyen, which fee applies?", "Deadline for form D?"),
}
_OUTCOMES = [outcome for outcome in Outcome if outcome is not Outcome.ERROR_STORE]
_WEIGHTS = [50, 8, 9, 3, 4, 9, 7, 2, 2, 1]
_ENTRIES = ("dossier_import", "channels", "fee_rates", "used_machinery", "transit_land", None)


class History:
    """Writes a history into a store, the same for the same seed. Cases lie in the units of the given codes."""

    def __init__(self, session: Session, codes: tuple[str, ...], *, seed: int = 5) -> None:
        self._session = session
        self._random = Random(seed)
        self._units = [session.scalars(select(Unit).where(Unit.code == code)).one() for code in codes]
        self._officer = session.scalars(select(Officer).where(Officer.username == "minh")).one()
        self._entries = set(session.scalars(select(GuidanceEntry.id)))
        self._number = 0

    def of_days(self, first: dt.date, last: dt.date, now: dt.datetime, *, busiest: int = 9) -> None:
        """Conversations on every day but some, more of them as time goes on, none after ``now``."""
        days = (last - first).days + 1
        for place in range(days):
            day = first + dt.timedelta(days=place)
            share = (0.3 if day.weekday() >= 5 else 1.0) * (0.4 + 0.6 * place / days)
            for _ in range(self._random.randint(0, max(1, round(busiest * share)))):
                at = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) + dt.timedelta(
                    minutes=self._random.randint(-7 * 60, 17 * 60 - 1)
                )
                if at < now:
                    self.conversation(at, now)
        self._session.flush()

    def conversation(self, at: dt.datetime, now: dt.datetime) -> Conversation:
        """One conversation with its enquiries, and with a case or a rating where it comes to that."""
        random = self._random
        self._number += 1
        language = "vi" if random.random() < 0.8 else "en"
        person = Person(name="Lan Anh Trần", created_at=at)
        channel = random.choices(("telegram", "web", "terminal"), (60, 35, 5))[0]
        chat = Chat(channel=channel, address=f"made-up-{self._number}", person=person, created_at=at)
        conversation = Conversation(
            chat=chat,
            language=language,
            started_at=at,
            last_activity_at=at,
            ended_at=at + dt.timedelta(minutes=40),
        )
        self._session.add(conversation)
        self._session.flush()
        case = None
        for minutes in range(random.choice((0, 1, 1, 1, 2, 3))):
            asked = self._enquiry(conversation, language, at + dt.timedelta(minutes=2 * minutes))
            wanted = 0.06 if asked.outcome.startswith("answered") else 0.45
            if case is None and random.random() < wanted:
                case = self._case(conversation, asked, now)
        if case is None or case.resolved_at is not None:
            self._rating(conversation, case, (case.resolved_at if case else None) or at, now)
        return conversation

    def _enquiry(self, conversation: Conversation, language: str, at: dt.datetime) -> Enquiry:
        random = self._random
        text = random.choice(QUESTIONS[language])
        message = Message(conversation_id=conversation.id, author="person", text=text, at=at)
        self._session.add(message)
        self._session.flush()
        outcome = random.choices(_OUTCOMES, _WEIGHTS)[0]
        shown = random.choice(_ENTRIES[:-1]) if outcome.family == "answered" else None
        near = random.choice(_ENTRIES)
        enquiry = Enquiry(
            id=message.id,
            message_id=message.id,
            conversation_id=conversation.id,
            text=text if random.random() < 0.95 else "",
            language=language,
            as_of=at.date(),
            asked_at=at,
            outcome=outcome.value,
            entry=shown,
            version=1 if shown else None,
            publication_no=1,
            candidates=[{"entry": near, "version": 1, "score": 0.2, "confidence": 0.2}] if near else [],
            related_law=[],
            timings_ms={},
        )
        self._session.add(enquiry)
        return enquiry

    def _case(self, conversation: Conversation, asked: Enquiry, now: dt.datetime) -> Case:
        random = self._random
        opened_at = asked.asked_at + dt.timedelta(minutes=1)
        near = asked.entry or next((str(found["entry"]) for found in asked.candidates), None)
        case = Case(
            number=f"2026-9{self._number:04d}",
            key=f"key-{self._number}",
            enquiry_id=asked.message_id,
            conversation_id=conversation.id,
            person_id=conversation.chat.person_id,
            language=conversation.language,
            question=asked.text,
            channel=conversation.chat.channel,
            urgency=random.choice(list(Urgency)),
            unit=random.choices(self._units, range(len(self._units), 0, -1))[0],
            topic="declaration" if near in self._entries else None,
            entry=near,
            opened_at=opened_at,
            at_risk_at=opened_at + dt.timedelta(hours=18),
            due_at=opened_at + dt.timedelta(hours=24),
        )
        self._session.add(case)
        self._session.flush()
        self._thread(case, now)
        self._session.flush()
        return case

    def _thread(self, case: Case, now: dt.datetime) -> None:
        """What happened to the case until now, in a random order that can be."""
        random, at, state = self._random, case.opened_at, CaseState.WAITING

        def happens(kind: EntryKind, hours: float, text: str | None = None) -> bool:
            nonlocal at
            if at + dt.timedelta(hours=hours) >= now:
                return False
            at += dt.timedelta(hours=hours)
            by = None if kind in (EntryKind.OPENED, EntryKind.PERSON_WROTE, EntryKind.REOPENED) else self._officer.id
            self._session.add(CaseEntry(case_id=case.id, kind=kind.value, officer_id=by, text=text, detail={}, at=at))
            self._session.flush()
            return True

        def takes(hours: float) -> float:
            return random.expovariate(1 / hours) + 0.05

        happens(EntryKind.OPENED, 0)
        if happens(EntryKind.CLAIMED, takes(3)):
            state = CaseState.CLAIMED
            if random.random() < 0.25 and happens(EntryKind.ASKED, takes(2), "Tờ khai số mấy?"):
                state = CaseState.NEEDS_INFORMATION
                if happens(EntryKind.PERSON_WROTE, takes(12), "Số 1"):
                    state = CaseState.CLAIMED
            if (
                state is CaseState.CLAIMED
                and random.random() < 0.95
                and happens(EntryKind.REPLIED, takes(9), "Trả lời")
            ):
                state = CaseState.ANSWERED
                if random.random() < 0.85 and happens(EntryKind.RESOLVED, takes(20)):
                    state, case.resolved_at = CaseState.RESOLVED, at
        held = state in (CaseState.CLAIMED, CaseState.ANSWERED, CaseState.NEEDS_INFORMATION)
        case.state, case.holder_id = state, self._officer.id if held else None
        case.paused_at = at if state is CaseState.NEEDS_INFORMATION else None

    def _rating(self, conversation: Conversation, case: Case | None, at: dt.datetime, now: dt.datetime) -> None:
        random = self._random
        if random.random() < 0.2:
            return
        asked_at = at + dt.timedelta(minutes=30)
        was_asked = asked_at < now and random.random() < 0.95
        request = RatingRequest(
            conversation_id=conversation.id,
            case_id=case.id if case else None,
            person_id=conversation.chat.person_id,
            topic=case.topic if case else None,
            channel=conversation.chat.channel,
            language=conversation.language,
            ask_at=asked_at,
            asked_at=asked_at if was_asked else None,
        )
        if case is not None:
            snapshot = {unit.kind: unit.id for unit in units.chain(self._session, case.unit)}
            request.parts.append(
                RatingPart(
                    officer_id=self._officer.id,
                    officer_name=self._officer.name,
                    unit_id=case.unit_id,
                    team_id=snapshot.get("team"),
                    office_id=snapshot.get("office"),
                    region_id=snapshot.get("region"),
                    share=1.0,
                )
            )
        self._session.add(request)
        self._session.flush()
        if was_asked and random.random() < 0.35:
            stars = random.choices((1, 2, 3, 4, 5), (6, 6, 12, 36, 40))[0]
            given = {"stars": stars, "first_stars": stars, "for_officer": stars if case else None}
            self._session.add(
                Rating(
                    request_id=request.id,
                    person_id=request.person_id,
                    for_service=True,
                    for_rule=False,
                    rated_at=asked_at,
                    **given,
                )
            )
