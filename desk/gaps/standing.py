"""What is told of a group: how much it is asked for and by how many, its questions without names, who might take it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.answering.folding import folded
from desk.desk import Desk
from desk.enquiries.model import Enquiry
from desk.gaps.model import GapGroup, GapQuestion
from desk.guidance import versions
from desk.guidance.model import DraftState, GuidanceDraft, GuidanceEntry
from desk.guidance.permissions import may_write
from desk.guidance.record import Language
from desk.paging import Page, page_of
from desk.people import service as people
from desk.people.model import Officer
from desk.privacy.known_names import masked_words
from desk.shortening import shortened
from desk.units import service as units

#: The newest demand is that of so many days, beside as many before them.
RECENT = dt.timedelta(days=30)
EXAMPLES = 3
LENGTH = 300
_READ = 20


@dataclass(frozen=True)
class Demand:
    """``recent`` is of the last 30 days, ``before`` of the 30 before them; ``persons`` counts each person once."""

    asked: int
    persons: int
    since: dt.datetime
    recent: int
    before: int

    @property
    def trend(self) -> str:
        """``rising`` or ``falling`` where the difference is at least two and a quarter; else ``steady``."""
        difference = self.recent - self.before
        if abs(difference) < max(2, self.before / 4):
            return "steady"
        return "rising" if difference > 0 else "falling"


@dataclass(frozen=True)
class Example:
    """A question of the group, masked; ``id`` is the enquiry's."""

    id: str
    text: str
    language: Language
    kind: str
    asked_at: dt.datetime


@dataclass(frozen=True)
class Owner:
    """Who might take the group: a curator, or else the unit in charge of its topic."""

    officer: str | None
    unit: str | None


def demand(session: Session, group: GapGroup, at: dt.datetime) -> Demand:
    of_group = select(func.count()).where(GapQuestion.group_id == group.id)
    persons = select(func.count(GapQuestion.person_id.distinct())).where(GapQuestion.group_id == group.id)
    recent = of_group.where(GapQuestion.asked_at > at - RECENT)
    before = of_group.where(GapQuestion.asked_at > at - 2 * RECENT, GapQuestion.asked_at <= at - RECENT)
    return Demand(
        group.asked,
        session.scalar(persons) or 0,
        group.first_asked_at,
        session.scalar(recent) or 0,
        session.scalar(before) or 0,
    )


def examples(desk: Desk, session: Session, group: GapGroup, language: Language, most: int = EXAMPLES) -> list[Example]:
    """The newest questions, each wording once; ``language`` is that of the labels in the place of what is masked."""
    query = (
        select(GapQuestion)
        .where(GapQuestion.group_id == group.id)
        .order_by(GapQuestion.asked_at.desc(), GapQuestion.enquiry_id)
        .limit(max(_READ, most))
    )
    found: dict[str, Example] = {}
    for example in masked_questions(desk, session, session.scalars(query), language):
        found.setdefault(folded(example.text), example)
    return list(found.values())[:most]


def questions(
    desk: Desk,
    session: Session,
    group: GapGroup,
    language: Language,
    *,
    limit: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[Example]:
    """A page of all questions of the group, the newest first; those whose words were forgotten are left out."""
    query = (
        select(GapQuestion)
        .join(Enquiry, Enquiry.id == GapQuestion.enquiry_id)
        .where(GapQuestion.group_id == group.id, Enquiry.text != "")
    )
    page = page_of(
        session,
        query,
        (GapQuestion.asked_at, GapQuestion.enquiry_id),
        key=lambda question: (question.asked_at, question.enquiry_id),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )
    return Page(masked_questions(desk, session, page.rows, language), page.before, page.after)


def masked_questions(
    desk: Desk, session: Session, some: Iterable[GapQuestion], language: Language | None = None
) -> list[Example]:
    """Questions without what tells who asked them; without a language each has labels in its own."""
    found = []
    for question in some:
        enquiry = session.get_one(Enquiry, question.enquiry_id)
        if not enquiry.text:
            continue
        written: Language = "en" if enquiry.language == "en" else "vi"
        shown = masked_words(desk.texts, session, enquiry.text, question.person_id, language or written)
        text = shortened(shown, LENGTH)
        found.append(Example(enquiry.id, text, written, question.kind, question.asked_at))
    return found


def owner(desk: Desk, session: Session, group: GapGroup, language: Language) -> Owner:
    """Who wrote or approved the nearest guidance last, if they still write; else the unit in charge of the topic."""
    officer = next((one for one in _hands_of(session, group.entry) if one.active and may_write(one)), None)
    if officer is not None:
        return Owner(officer.name, None)
    topic = topic_of(session, group.entry) or group.topic
    code = desk.rules.routing.unit_of_topic(group.entry or "", topic or "")
    unit = units.by_code(session, code) if code is not None else None
    return Owner(None, unit.name(language) if unit is not None else None)


def topic_of(session: Session, entry: str | None) -> str | None:
    found = session.get(GuidanceEntry, entry) if entry is not None else None
    return found.group if found is not None else None


def _hands_of(session: Session, entry: str | None) -> Iterable[Officer]:
    """Who wrote the last draft of the entry that was published, who approved it, and who published it otherwise."""
    if entry is None:
        return
    query = (
        select(GuidanceDraft)
        .where(GuidanceDraft.entry_id == entry, GuidanceDraft.state == DraftState.PUBLISHED.value)
        .order_by(GuidanceDraft.settled_at.desc())
        .limit(1)
    )
    draft = session.scalar(query)
    if draft is not None:
        yield draft.author
        if draft.reviewer is not None:
            yield draft.reviewer
    newest = versions.newest(session, entry)
    if newest is not None and newest.published_by.startswith("officer:"):
        officer = people.by_username(session, newest.published_by.removeprefix("officer:"))
        if officer is not None:
            yield officer
