"""The page of figures of a period and of one's units: tiles, plots and tables, and each table as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.orm import Session

from console.staff.managers.figures_filter import Asked, asked_in, days_of, query_of, scope_of
from console.web.exports import export, recorded
from console.web.guard import READERS_OF_FIGURES, roles
from console.web.site import HttpRequest, OfSite, Site, language_of, officer_in, page
from desk.audit.exporting import Export
from desk.figures import scope as scopes
from desk.figures.dashboard import Dashboard, dashboard
from desk.figures.period import Period, Preset, Step
from desk.figures.pictures.sections import Pictures
from desk.figures.tables.sections import SECTIONS, Tables
from desk.figures.tiles import tiles_of
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.plots.drawing import Plot
from desk.tables.table import Table

PATH = "/desk/figures"


@dataclass(frozen=True)
class Section:
    """One part of the page; ``name`` is its anchor and names its texts."""

    name: str
    plots: list[Plot]
    tables: list[Table]


@get("/figures", opt=roles(READERS_OF_FIGURES), sync_to_thread=True)
def figures(request: HttpRequest, site: OfSite) -> Template:
    """The figures of a period and of the officer's units, or what is wrong with the days that were typed."""
    asked, language = asked_in(request.query_params), language_of(request)
    days = days_of(asked, site.desk.today())
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        shown: dict[str, Any] = {"tables": None, "nothing": "", "query": {}}
        if days.period is not None:
            made = _tables(site, session, officer, asked, days.period, language)
            shown = _shown(made) | {"query": query_of(asked, days.period)}
        form = _form(session, officer, asked, days.period, language)
    errors = {name: site.desk.texts.say(text, language) for name, text in days.errors.items()}
    return page(
        request,
        site,
        "staff/managers/figures.html",
        status=422 if errors else 200,
        errors=errors,
        form=form,
        path=PATH,
        **shown,
    )


@get("/figures/export.csv", opt=roles(READERS_OF_FIGURES), sync_to_thread=True)
def figures_as_csv(request: HttpRequest, site: OfSite, table: FromQuery[str] = "") -> Response[bytes]:
    """One table of the page as a file, or all of them."""
    return _export(request, site, table, "csv")


@get("/figures/export.xlsx", opt=roles(READERS_OF_FIGURES), sync_to_thread=True)
def figures_as_xlsx(request: HttpRequest, site: OfSite, table: FromQuery[str] = "") -> Response[bytes]:
    """The same as a workbook."""
    return _export(request, site, table, "xlsx")


def _export(request: HttpRequest, site: Site, table: str, format: str) -> Response[bytes]:
    asked, language = asked_in(request.query_params), language_of(request)
    period = days_of(asked, site.desk.today()).period
    if period is None:
        raise NotFoundException
    with site.desk.store.reading() as session:
        made = _tables(site, session, officer_in(request, session), asked, period, language)
    wanted = made.chosen(table)
    if not wanted:
        raise NotFoundException
    made_file = export(site, wanted, format, name=f"figures-{table}" if table else "figures", language=language)
    return recorded(request, site, Export.FIGURES, made_file, format)


def _tables(site: Site, session: Session, officer: Officer, asked: Asked, period: Period, language: Language) -> Tables:
    scope = scope_of(session, officer, asked.unit)
    found = dashboard(site.desk, session, period, scope, language, asked.chosen_step)
    return Tables(found, site.desk.texts, language)


def _shown(made: Tables) -> dict[str, Any]:
    pictures, nothing = Pictures(made), _nothing(made.shown)
    sections = [] if nothing else [Section(name, pictures.of(name), made.of(name)) for name in SECTIONS]
    gaps = [
        {
            "nearest": row[0],
            "topic": row[1],
            "count": row[2],
            "examples": [(each.text, each.language) for each in gap.examples],
        }
        for row, gap in zip(made.gaps().rows, made.shown.gaps, strict=True)
    ]
    return {
        "tables": sections,
        "nothing": nothing,
        "tiles": tiles_of(made) if nothing != "nothing_yet" else [],
        "gaps": gaps,
        "days": made.days(made.shown.now.period),
        "days_before": made.days(made.shown.before.period),
        "units": made.units(),
    }


def _nothing(shown: Dashboard) -> str:
    """Why there is nothing to show: no question ever, or none in the period; empty where there is something."""
    counts = shown.now.volume
    if counts.since is None:
        return "nothing_yet"
    anything = counts.enquiries or counts.conversations or counts.cases or shown.now.ratings.all.asked
    return "" if anything else "nothing"


def _form(
    session: Session, officer: Officer, asked: Asked, period: Period | None, language: Language
) -> Mapping[str, Any]:
    """The fields as they are shown: what was typed, else the days of the period."""
    units = scopes.choice(session, scopes.of_officer(officer))
    first, last = (period.first.isoformat(), period.last.isoformat()) if period else (asked.first, asked.last)
    preset = period.preset if period is not None else None
    return {
        "first": first,
        "last": last,
        "was": f"{first}_{last}",
        "preset": preset.value if preset else "",
        "presets": [each.value for each in Preset],
        "unit": asked.unit,
        "units": [(each.code, each.name(language)) for each in units] if len(units) > 1 else [],
        "step": asked.step if asked.chosen_step else "",
        "steps": [each.value for each in Step],
    }
