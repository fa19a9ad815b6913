"""What was done in a month about what was found: guidance, gaps, corrections of answers, reviews of ratings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from desk.figures.period import Period
from desk.figures.scope import Scope
from desk.gaps.model import GapStep, StepKind
from desk.guidance.model import GuidanceVersion
from desk.recall.model import Recall
from desk.reports.month.figures import Acted
from desk.reports.month.reviews import reviews

_CURATOR = "curator"


def acted(session: Session, period: Period, scope: Scope) -> Acted:
    """Guidance, gaps and corrections are the whole authority's, for they belong to no unit; reviews the scope's."""
    recalls, chats = session.execute(
        select(func.count(), func.coalesce(func.sum(Recall.chats), 0)).where(*period.holds(Recall.started_at))
    ).one()
    return Acted(
        published=_count(session, _entries(period).where(GuidanceVersion.number == 1)),
        revised=_count(session, _entries(period).where(GuidanceVersion.number > 1, GuidanceVersion.corrects.is_(None))),
        corrected=_count(session, _entries(period).where(GuidanceVersion.corrects.is_not(None))),
        withdrawn=_count(
            session, select(GuidanceVersion.entry_id).where(*period.holds(GuidanceVersion.withdrawn_at)).distinct()
        ),
        gaps_closed=_count(session, _gaps_closed(period)),
        recalls=recalls,
        recalled_chats=int(chats or 0),
        reviews=reviews(session, period, scope),
    )


def _entries(period: Period) -> Select[Any]:
    """Entries of which this authority's curators published a text in the period; what ships with the desk is not it."""
    return (
        select(GuidanceVersion.entry_id)
        .where(
            *period.holds(GuidanceVersion.published_at),
            GuidanceVersion.origin == _CURATOR,
            GuidanceVersion.is_earlier.is_(False),
        )
        .distinct()
    )


def _gaps_closed(period: Period) -> Select[Any]:
    """Groups of questions without help that guidance was published for, or that were settled otherwise."""
    closing = (StepKind.PUBLISHED.value, StepKind.DISMISSED.value)
    return select(GapStep.group_id).where(*period.holds(GapStep.at), GapStep.kind.in_(closing)).distinct()


def _count(session: Session, rows: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0
