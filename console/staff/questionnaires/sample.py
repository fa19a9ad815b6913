"""Choosing who is asked: the matters that fit, how many of the people, and what a draw would give now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from console.staff.questionnaires import views
from console.staff.questionnaires.access import PATH, errors_of, known
from console.web.guard import MANAGERS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, page, see_other
from console.web.typed import day_typed, whole_number, words
from desk.guidance.record import LANGUAGES
from desk.questionnaires import service
from desk.questionnaires.model import QuestionnaireState
from desk.questionnaires.permissions import QuestionnaireRefused
from desk.questionnaires.plan import CHANNELS, WITH_CASE, Sample, WithCase, sample_of
from desk.subscriptions.service import TOPICS
from desk.units import service as units

#: Choices of which any number may be ticked, each by a field of its own.
_TICKED = {"topics": TOPICS, "channels": CHANNELS, "languages": LANGUAGES}


@get("/questionnaires/{questionnaire:str}/sample", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def sample_page(
    request: HttpRequest, site: OfSite, questionnaire: FromPath[str], done: FromQuery[str] = ""
) -> Template | Redirect:
    """The form, and what a draw by the choice that is kept would give now."""
    with site.desk.store.reading() as session:
        found, _ = known(request, session, questionnaire)
        if found.state != QuestionnaireState.DRAFT:
            return see_other(f"{PATH}/{questionnaire}")
        fields = _of_sample(sample_of(found))
    return _page(request, site, questionnaire, fields, done=done if done == "sample" else "")


@post(
    "/questionnaires/{questionnaire:str}/sample",
    status_code=200,
    opt=roles(MANAGERS, of="questionnaire"),
    sync_to_thread=True,
)
def choose_sample(request: HttpRequest, site: OfSite, questionnaire: FromPath[str], data: Form) -> Template | Redirect:
    """Keep the choice and look again."""
    try:
        with site.desk.store.writing() as session:
            found, officer = known(request, session, questionnaire, to_change=True)
            service.choose_sample(site.desk, session, found, _sample_in(data), officer)
    except QuestionnaireRefused as refused:
        return _page(request, site, questionnaire, data, [refused])
    return see_other(f"{PATH}/{questionnaire}/sample?done=sample")


def _of_sample(sample: Sample) -> dict[str, str]:
    ticked = {f"{name}-{word}": "yes" for name in _TICKED for word in getattr(sample, name)}
    return ticked | {
        "unit": sample.unit,
        "first": sample.first.isoformat() if sample.first else "",
        "last": sample.last.isoformat() if sample.last else "",
        "case": sample.case,
        "size": str(sample.size or ""),
    }


def _sample_in(fields: Mapping[str, str]) -> Sample:
    """The choice in the form; raises QuestionnaireRefused for a day or a number that is none."""
    days = {name: day_typed(fields.get(name)) for name in ("first", "last")}
    for name, day in days.items():
        if words(fields, name) and day is None:
            raise QuestionnaireRefused("page.questionnaires.refused_day", name)
    ticked = {name: tuple(word for word in known if fields.get(f"{name}-{word}")) for name, known in _TICKED.items()}
    size, case = words(fields, "size"), fields.get("case", "")
    return Sample(
        unit=fields.get("unit", ""),
        topics=ticked["topics"],
        first=days["first"],
        last=days["last"],
        case=_with_case(case),
        channels=ticked["channels"],
        languages=ticked["languages"],
        size=whole_number(size) if size else None,
    )


def _with_case(typed: str) -> WithCase:
    return next((word for word in WITH_CASE if word == typed), get_args(WithCase)[0])


def _page(
    request: HttpRequest,
    site: Site,
    questionnaire: str,
    fields: Mapping[str, str],
    refused: Sequence[QuestionnaireRefused] = (),
    *,
    done: str = "",
) -> Template:
    language, path = language_of(request), f"{PATH}/{questionnaire}/sample"
    with site.desk.store.reading() as session:
        found, officer = known(request, session, questionnaire)
        preview = service.preview(site.desk, session, found, officer)
        values: dict[str, Any] = {
            "facts": views.facts_of(found, language),
            "sample": views.sample_facts(site.desk, session, found, language),
            "preview": preview,
            "left_out": views.left_out(preview),
            "units": [(unit.code, unit.name(language)) for unit in units.below(session, found.unit)[1:]],
        }
    errors = errors_of(request, site, refused)
    return page(
        request,
        site,
        "staff/questionnaires/sample.html",
        status=(409 if "" in errors else 422) if errors else 200,
        here=path,
        path=path,
        fields=fields,
        ticked=_TICKED,
        cases=WITH_CASE,
        errors=errors,
        done=done,
        **values,
    )
