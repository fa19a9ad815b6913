"""The comments on a draft rule: read in full, set aside where they are none, answered by group, and kept as files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.consultations import views
from console.staff.consultations.access import PATH, act_and_go_on, errors_of, known
from console.staff.consultations.pages import show
from console.web.exports import export, recorded
from console.web.guard import MANAGERS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, page
from console.web.typed import whole_number, words
from desk.audit.exporting import Export
from desk.consultations import answering
from desk.consultations.answering import Said
from desk.consultations.model import Consultation, Outcome
from desk.consultations.permissions import ConsultationRefused
from desk.consultations.standing import comments_of
from desk.consultations.tables import ConsultationTables
from desk.people.model import Officer
from desk.questionnaires.plan import Words


@get("/consultations/{consultation:str}/comments", opt=roles(MANAGERS, of="consultation"), sync_to_thread=True)
def comments_page(
    request: HttpRequest,
    site: OfSite,
    consultation: FromPath[str],
    group: FromQuery[str] = "",
    aside: FromQuery[str] = "",
    after: FromQuery[str] = "",
    before: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Template:
    """The comments of a group, those in none, or those set aside, as they were written."""
    place = {"group": group, "aside": aside, "after": after, "before": before}
    return _comments(request, site, consultation, place, done=done if done in ("set_aside", "brought_back") else "")


@post("/consultations/{consultation:str}/comments", opt=roles(MANAGERS, of="consultation"), sync_to_thread=True)
def set_aside(request: HttpRequest, site: OfSite, consultation: FromPath[str], data: Form) -> Template | Redirect:
    """Count a comment no longer, or again."""
    place = {name: data.get(name, "") for name in ("group", "aside", "after", "before")}
    goes = data.get("goes") == "aside"

    def act(session: Session, found: Consultation, officer: Officer) -> None:
        comment = answering.comment_of(session, found, whole_number(data.get("comment")))
        if comment is None:
            raise NotFoundException
        answering.set_aside(site.desk, session, found, comment, officer, aside=goes)

    kept = {name: value for name, value in place.items() if value}
    way = urlencode({**kept, "done": "set_aside" if goes else "brought_back"})
    return act_and_go_on(
        request, site, consultation, act, f"{PATH}/{consultation}/comments?{way}",
        lambda refused: _comments(request, site, consultation, place, refused=refused),
    )  # fmt: skip


@post("/consultations/{consultation:str}/answer", opt=roles(MANAGERS, of="consultation"), sync_to_thread=True)
def answer_group(request: HttpRequest, site: OfSite, consultation: FromPath[str], data: Form) -> Template | Redirect:
    """Say what was done about a group."""
    number, outcome = whole_number(data.get("group")), data.get("outcome", "")
    typed = {name: words(data, name) for name in ("outcome", "said_vi", "said_en", "quoted")}
    said = Said(
        Outcome(outcome) if outcome in set(Outcome) else None,
        Words(typed["said_vi"], typed["said_en"]),
        bool(typed["quoted"]),
    )

    def act(session: Session, found: Consultation, officer: Officer) -> None:
        group = answering.group_of(session, found, number)
        if group is None:
            raise NotFoundException
        answering.answer(site.desk, session, found, group, said, officer)

    return act_and_go_on(
        request, site, consultation, act, f"{PATH}/{consultation}?done=answered",
        lambda refused: show(request, site, consultation, refused=refused, group=number, typed=typed),
    )  # fmt: skip


@get("/consultations/{consultation:str}/export.csv", opt=roles(MANAGERS, of="consultation"), sync_to_thread=True)
def comments_as_csv(request: HttpRequest, site: OfSite, consultation: FromPath[str]) -> Response[bytes]:
    """Groups and comments in one file."""
    return _export(request, site, consultation, "csv")


@get("/consultations/{consultation:str}/export.xlsx", opt=roles(MANAGERS, of="consultation"), sync_to_thread=True)
def comments_as_xlsx(request: HttpRequest, site: OfSite, consultation: FromPath[str]) -> Response[bytes]:
    """The same as a workbook."""
    return _export(request, site, consultation, "xlsx")


def _export(request: HttpRequest, site: Site, consultation: str, format: str) -> Response[bytes]:
    language = language_of(request)
    with site.desk.store.reading() as session:
        found, _ = known(request, session, consultation)
        tables = ConsultationTables(site.desk, session, found, language).all()
        file = export(site, tables, format, name=f"consultation-{found.id}", language=language)
    return recorded(request, site, Export.CONSULTATION, file, format, subject=f"consultation#{found.id}")


def _comments(
    request: HttpRequest,
    site: Site,
    consultation: str,
    place: dict[str, str],
    *,
    done: str = "",
    refused: ConsultationRefused | None = None,
) -> Template:
    language, number = language_of(request), whole_number(place["group"])
    with site.desk.store.reading() as session:
        found, _ = known(request, session, consultation)
        group = answering.group_of(session, found, number) if number else None
        if number and group is None:
            raise NotFoundException
        beside = comments_of(
            session,
            found,
            group.id if group is not None else None,
            set_aside=bool(place["aside"]),
            limit=views.LISTED,
            after=place["after"] or None,
            before=place["before"] or None,
        )
        rows: list[dict[str, Any]] = [
            {
                "id": each.id,
                "text": each.text,
                "language": each.language,
                "sent_on": each.sent_on,
                "about": views.about(site.desk, found, each.question, language),
            }
            for each in beside.rows
        ]
        title, about = found.title(language), views.about(site.desk, found, group.question, language) if group else ""
    return page(
        request,
        site,
        "staff/consultations/comments.html",
        status=409 if refused else 200,
        here=f"{PATH}/{consultation}/comments",
        path=f"{PATH}/{consultation}",
        title=title,
        about=about,
        rows=rows,
        beside=beside,
        place=place,
        query={name: place[name] for name in ("group", "aside") if place[name]},
        done=done,
        refused=next(iter(errors_of(request, site, refused).values()), ""),
    )
