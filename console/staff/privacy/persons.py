"""What officers do about the data of a person who writes by other means: find them, export, ask to delete, approve."""

from __future__ import annotations

from collections.abc import Callable

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.privacy import views
from console.web.data_files import as_download
from console.web.guard import KEEPERS_OF_DATA, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import words
from desk.conversations.model import Person
from desk.people.model import Officer
from desk.privacy import deleting, exporting, finding, holds, overview, requests
from desk.privacy.model import DataRequest, RequestKind
from desk.privacy.requests import DataRefused

PATH = "/desk/privacy/requests"
DONE = ("asked", "approved", "refused")
LISTED = 100


@get("/privacy/requests", opt=roles(KEEPERS_OF_DATA), sync_to_thread=True)
def request_list(
    request: HttpRequest, site: OfSite, q: FromQuery[str] = "", which: FromQuery[str] = "", done: FromQuery[str] = ""
) -> Template:
    """What waits, and a way to the person who wants something."""
    return _list(request, site, wanted=q[:200], which=which, done=done if done in DONE else "")


@get("/privacy/persons/{person:str}", opt=roles(KEEPERS_OF_DATA, of="person"), sync_to_thread=True)
def person_data(request: HttpRequest, site: OfSite, person: FromPath[str], done: FromQuery[str] = "") -> Template:
    """What is kept of one person, in numbers: their words are not shown here."""
    return _page(request, site, person, done=done if done in DONE else "")


@post("/privacy/persons/{person:str}/export", opt=roles(KEEPERS_OF_DATA, of="person"), sync_to_thread=True)
def export_person(request: HttpRequest, site: OfSite, person: FromPath[str], data: Form) -> Response[bytes] | Template:
    """The person's data as one file, for a reason that the audit keeps."""
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            found = _known(session, person, officer)
            requests.note_export_for(site.desk, session, found, officer, words(data, "reason"))
    except DataRefused as refused:
        return _page(request, site, person, refused=refused.reason)
    with site.desk.store.reading() as session:
        told = exporting.of_person(site.desk, session, session.get_one(Person, person))
    return as_download(site, told, data.get("format", ""), language_of(request))


@post("/privacy/persons/{person:str}/delete", opt=roles(KEEPERS_OF_DATA, of="person"), sync_to_thread=True)
def ask_to_delete(request: HttpRequest, site: OfSite, person: FromPath[str], data: Form) -> Template | Redirect:
    """Ask that the person's data be deleted; a second officer approves."""
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            found = _known(session, person, officer)
            requests.ask_for(site.desk, session, found, officer, words(data, "reason"))
    except DataRefused as refused:
        return _page(request, site, person, refused=refused.reason)
    return see_other(f"/desk/privacy/persons/{person}?done=asked")


@post("/privacy/requests/{request_id:str}/approve", opt=roles(KEEPERS_OF_DATA, of="data_request"), sync_to_thread=True)
def approve_request(request: HttpRequest, site: OfSite, request_id: FromPath[str]) -> Template | Redirect:
    """Agree, as another than who asked, that the data are deleted."""

    def act(session: Session, found: DataRequest, officer: Officer) -> None:
        requests.approve(site.desk, session, found, officer)

    return _settle(request, site, request_id, act, "approved")


@post("/privacy/requests/{request_id:str}/refuse", opt=roles(KEEPERS_OF_DATA, of="data_request"), sync_to_thread=True)
def refuse_request(request: HttpRequest, site: OfSite, request_id: FromPath[str], data: Form) -> Template | Redirect:
    """Find that it is not to be done, and say why."""

    def act(session: Session, found: DataRequest, officer: Officer) -> None:
        requests.refuse(site.desk, session, found, officer, words(data, "reason"))

    return _settle(request, site, request_id, act, "refused")


def _settle(
    request: HttpRequest,
    site: Site,
    request_id: str,
    act: Callable[[Session, DataRequest, Officer], None],
    done: str,
) -> Template | Redirect:
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            found = session.get(DataRequest, request_id)
            if found is None or finding.person(session, found.person_id, officer) is None:
                raise NotFoundException
            act(session, found, officer)
    except DataRefused as refused:
        return _list(request, site, refused=refused.reason)
    return see_other(f"{PATH}?done={done}")


def _known(session: Session, person_id: str, officer: Officer) -> Person:
    """The person, where their matters lie in the officer's units; of another it is not told that they are there."""
    found = finding.person(session, person_id, officer)
    if found is None:
        raise NotFoundException
    return found


def _list(
    request: HttpRequest, site: Site, *, wanted: str = "", which: str = "", done: str = "", refused: str = ""
) -> Template:
    desk, language, settled = site.desk, language_of(request), which == "settled"
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        names = views.names(session)
        listed = requests.listed(session, officer, settled=settled, limit=LISTED)
        shown = [views.request_shown(desk, each, names, language) for each in listed]
        found = [(each.id, each.name or "") for each in finding.persons(session, wanted, officer)]
    return page(
        request,
        site,
        "staff/privacy/requests.html",
        here=PATH,
        status=409 if refused else 200,
        requests=shown,
        settled=settled,
        wanted=wanted,
        found=found,
        done=done,
        refused=desk.texts.say(refused, language) if refused else "",
        length=holds.LENGTH,
    )


def _page(request: HttpRequest, site: Site, person_id: str, *, done: str = "", refused: str = "") -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        person = _known(session, person_id, officer)
        found = overview.of(session, person)
        names = views.names(session)
        hold = holds.on(session, person)
        shown_hold = views.hold_shown(desk, hold, names, language) if hold is not None else None
        waits = requests.open_of(session, person, RequestKind.DELETE)
        cases = [str(case.number) for case in deleting.open_cases(session, person)]
        called, since = person.name or "", person.created_at
        open_requests = [views.request_shown(desk, each, names, language) for each in waits]
    return page(
        request,
        site,
        "staff/privacy/person.html",
        here=f"/desk/privacy/persons/{person_id}",
        status=409 if refused else 200,
        person=person_id,
        called=called,
        since=since,
        counts=[(name, number) for name, number in found.counts.items() if number],
        email=found.email,
        is_held=found.is_held,
        hold=shown_hold,
        requests=open_requests,
        cases=", ".join(cases),
        done=done,
        refused=desk.texts.say(refused, language) if refused else "",
        length=holds.LENGTH,
    )
