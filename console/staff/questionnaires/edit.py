"""Writing a draft questionnaire: what is said in both languages, and its questions, in one form without a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.questionnaires import form
from console.staff.questionnaires.access import PATH, errors_of, known
from console.web.guard import MANAGERS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.questionnaires import checking, writing
from desk.questionnaires.model import QuestionKind, QuestionnaireState, Scale
from desk.questionnaires.permissions import QuestionnaireRefused, units_led
from desk.questionnaires.writing import Incomplete
from desk.units import service as units
from desk.units.model import Unit


@get("/questionnaires/new", opt=roles(MANAGERS), sync_to_thread=True)
def new_page(request: HttpRequest, site: OfSite) -> Template:
    """The empty form, and the units for which the officer may ask."""
    return _new(request, site, form.empty())


@post("/questionnaires/new", opt=roles(MANAGERS), status_code=200, sync_to_thread=True)
def make(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Keep a draft, or show the form rearranged."""
    moved = form.rearranged(data, data.get("act", ""), site.desk.rules.questionnaires.options)
    if moved is not None:
        return _new(request, site, moved)
    try:
        with site.desk.store.writing() as session:
            officer, unit = officer_in(request, session), units.by_code(session, data.get("unit", ""))
            if unit is None:
                raise QuestionnaireRefused("page.questionnaires.choose_unit", "unit")
            heading, questions = form.heading_in(data), form.questions_in(data)
            made = writing.make(site.desk, session, unit, heading, questions, officer).id
    except (Incomplete, QuestionnaireRefused) as wrong:
        return _new(request, site, data, _refused(wrong))
    return see_other(f"{PATH}/{made}?done=made")


@get("/questionnaires/{questionnaire:str}/edit", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def edit_page(
    request: HttpRequest, site: OfSite, questionnaire: FromPath[str], done: FromQuery[str] = ""
) -> Template | Redirect:
    """The form of a draft."""
    with site.desk.store.reading() as session:
        found, _ = known(request, session, questionnaire)
        if found.state != QuestionnaireState.DRAFT:
            return see_other(f"{PATH}/{questionnaire}")
        fields = form.of_draft(found) | {"was": writing.fingerprint(found)}
    return _edit(request, site, questionnaire, fields, done=done if done == "saved" else "")


@post(
    "/questionnaires/{questionnaire:str}/edit",
    status_code=200,
    opt=roles(MANAGERS, of="questionnaire"),
    sync_to_thread=True,
)
def edit(request: HttpRequest, site: OfSite, questionnaire: FromPath[str], data: Form) -> Template | Redirect:
    """Save, or show the form rearranged."""
    act = data.get("act", "")
    with site.desk.store.reading() as session:
        known(request, session, questionnaire)
    moved = form.rearranged(data, act, site.desk.rules.questionnaires.options)
    if moved is not None:
        return _edit(request, site, questionnaire, moved)
    try:
        with site.desk.store.writing() as session:
            found, officer = known(request, session, questionnaire, to_change=True)
            heading, questions = form.heading_in(data), form.questions_in(data)
            writing.rewrite(site.desk, session, found, heading, questions, officer, was=data.get("was", ""))
    except (Incomplete, QuestionnaireRefused) as wrong:
        return _edit(request, site, questionnaire, data, _refused(wrong))
    return see_other(f"{PATH}/{questionnaire}{'?done=saved' if act == 'save-and-look' else '/edit?done=saved'}")


def _refused(wrong: Incomplete | QuestionnaireRefused) -> Sequence[QuestionnaireRefused]:
    return wrong.refused if isinstance(wrong, Incomplete) else [wrong]


def _new(
    request: HttpRequest, site: Site, fields: form.Fields, refused: Sequence[QuestionnaireRefused] = ()
) -> Template:
    language = language_of(request)
    with site.desk.store.reading() as session:
        choice = [(unit.code, unit.name(language)) for unit in _units(session, officer_in(request, session))]
    if not choice:
        raise NotFoundException
    fields = {"unit": choice[0][0], **fields}
    return _form(request, site, fields, refused, path=f"{PATH}/new", units=choice)


def _edit(
    request: HttpRequest,
    site: Site,
    questionnaire: str,
    fields: form.Fields,
    refused: Sequence[QuestionnaireRefused] = (),
    *,
    done: str = "",
) -> Template:
    path = f"{PATH}/{questionnaire}"
    return _form(request, site, fields, refused, path=f"{path}/edit", units=[], back=path, done=done)


def _form(
    request: HttpRequest,
    site: Site,
    fields: form.Fields,
    refused: Sequence[QuestionnaireRefused],
    *,
    path: str,
    units: list[tuple[str, str]],
    back: str = PATH,
    done: str = "",
) -> Template:
    limits, language = site.desk.rules.questionnaires, language_of(request)
    errors = errors_of(request, site, refused)
    return page(
        request,
        site,
        "staff/questionnaires/edit.html",
        status=(409 if "" in errors else 422) if errors else 200,
        here=path,
        path=path,
        back=back,
        units=units,
        fields=fields,
        questions=form.shown(fields, limits.options),
        kinds=[kind.value for kind in QuestionKind],
        scales=_scales(site, language),
        errors=errors,
        limits=limits,
        lengths={"title": checking.TITLE_LENGTH, "introduction": checking.TEXT_LENGTH, "thanks": checking.TEXT_LENGTH},
        question_length=checking.QUESTION_LENGTH,
        option_length=checking.OPTION_LENGTH,
        longest_minutes=checking.LONGEST_MINUTES,
        done=done,
    )


def _scales(site: Site, language: Language) -> list[tuple[str, str]]:
    """Each scale by the names of its ends."""

    def say(scale: Scale, level: int) -> str:
        return site.desk.texts.say(f"questionnaire.level.{scale.value}_{level}", language)

    return [(scale.value, f"{say(scale, 5)} – {say(scale, 1)}") for scale in Scale]


def _units(session: Session, officer: Officer) -> list[Unit]:
    """The units for which the officer may ask, in the order of the tree."""
    found: list[Any] = [below for unit in units_led(officer) for below in units.below(session, unit)]
    return found
