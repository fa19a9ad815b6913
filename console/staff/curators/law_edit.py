"""Writing a legal instrument: a new one, or over what is known of one, with everything typed kept until it is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.curators.law_form import HOWS, ROWS, content_of, field_of, fields_of, row_counts
from console.staff.curators.law_instrument import values_in_words
from console.web.guard import CURATORS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number, words
from desk.guidance.drafts.problems import Problem
from desk.guidance.permissions import GuidanceRefused
from desk.guidance.record import Language
from desk.law import keeping, numbers
from desk.law.keeping import Kept
from desk.law.listing import KINDS
from desk.law.numbers import from_address, in_address
from desk.people.model import Officer

_EMPTY: Mapping[str, str] = {}


@get("/law/new", opt=roles(CURATORS), sync_to_thread=True)
def new_page(request: HttpRequest, site: OfSite) -> Template:
    """The form of an instrument that is not known yet."""
    return _form(request, site, None, _EMPTY)


@post("/law/new", status_code=200, opt=roles(CURATORS), sync_to_thread=True)
def new(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Enter it, or show more rows with everything typed kept."""

    def act(session: Session, officer: Officer) -> Kept:
        return keeping.enter(site.desk, session, content_of(data), officer)

    return _write(request, site, None, data, act)


@get("/law/instruments/{instrument:str}/edit", opt=roles(CURATORS, of="instrument"), sync_to_thread=True)
def edit_page(request: HttpRequest, site: OfSite, instrument: FromPath[str]) -> Template:
    """The form over what is known."""
    number = from_address(instrument)
    standing = _standing(site, number)
    assert standing.instrument is not None
    fields = fields_of(standing.instrument.as_json()) | {"revision": str(standing.revision)}
    return _form(request, site, number, fields)


@post(
    "/law/instruments/{instrument:str}/edit",
    status_code=200,
    opt=roles(CURATORS, of="instrument"),
    sync_to_thread=True,
)
def edit(request: HttpRequest, site: OfSite, instrument: FromPath[str], data: Form) -> Template | Redirect:
    """Put it in the place of what was known."""
    number = from_address(instrument)
    _standing(site, number)

    def act(session: Session, officer: Officer) -> Kept:
        revision = whole_number(data.get("revision"))
        return keeping.edit(
            site.desk, session, number, content_of(data), officer, revision=revision, words=words(data, "words")
        )

    return _write(request, site, number, data, act)


def _write(
    request: HttpRequest, site: Site, number: str | None, data: Form, act: Callable[[Session, Officer], Kept]
) -> Template | Redirect:
    more = data.get("act", "").removeprefix("more-")
    if more in ROWS:
        return _form(request, site, number, data, more=more)
    try:
        with site.desk.store.writing() as session:
            kept = act(session, officer_in(request, session))
    except GuidanceRefused as refused:
        # The problems name the rows that are left without the empty ones.
        tidied = fields_of(content_of(data)) | {name: data.get(name, "") for name in ("words", "revision")}
        return _form(request, site, number, tidied, refused=refused)
    done = "edited" if number is not None else "entered"
    address = in_address(kept.instrument.number)
    return see_other(f"/desk/law/instruments/{address}?done={done}&tasks={kept.tasks}")


def _standing(site: Site, number: str) -> keeping.Standing:
    with site.desk.store.reading() as session:
        try:
            standing = keeping.standing(site.desk, session, number)
        except keeping.NoSuchInstrument:
            raise NotFoundException from None
    if standing.instrument is None:
        raise NotFoundException
    return standing


def _form(
    request: HttpRequest,
    site: Site,
    number: str | None,
    fields: Mapping[str, str],
    *,
    more: str = "",
    refused: GuidanceRefused | None = None,
) -> Template:
    desk, language = site.desk, language_of(request)
    problems = refused.problems if isinstance(refused, keeping.Incorrect) else ()
    with desk.store.reading() as session:
        known = keeping.held(desk, session)
    here = f"/desk/law/instruments/{in_address(number)}/edit" if number is not None else "/desk/law/new"
    return page(
        request,
        site,
        "staff/curators/law_edit.html",
        status=200 if refused is None else 422 if problems else 409,
        here=here,
        number=number,
        called=known.name(number, language) if number is not None and number in known else number,
        way_back=here.removesuffix("/edit") if number is not None else "/desk/law",
        fields=fields,
        rows=row_counts(fields, more=more),
        kinds=KINDS,
        hows=HOWS,
        known=[(one.number, one.title[language]) for one in known],
        problems=[field_of(problem.path) for problem in problems],
        errors=_by_field(site, problems, language),
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        length=keeping.LENGTH,
        number_length=numbers.LENGTH,
    )


def _by_field(site: Site, problems: tuple[Problem, ...], language: Language) -> dict[str, str]:
    """What is wrong with each field, in words; the first where there is more."""
    return {
        field_of(problem.path): site.desk.texts.say(problem.text, language, **values_in_words(problem.values, language))
        for problem in reversed(problems)
    }
