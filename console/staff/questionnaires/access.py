"""Which questionnaire an address names, for whoever leads its unit, and what was refused in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.web.site import HttpRequest, Site, language_of, officer_in, see_other
from console.web.typed import whole_number
from desk.people.model import Officer
from desk.questionnaires import service
from desk.questionnaires.model import Questionnaire
from desk.questionnaires.permissions import QuestionnaireRefused, may_lead

PATH = "/desk/questionnaires"
#: What an officer does with a questionnaire.
Act = Callable[[Session, Questionnaire, Officer], None]


def known(
    request: HttpRequest, session: Session, questionnaire: str, *, to_change: bool = False
) -> tuple[Questionnaire, Officer]:
    """The questionnaire and the officer; of a unit that they do not lead it is not there."""
    found = service.by_id(session, whole_number(questionnaire), to_change=to_change)
    officer = officer_in(request, session)
    if found is None or not may_lead(officer, found.unit):
        raise NotFoundException
    return found, officer


def act_and_go_on(
    request: HttpRequest,
    site: Site,
    questionnaire: str,
    act: Act,
    way: str,
    refused_page: Callable[[QuestionnaireRefused], Template],
) -> Template | Redirect:
    """Act, and go on to ``way``; else the page that says what was refused."""
    try:
        with site.desk.store.writing() as session:
            found, officer = known(request, session, questionnaire, to_change=True)
            act(session, found, officer)
    except QuestionnaireRefused as refused:
        return refused_page(refused)
    return see_other(way)


def errors_of(request: HttpRequest, site: Site, refused: Iterable[QuestionnaireRefused]) -> dict[str, str]:
    """What was refused in words, by its field; the empty field is the whole form."""
    language = language_of(request)
    return {one.field: site.desk.texts.say(one.reason, language, **one.values) for one in refused}
