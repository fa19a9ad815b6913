"""A person's data on the web: what is kept, a copy to keep, and their deletion.

Whoever finds a browser that was left signed in shall neither carry the data off nor delete them: both want a sign-in of
the last minutes. A visitor is known by a cookie alone, and has only what was said with it.
"""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.enterprise import who
from console.enterprise.who import Who
from console.web.data_files import as_download
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, page, see_other
from desk.accounts import sessions
from desk.conversations.model import Person
from desk.privacy import deleting, exporting, overview, requests
from desk.privacy.model import RequestKind
from desk.privacy.requests import DataRefused

PATH = "/account/data"
DONE = ("asked", "kept")


@get(PATH, sync_to_thread=True)
def data_page(request: HttpRequest, site: OfSite, done: FromQuery[str] = "") -> Template:
    return _page(request, site, done=done if done in DONE else "")


@post(f"{PATH}/export", sync_to_thread=True)
def export_data(request: HttpRequest, site: OfSite, data: Form) -> Response[bytes] | Template | Redirect:
    """The person's data as one file: to read, or for programs."""
    there, language = who.who_is(request, site), language_of(request)
    try:
        with site.desk.store.writing() as session:
            person = _proved(site, session, there)
            if person is None:
                return see_other("/sign-in")
            requests.note_export_to(site.desk, session, person)
    except DataRefused as refused:
        return _page(request, site, refused=refused.reason)
    with site.desk.store.reading() as session:
        told = exporting.of_person(site.desk, session, session.get_one(Person, person.id))
    return as_download(site, told, data.get("format", ""), language)


@post(f"{PATH}/delete", sync_to_thread=True)
def delete_data(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Delete all that is kept of the person; what was ticked is that they are sure."""
    there = who.who_is(request, site)
    try:
        with site.desk.store.writing() as session:
            person = _proved(site, session, there)
            if person is None:
                return see_other("/sign-in")
            if not data.get("sure"):
                raise DataRefused("page.my_data.tick")
            requests.delete_own(site.desk, session, person, who.chat_of(session, there))
    except DataRefused as refused:
        return _page(request, site, refused=refused.reason)
    return see_other(f"{PATH}?done=asked")


@post(f"{PATH}/keep", sync_to_thread=True)
def keep_data(request: HttpRequest, site: OfSite) -> Redirect:
    """Not to be deleted after all."""
    there = who.who_is(request, site)
    with site.desk.store.writing() as session:
        person = who.person_of(session, there)
        if person is not None:
            requests.withdraw(site.desk, session, person)
    return see_other(f"{PATH}?done=kept")


def _proved(site: Site, session: Session, there: Who) -> Person | None:
    """Who is there, if they proved it lately; raises DataRefused where they are to do it again."""
    sign_in = who.sign_in_of(session, there)
    if sign_in is not None and not sessions.is_fresh(sign_in, site.desk.now()):
        raise DataRefused("mydata.refused.prove_again")
    return who.person_of(session, there)


def _page(request: HttpRequest, site: Site, *, done: str = "", refused: str = "") -> Template:
    desk, language = site.desk, language_of(request)
    there = who.who_is(request, site)
    with desk.store.reading() as session:
        person = who.person_of(session, there)
        found = overview.of(session, person) if person is not None else None
        sign_in = who.sign_in_of(session, there)
        is_proved = sign_in is None or sessions.is_fresh(sign_in, desk.now())
        waits = person is not None and requests.confirmed(session, person, RequestKind.DELETE) is not None
        cases = [str(case.number) for case in deleting.open_cases(session, person)] if person is not None else []
    counts = [(name, number) for name, number in found.counts.items() if number] if found is not None else []
    return page(
        request,
        site,
        "enterprise/my_data.html",
        here=PATH,
        status=409 if refused else 200,
        done=done,
        refused=desk.texts.say(refused, language) if refused else "",
        is_known=found is not None,
        is_proved=is_proved,
        signed_in=there.is_signed_in,
        counts=counts,
        email=found.email if found is not None else None,
        is_held=found is not None and found.is_held,
        has_enterprise_cases=found is not None and found.has_enterprise_cases,
        waits=waits,
        cases=", ".join(cases),
    )
