"""Legal holds in the console: listed, placed, prolonged at their review, lifted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.privacy import views
from console.web.guard import KEEPERS_OF_DATA, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import day_typed, whole_number, words
from desk.people.model import Officer
from desk.privacy import finding, holds
from desk.privacy.holds import HoldRefused
from desk.privacy.model import Hold

PATH = "/desk/privacy/holds"
KINDS = ("case", "person", "enterprise")
DONE = ("placed", "prolonged", "lifted")
_FIELDS = ("kind", "key", "reason", "review_on")


@get("/privacy/holds", opt=roles(KEEPERS_OF_DATA), sync_to_thread=True)
def hold_list(
    request: HttpRequest,
    site: OfSite,
    which: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    key: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Template:
    """The holds of the officer's units; ``kind`` and ``key`` fill in what is to be held."""
    typed = {"kind": kind if kind in KINDS else "", "key": key[:100]}
    return _page(request, site, which=which, done=done if done in DONE else "", typed=typed)


@post("/privacy/holds", opt=roles(KEEPERS_OF_DATA), sync_to_thread=True)
def place_hold(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    typed = {name: words(data, name) for name in _FIELDS}
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            day = day_typed(typed["review_on"])
            thing = finding.thing(session, typed["kind"], typed["key"])
            if day is None:
                raise HoldRefused("hold.refused.review_day")
            holds.place(site.desk, session, thing, reason=typed["reason"], review_on=day, by=officer)
    except HoldRefused as refused:
        return _page(request, site, refused=refused.reason, typed=typed)
    return see_other(f"{PATH}?done=placed")


@post("/privacy/holds/{hold:str}/prolong", opt=roles(KEEPERS_OF_DATA, of="hold"), sync_to_thread=True)
def prolong_hold(request: HttpRequest, site: OfSite, hold: FromPath[str], data: Form) -> Template | Redirect:
    """It was reviewed and is still needed."""

    def act(session: Session, found: Hold, officer: Officer) -> None:
        day = day_typed(data.get("review_on"))
        if day is None:
            raise HoldRefused("hold.refused.review_day")
        holds.prolong(site.desk, session, found, reason=words(data, "reason"), review_on=day, by=officer)

    return _act(request, site, hold, act, "prolonged")


@post("/privacy/holds/{hold:str}/lift", opt=roles(KEEPERS_OF_DATA, of="hold"), sync_to_thread=True)
def lift_hold(request: HttpRequest, site: OfSite, hold: FromPath[str], data: Form) -> Template | Redirect:
    """It is needed no more: what it covered is forgotten in its time."""

    def act(session: Session, found: Hold, officer: Officer) -> None:
        holds.lift(site.desk, session, found, reason=words(data, "reason"), by=officer)

    return _act(request, site, hold, act, "lifted")


def _act(
    request: HttpRequest, site: Site, hold: str, act: Callable[[Session, Hold, Officer], None], done: str
) -> Template | Redirect:
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            found = holds.by_id(session, whole_number(hold))
            if found is None or not holds.may_keep(session, holds.held(found), officer):
                raise NotFoundException
            act(session, found, officer)
    except HoldRefused as refused:
        return _page(request, site, refused=refused.reason)
    return see_other(f"{PATH}?done={done}")


def _page(
    request: HttpRequest,
    site: Site,
    *,
    which: str = "",
    done: str = "",
    refused: str = "",
    typed: Mapping[str, str] | None = None,
) -> Template:
    desk, language, lifted = site.desk, language_of(request), which == "lifted"
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        names = views.names(session)
        found = holds.listed(session, officer, lifted=lifted)
        shown = [views.hold_shown(desk, hold, names, language) for hold in found]
    return page(
        request,
        site,
        "staff/privacy/holds.html",
        here=PATH,
        status=409 if refused else 200,
        holds=shown,
        lifted=lifted,
        kinds=KINDS,
        typed={**dict.fromkeys(_FIELDS, ""), **(typed or {})},
        done=done,
        refused=desk.texts.say(refused, language) if refused else "",
        length=holds.LENGTH,
    )
