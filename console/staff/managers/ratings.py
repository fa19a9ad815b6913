"""The page of the report: ratings, cases and enquiries by officer, unit, topic, channel or time, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.response import Template
from sqlalchemy.orm import Session

from console.staff.managers.figures_filter import asked_in, days_of, query_of
from console.web.exports import export, recorded
from console.web.guard import READERS_OF_FIGURES, roles
from console.web.site import HttpRequest, OfSite, Site, language_of, officer_in, page
from desk.audit.exporting import Export
from desk.conversations.model import CHANNELS
from desk.figures import scope as scopes
from desk.figures.breakdown import files, sight
from desk.figures.breakdown.asked import Asked, By, Only
from desk.figures.breakdown.pictures import pictures
from desk.figures.breakdown.report import report
from desk.figures.breakdown.requests import marked
from desk.figures.breakdown.sheets import sheets
from desk.figures.breakdown.sight import Sight
from desk.figures.breakdown.words import Words
from desk.figures.period import Period, Preset
from desk.guidance.record import LANGUAGES, Language
from desk.people.model import Officer
from desk.subscriptions.service import TOPICS
from desk.units.model import UnitKind

PATH = "/desk/ratings"


@dataclass(frozen=True)
class Chosen:
    """What the address asks for beside the days; what is not known is as if it were not there."""

    by: By | None
    unit: str
    only: Only

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Chosen:
        def one_of(name: str, known: tuple[str, ...]) -> str:
            word = query.get(name, "")
            return word if word in known else ""

        by = one_of("by", tuple(By))
        only = Only(one_of("topic", TOPICS), one_of("channel", CHANNELS), one_of("language", LANGUAGES))
        return cls(By(by) if by else None, query.get("unit", ""), only)

    def query(self, by: By) -> dict[str, str]:
        """The address's query by which the same is asked for again, without the days."""
        return {"by": by.value, **({"unit": self.unit} if self.unit else {}), **self.only.chosen()}


@get("/ratings", opt=roles(READERS_OF_FIGURES), sync_to_thread=True)
def ratings(request: HttpRequest, site: OfSite) -> Template:
    """The report of a period, or what is wrong with the days that were typed."""
    language, chosen = language_of(request), Chosen.read(request.query_params)
    typed = asked_in(request.query_params)
    days = days_of(typed, site.desk.today())
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        seen = _sight(session, officer, chosen.unit)
        by = chosen.by or _default(seen)
        form = _form(site, session, officer, chosen, by, language)
        shown: dict[str, Any] = {}
        if days.period is not None:
            asked = Asked(by, days.period, seen, chosen.only)
            made = Words(report(site.desk, session, asked), site.desk.texts, language)
            left_out = {
                reason.value: made.parts(count) for reason, count in marked(session, asked, asked.period).items()
            }
            kept = {key: value for key, value in query_of(typed, days.period).items() if key not in ("unit", "step")}
            shown = _shown(made) | {"left_out": left_out, "days_query": kept, "query": chosen.query(by)}
    form |= _days(days.period, typed.first, typed.last)
    errors = {name: site.desk.texts.say(text, language) for name, text in days.errors.items()}
    status = 422 if errors else 200
    return page(
        request, site, "staff/managers/ratings.html", status=status, errors=errors, form=form, path=PATH, **shown
    )


@get("/ratings/export.csv", opt=roles(READERS_OF_FIGURES), sync_to_thread=True)
def ratings_as_csv(request: HttpRequest, site: OfSite) -> Response[bytes]:
    """The whole report as a file."""
    return _export(request, site, "csv")


@get("/ratings/export.xlsx", opt=roles(READERS_OF_FIGURES), sync_to_thread=True)
def ratings_as_xlsx(request: HttpRequest, site: OfSite) -> Response[bytes]:
    """The same as a workbook."""
    return _export(request, site, "xlsx")


def _export(request: HttpRequest, site: Site, format: str) -> Response[bytes]:
    language, chosen = language_of(request), Chosen.read(request.query_params)
    period = days_of(asked_in(request.query_params), site.desk.today()).period
    if period is None:
        raise NotFoundException
    with site.desk.store.reading() as session:
        seen = _sight(session, officer_in(request, session), chosen.unit)
        by = chosen.by or _default(seen)
        made = Words(report(site.desk, session, Asked(by, period, seen, chosen.only)), site.desk.texts, language)
    file = export(site, [files.table(made)], format, name=f"ratings-{by}", language=language)
    return recorded(request, site, Export.RATINGS_REPORT, file, format)


def _sight(session: Session, officer: Officer, code: str) -> Sight:
    """What the officer sees, within a unit; raises NotFoundException for a unit outside."""
    seen = sight.of_officer(session, officer, code)
    if seen is None:
        raise NotFoundException
    return seen


def _default(seen: Sight) -> By:
    """By what rows are made where nobody chose: the units next below, or the officers."""
    if seen.scope.is_everything:
        return By.REGION
    return By.OFFICE if any(unit.kind == UnitKind.REGION for unit in seen.scope.units) else By.OFFICER


def _shown(made: Words) -> dict[str, Any]:
    shown = made.report
    return {
        "title": made.title,
        "units": ", ".join(unit.name(made.language) for unit in shown.asked.sight.scope.units),
        "days": made.days(shown.asked.period),
        "days_before": made.days(shown.before),
        "summary": made.summary(),
        "is_nothing": not shown.rows and shown.none is None,
        "only_own": shown.asked.by is By.OFFICER and shown.asked.sight.led is None,
        "of_officers": shown.asked.by is By.OFFICER,
        "plots": pictures(made),
        "sheets": sheets(made),
    }


def _form(site: Site, session: Session, officer: Officer, chosen: Chosen, by: By, language: Language) -> dict[str, Any]:
    """What can be chosen, and what was."""
    units = scopes.choice(session, scopes.of_officer(officer))

    def said(prefix: str, words: tuple[str, ...]) -> list[tuple[str, str]]:
        return [(word, site.desk.texts.say(f"{prefix}.{word}", language)) for word in words]

    return {
        "by": by.value,
        "kinds": said("breakdown.by", tuple(By)),
        "unit": chosen.unit,
        "units": [(each.code, each.name(language)) for each in units] if len(units) > 1 else [],
        "only": chosen.only,
        "topics": said("news.topic", TOPICS),
        "channels": said("figures.channel", CHANNELS),
        "languages": said("figures.language", LANGUAGES),
        "kept": chosen.query(by),
    }


def _days(period: Period | None, first: str, last: str) -> dict[str, Any]:
    """The fields of days as they are shown: those of the period, else what was typed."""
    if period is not None:
        first, last = period.first.isoformat(), period.last.isoformat()
    preset = period.preset if period is not None else None
    return {
        "first": first,
        "last": last,
        "was": f"{first}_{last}",
        "preset": preset.value if preset else "",
        "presets": [each.value for each in Preset],
    }
