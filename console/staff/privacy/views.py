"""Holds, requests and persons as pages show them: plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.audit import words as audit_words
from desk.cases.model import Case
from desk.desk import Desk
from desk.enterprises.model import Enterprise
from desk.guidance.record import Language
from desk.privacy import holds
from desk.privacy.holds import Thing
from desk.privacy.model import DataRequest, Hold


@dataclass(frozen=True)
class ShownHold:
    """``kind``: case, person or enterprise; ``called`` is its number, tax code or id, ``path`` its page."""

    id: int
    kind: str
    called: str
    path: str
    reason: str
    review_on: dt.date
    is_to_be_reviewed: bool
    placed_by: str
    placed_at: dt.datetime
    lifted_by: str
    lifted_at: dt.datetime | None
    lifted_reason: str


@dataclass(frozen=True)
class ShownRequest:
    """A request about a person's data; ``is_for_approval``: it waits for a second officer."""

    id: str
    person: str
    kind: str
    state: str
    waits_for: str
    by: str
    reason: str
    asked_at: dt.datetime
    settled_at: dt.datetime | None
    is_for_approval: bool


def hold_shown(desk: Desk, hold: Hold, names: Mapping[str, str], language: Language) -> ShownHold:
    thing = holds.held(hold)
    return ShownHold(
        id=hold.id,
        kind=kind_of(thing),
        called=holds.named(thing),
        path=_path(thing),
        reason=hold.reason,
        review_on=hold.review_on,
        is_to_be_reviewed=holds.is_to_be_reviewed(hold, desk.today()),
        placed_by=_who(desk, hold.placed_by, names, language),
        placed_at=hold.placed_at,
        lifted_by=_who(desk, hold.lifted_by, names, language),
        lifted_at=hold.lifted_at,
        lifted_reason=hold.lifted_reason,
    )


def request_shown(desk: Desk, request: DataRequest, names: Mapping[str, str], language: Language) -> ShownRequest:
    return ShownRequest(
        id=request.id,
        person=request.person_id,
        kind=request.kind.value,
        state=request.state.value,
        waits_for=request.waits_for.value if request.waits_for is not None else "",
        by=_who(desk, request.asked_by, names, language),
        reason=request.reason,
        asked_at=request.asked_at,
        settled_at=request.settled_at,
        is_for_approval=request.state.value == "asked" and request.asked_by != "person",
    )


def names(session: Session) -> Mapping[str, str]:
    """The names of officers by user name."""
    return audit_words.names_of_officers(session)


def kind_of(thing: Thing) -> str:
    if isinstance(thing, Case):
        return "case"
    return "enterprise" if isinstance(thing, Enterprise) else "person"


def _path(thing: Thing) -> str:
    match kind_of(thing):
        case "case":
            return f"/desk/cases/{holds.named(thing)}"
        case "enterprise":
            return f"/desk/enterprises/{holds.named(thing)}"
    return f"/desk/privacy/persons/{holds.named(thing)}"


def _who(desk: Desk, actor: str | None, names: Mapping[str, str], language: Language) -> str:
    return audit_words.actor_in_words(desk.texts, actor, names, language) if actor is not None else ""
