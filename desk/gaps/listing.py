"""Lists of gaps as curators work through them: the most asked first, by state, kind and topic, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from desk.gaps.model import IN_DRAFT, GapGroup, GapState, Kind
from desk.paging import Page, page_of

View = Literal["open", "in_draft", "published", "dismissed", "all"]
VIEWS: tuple[View, ...] = get_args(View)


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; without a kind all but what is out of scope as a whole, which is shown apart."""

    view: View = "open"
    kind: Kind | None = None
    topic: str = ""


def listed(
    session: Session, wanted: Wanted, *, limit: int, after: str | None = None, before: str | None = None
) -> Page[GapGroup]:
    """A page of groups, the most asked first; of those asked as often the newest."""
    return page_of(
        session,
        select(GapGroup).where(*_narrowed(wanted)),
        (GapGroup.asked, GapGroup.id),
        key=lambda group: (group.asked, group.id),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )


def counted(session: Session, wanted: Wanted) -> tuple[int, int]:
    """How many groups the list has in all, and how many questions are in them."""
    query = select(func.count(), func.sum(GapGroup.asked)).select_from(GapGroup).where(*_narrowed(wanted))
    groups, asked = session.execute(query).one()
    return groups, int(asked or 0)


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    states: dict[str, list[GapState]] = {
        "open": [GapState.OPEN],
        "in_draft": list(IN_DRAFT),
        "published": [GapState.PUBLISHED],
        "dismissed": [GapState.DISMISSED],
        "all": [state for state in GapState if state != GapState.MERGED],
    }
    narrowed: list[ColumnElement[bool]] = [GapGroup.state.in_(states[wanted.view]), GapGroup.asked > 0]
    if wanted.kind is Kind.OUT_OF_SCOPE:
        narrowed.append(GapGroup.out_of_scope == GapGroup.asked)
    else:
        narrowed.append(GapGroup.out_of_scope < GapGroup.asked)
    if wanted.kind is not None and wanted.kind is not Kind.OUT_OF_SCOPE:
        narrowed.append(getattr(GapGroup, wanted.kind.value) > 0)
    if wanted.topic:
        narrowed.append(GapGroup.topic == (None if wanted.topic == "none" else wanted.topic))
    return narrowed
