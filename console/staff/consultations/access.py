"""Which consultation an address names, for whoever leads its unit, and what was refused in words."""

from __future__ import annotations

from collections.abc import Callable

from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.web.site import HttpRequest, Site, language_of, officer_in, see_other
from console.web.typed import whole_number
from desk.consultations import service
from desk.consultations.model import Consultation
from desk.consultations.permissions import ConsultationRefused, may_lead
from desk.people.model import Officer

PATH = "/desk/consultations"
#: What an officer does with a consultation.
Act = Callable[[Session, Consultation, Officer], None]


def known(
    request: HttpRequest, session: Session, consultation: str, *, to_change: bool = False
) -> tuple[Consultation, Officer]:
    """The consultation and the officer; of a unit that they do not lead it is not there."""
    found = service.by_id(session, whole_number(consultation), to_change=to_change)
    officer = officer_in(request, session)
    if found is None or not may_lead(officer, found.unit):
        raise NotFoundException
    return found, officer


def act_and_go_on(
    request: HttpRequest,
    site: Site,
    consultation: str,
    act: Act,
    way: str,
    refused_page: Callable[[ConsultationRefused], Template],
) -> Template | Redirect:
    """Act, and go on to ``way``; else the page that says what was refused."""
    try:
        with site.desk.store.writing() as session:
            found, officer = known(request, session, consultation, to_change=True)
            act(session, found, officer)
    except ConsultationRefused as refused:
        return refused_page(refused)
    return see_other(way)


def errors_of(request: HttpRequest, site: Site, refused: ConsultationRefused | None) -> dict[str, str]:
    """What was refused in words, by its field; the empty field is the whole form."""
    if refused is None:
        return {}
    return {refused.field: site.desk.texts.say(refused.reason, language_of(request), **refused.values)}
