"""Enquiries by the key of a row: how many, how many were answered without an officer, how many are gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.cases.model import Case
from desk.conversations.model import Chat, Conversation
from desk.enquiries.model import Enquiry
from desk.figures.breakdown.asked import Asked, By, Key
from desk.figures.breakdown.steps import key_of_day
from desk.figures.gaps import GAPS
from desk.figures.period import Period
from desk.figures.sql import day_of
from desk.figures.topics import ABOUT
from desk.figures.volume import ANSWERED
from desk.guidance.model import GuidanceEntry

_ANSWERED = [outcome.value for outcome in Outcome if outcome.family == ANSWERED]
_GAPS = [outcome.value for outcome in GAPS]


@dataclass(frozen=True)
class EnquiryFigures:
    """``without_officer`` were answered, and no case was opened from their message; ``gaps`` guidance could mend."""

    enquiries: int = 0
    without_officer: int = 0
    gaps: int = 0

    @property
    def share_without_officer(self) -> float | None:
        return self.without_officer / self.enquiries if self.enquiries else None

    def __add__(self, other: EnquiryFigures) -> EnquiryFigures:
        return EnquiryFigures(
            self.enquiries + other.enquiries, self.without_officer + other.without_officer, self.gaps + other.gaps
        )


def enquiries(session: Session, asked: Asked, period: Period) -> dict[Key, EnquiryFigures]:
    """The figures of the enquiries of a period, by anything but officers and units."""
    groups = {entry.id: entry.group for entry in session.execute(select(GuidanceEntry.id, GuidanceEntry.group))}
    found: dict[Key, EnquiryFigures] = {}
    for key, *counts in session.execute(_counted(asked, period)):
        row = _row(asked.by, key, groups)
        found[row] = found.get(row, EnquiryFigures()) + EnquiryFigures(*counts)
    return found


def _row(by: By, key: str | None, groups: dict[str, str]) -> Key:
    if by.step is not None and key is not None:
        return key_of_day(key, by.step)
    return groups.get(key or "") if by is By.TOPIC else key


def _counted(asked: Asked, period: Period) -> Select[Any]:
    key = _column(asked.by)
    without_officer = and_(Enquiry.outcome.in_(_ANSWERED), Case.id.is_(None))
    return (
        select(key, func.count(), _number(without_officer), _number(Enquiry.outcome.in_(_GAPS)))
        .select_from(Enquiry)
        .join(Conversation, Conversation.id == Enquiry.conversation_id)
        .join(Chat, Chat.id == Conversation.chat_id)
        .outerjoin(Case, Case.enquiry_id == Enquiry.message_id)
        .where(*period.holds(Enquiry.asked_at), *_only(asked))
        .group_by(key)
    )


def _column(by: By) -> Any:
    match by:
        case By.CHANNEL:
            return Chat.channel
        case By.LANGUAGE:
            return Enquiry.language
        case By.TOPIC | By.ENTRY:
            return ABOUT
        case _:
            return day_of(Enquiry.asked_at)


def _only(asked: Asked) -> list[ColumnElement[bool]]:
    only = asked.only
    conditions: list[ColumnElement[bool]] = []
    if only.topic:
        conditions.append(ABOUT.in_(select(GuidanceEntry.id).where(GuidanceEntry.group == only.topic)))
    if only.channel:
        conditions.append(Chat.channel == only.channel)
    if only.language:
        conditions.append(Enquiry.language == only.language)
    return conditions


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
