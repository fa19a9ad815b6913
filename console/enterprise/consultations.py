"""The public pages of draft rules: what would change, a comment without a name, and what was done about comments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.web.limiting import source_of
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, page, see_other
from console.web.typed import whole_number, words
from desk.consultations import commenting, service
from desk.consultations.model import Consultation, ConsultationState
from desk.consultations.permissions import ConsultationRefused
from desk.consultations.standing import in_public, standing
from desk.desk import Desk
from desk.guidance.record import Language
from desk.ids import new_id
from desk.paging import Page

#: Draft rules on one page.
LISTED = 20
_PUBLIC = (ConsultationState.OPEN, ConsultationState.CLOSED)
#: The whole draft, as the form calls it.
WHOLE = "whole"


@get("/consultations", sync_to_thread=True)
def draft_rules(
    request: HttpRequest, site: OfSite, after: FromQuery[str | None] = None, before: FromQuery[str | None] = None
) -> Template:
    """What one can comment on, and what one could."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        found = service.listed(session, None, limit=LISTED, states=_PUBLIC, after=after or None, before=before or None)
        rows = [
            {
                "id": each.id,
                "title": each.title(language),
                "unit": each.unit.name(language),
                "last_day": each.last_day,
                "is_open": _is_open(site.desk, each),
            }
            for each in found.rows
        ]
    return page(request, site, "enterprise/consultations.html", rows=rows, beside=Page(rows, found.before, found.after))


@get("/consultations/{number:str}", sync_to_thread=True)
def draft_rule(request: HttpRequest, site: OfSite, number: FromPath[str], done: FromQuery[str] = "") -> Template:
    """One draft rule with its form, or with what was done about the comments."""
    return _page(request, site, number, done=done if done == "sent" else "")


@post("/consultations/{number:str}", status_code=200, sync_to_thread=True)
def comment(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template | Redirect:
    """Take a comment."""
    about = data.get("about", WHOLE)
    try:
        with site.desk.store.writing() as session:
            commenting.comment(
                site.desk,
                session,
                _known(session, number),
                words(data, "text"),
                None if about == WHOLE else whole_number(about) - 1,
                source=f"web:{source_of(request)}",
                form=data.get("form", "")[:40],
                language=language_of(request),
            )
    except ConsultationRefused as refused:
        return _page(request, site, number, refused=refused, typed=data)
    return see_other(f"/consultations/{number}?done=sent")


def _known(session: Session, number: str) -> Consultation:
    found = service.public(session, whole_number(number))
    if found is None:
        raise NotFoundException
    return found


def _is_open(desk: Desk, consultation: Consultation) -> bool:
    return consultation.state == ConsultationState.OPEN and not service.is_over(desk, consultation)


def _page(
    request: HttpRequest,
    site: Site,
    number: str,
    *,
    done: str = "",
    refused: ConsultationRefused | None = None,
    typed: Mapping[str, str] | None = None,
) -> Template:
    desk, language, typed = site.desk, language_of(request), typed or {}
    with desk.store.reading() as session:
        found = _known(session, number)
        values = _values(desk, session, found, language)
    status = (
        {"text": 422, "question": 422}.get(refused.field, 429 if "too_many" in refused.reason else 409)
        if refused
        else 200
    )
    errors = {refused.field: desk.texts.say(refused.reason, language, **refused.values)} if refused else {}
    return page(
        request,
        site,
        "enterprise/consultation.html",
        status=status,
        here=f"/consultations/{number}",
        done=done,
        errors=errors,
        text=typed.get("text", ""),
        about=typed.get("about", WHOLE),
        form=typed.get("form") or new_id(),
        shortest=commenting.SHORTEST,
        longest=commenting.LONGEST,
        **values,
    )


def _values(desk: Desk, session: Session, found: Consultation, language: Language) -> dict[str, Any]:
    is_open = _is_open(desk, found)
    told = standing(session, found) if not is_open else None
    questions = [(str(place), question[language]) for place, question in enumerate(found.questions, start=1)]
    last_day: dt.date | None = found.last_day
    return {
        "title": found.title(language),
        "unit": found.unit.name(language),
        "summary": found.summary(language),
        "changes": found.changes(language),
        "reference": found.reference,
        "is_address": found.reference.startswith(("https://", "http://")),
        "last_day": last_day,
        "is_open": is_open,
        "choices": [(WHOLE, desk.texts.say("consultation.whole", language)), *questions],
        "comments": told.comments if told is not None else 0,
        "groups": [
            {
                "about": questions[one.group.question][1] if one.group.question is not None else "",
                "count": one.count,
                "outcome": one.group.outcome,
                "said": one.group.said(language),
                "quote": in_public(desk, one.central) if one.group.quoted else "",
                "language": one.central.language,
            }
            for one in (told.groups if told is not None else ())
            if one.group.outcome is not None
        ],
    }
