"""What the pages of the service index are asked for, and a deduction with what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar.exceptions import NotFoundException
from sqlalchemy.orm import Session

from console.web.service_index_views import capitalized
from console.web.site import Site
from desk.figures import scope as scopes
from desk.figures.scope import Scope
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.service_index import permissions
from desk.service_index.index import KINDS, units_of
from desk.service_index.model import IndexDeduction
from desk.service_index.permissions import IndexRefused
from desk.service_index.span import BadSpan, Span, last_quarter, named, recent
from desk.service_index.words import Words
from desk.units.model import UnitKind

PATH = "/desk/service-index"


@dataclass(frozen=True)
class Chosen:
    """What an address asks for: a period, or the months that were typed with what is wrong with them; and a kind."""

    span: Span | None
    first: str
    last: str
    kind: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """The address's query by which the same index is found again."""
        period = {"period": self.span.name} if self.span is not None else {}
        return period | ({"kind": self.kind} if self.kind else {})


def chosen_in(site: Site, query: Mapping[str, str]) -> Chosen:
    """``period`` by its name, else the months ``from`` and ``to``, else the last quarter that is over."""
    today, kind = site.desk.today(), query.get("kind", "")
    first, last = query.get("from", "").strip(), query.get("to", "").strip()
    name = query.get("period", "").strip()
    try:
        if not name and (first or last):
            span = named(f"{first or last}..{last or first}", today)
        else:
            span = named(name, today) if name else last_quarter(today)
    except BadSpan as refused:
        is_typed = refused.reason == "service_index.refused.period" and not name
        reason = "service_index.refused.month" if is_typed else refused.reason
        at = "to" if refused.reason == "service_index.refused.order" else "from"
        return Chosen(None, first, last, kind, {at: reason})
    return Chosen(span, f"{span.first:%Y-%m}", f"{span.last:%Y-%m}", kind)


def span_in(site: Site, query: Mapping[str, str]) -> Span:
    """The period that an address names; raises NotFoundException for what is none."""
    span = chosen_in(site, query).span
    if span is None:
        raise NotFoundException
    return span


def kinds_of(session: Session, scope: Scope) -> list[str]:
    """The kinds of units that lie in a scope."""
    return [kind.value for kind in KINDS if units_of(session, scope, kind)]


def kind_of(session: Session, scope: Scope, wanted: str) -> str:
    """The kind that is shown: the one wanted, else the highest below the department."""
    kinds = kinds_of(session, scope)
    if wanted in kinds:
        return wanted
    return next((kind for kind in kinds if kind != UnitKind.DEPARTMENT), kinds[0])


def form_of(site: Site, session: Session, officer: Officer, chosen: Chosen, kind: str, language: Language) -> Any:
    """The fields as they are shown, and periods to choose from."""
    desk, own = site.desk, scopes.of_officer(officer)
    kinds = kinds_of(session, own)
    return {
        "first": chosen.first,
        "last": chosen.last,
        "kind": kind,
        "kinds": [(each, desk.texts.say(f"service_index.kind.{each}", language)) for each in kinds],
        "periods": [
            (each.name, capitalized(each.in_words(language)), each == chosen.span) for each in recent(desk.today())
        ],
    }


def deduction_of(words: Words, session: Session, officer: Officer, row: IndexDeduction) -> dict[str, Any]:
    """A deduction with all that was said, and what the officer may do with it."""
    is_open = row.counts
    return {
        "id": row.id,
        "day": row.day,
        "points": words.points(row.points),
        "reason": row.reason,
        "by": row.by.name,
        "at": row.at,
        "objection": row.objection,
        "objected_by": row.objected_by.name if row.objected_by else "",
        "objected_at": row.objected_at,
        "answer": row.answer,
        "answered_by": row.answered_by.name if row.answered_by else "",
        "answered_at": row.answered_at,
        "taken_back_by": row.taken_back_by.name if row.taken_back_by else "",
        "taken_back_at": row.taken_back_at,
        "taken_back_reason": row.taken_back_reason,
        "counts": is_open,
        "may_object": is_open and row.objected_at is None and permissions.may_object(officer, row),
        "may_answer": (
            is_open
            and row.objected_at is not None
            and row.answered_at is None
            and permissions.may_answer(session, officer, row)
        ),
        "may_take_back": is_open and permissions.may_take_back(session, officer, row),
    }


def refusal(site: Site, refused: IndexRefused | None, language: Language) -> dict[str, Any]:
    """What was refused in words, and beside which field."""
    if refused is None:
        return {"refused": "", "refused_field": ""}
    sentence = site.desk.texts.say(refused.reason, language, **refused.values)
    return {"refused": sentence, "refused_field": refused.field}
