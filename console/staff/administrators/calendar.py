"""The working calendar of a unit: a month with its days and hours, what is unusual in the year, and days to add."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.administrators.access import seen_unit, unit_options
from console.web.guard import ADMINISTRATORS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number
from desk.guidance.record import Language
from desk.people import administration
from desk.people.model import Officer
from desk.working_time import overview
from desk.working_time import service as working_time
from desk.working_time.days import DayKind
from desk.working_time.model import ExceptionalDay
from desk.working_time.overview import DayLine, Look
from desk.working_time.service import DayRefused, WantedDay
from desk.working_time.week import WEEKDAYS

DONE = ("added", "removed")
#: Years that can be looked at: the package knows days off for these, and no due time lies outside them.
YEARS = range(2015, 2101)


@dataclass(frozen=True)
class Unusual:
    """One or more dates in a row that are off or worked for the same reason; ``added`` is what can be taken away."""

    first: dt.date
    last: dt.date
    look: Look
    name: str
    source: str
    hours: str
    unit: str
    added: int | None
    may_remove: bool


@get("/calendar", opt=roles(ADMINISTRATORS), sync_to_thread=True)
def own_calendar(request: HttpRequest, site: OfSite, unit: FromQuery[str] = "", month: FromQuery[str] = "") -> Redirect:
    """The calendar of the unit that was chosen, else of the topmost that the officer administers."""
    with site.desk.store.reading() as session:
        by = officer_in(request, session)
        code = seen_unit(session, unit, by).code if unit else administration.administered(by)[0].code
    first = _month(month, site.desk.today())
    return Redirect(f"/desk/calendar/{code}?month={first:%Y-%m}", status_code=302)


@get("/calendar/{code:str}", opt=roles(ADMINISTRATORS, of="unit"), sync_to_thread=True)
def calendar_page(
    request: HttpRequest, site: OfSite, code: FromPath[str], month: FromQuery[str] = "", done: FromQuery[str] = ""
) -> Template:
    return _page(request, site, code, _month(month, site.desk.today()), done=done if done in DONE else "")


@post("/calendar/{code:str}/add", opt=roles(ADMINISTRATORS, of="unit"), sync_to_thread=True)
def add_day(request: HttpRequest, site: OfSite, code: FromPath[str], data: Form) -> Template | Redirect:
    """Make a date off, or worked, in the unit and all below it."""
    typed = {name: data.get(name, "").strip() for name in ("day", "kind", "hours", "reason", "document")}
    month = _month(typed["day"][:7], site.desk.today())
    try:
        with site.desk.store.writing() as session:
            by = officer_in(request, session)
            unit = seen_unit(session, code, by)
            calendar = site.desk.deadlines(session).calendar
            working_time.add_day(session, calendar, unit, _wanted(typed), by=by, at=site.desk.now())
    except DayRefused as refused:
        return _page(request, site, code, month, refused=refused.reason, typed=typed)
    return see_other(f"/desk/calendar/{code}?month={month:%Y-%m}&done=added")


@post("/calendar/{code:str}/remove", opt=roles(ADMINISTRATORS, of="unit"), sync_to_thread=True)
def remove_day(request: HttpRequest, site: OfSite, code: FromPath[str], data: Form) -> Template | Redirect:
    """Take a day away again that was added for this unit."""
    month = _month(data.get("month", ""), site.desk.today())
    try:
        with site.desk.store.writing() as session:
            by = officer_in(request, session)
            unit = seen_unit(session, code, by)
            added = session.get(ExceptionalDay, whole_number(data.get("id")))
            if added is None or not unit.is_within(added.unit):
                raise DayRefused("page.calendar.refused_gone")
            working_time.remove_day(session, added, by=by, at=site.desk.now())
    except DayRefused as refused:
        return _page(request, site, code, month, refused=refused.reason)
    return see_other(f"/desk/calendar/{code}?month={month:%Y-%m}&done=removed")


def _wanted(typed: Mapping[str, str]) -> WantedDay:
    try:
        day = dt.date.fromisoformat(typed["day"])
        kind = DayKind(typed["kind"])
    except ValueError as bad:
        raise DayRefused("page.calendar.refused_no_day") from bad
    if kind is DayKind.ORDINARY:
        raise DayRefused("page.calendar.refused_no_day")
    return WantedDay(day, kind, typed["reason"], typed["hours"], typed["document"])


def _month(text: str, today: dt.date) -> dt.date:
    """The first day of a month such as 2026-11; of this month for whatever is none that can be looked at."""
    try:
        first = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return first if first.year in YEARS else today.replace(day=1)


def _page(
    request: HttpRequest,
    site: Site,
    code: str,
    month: dt.date,
    *,
    done: str = "",
    refused: str = "",
    typed: Mapping[str, str] | None = None,
) -> Template:
    language = language_of(request)
    with site.desk.store.reading() as session:
        by = officer_in(request, session)
        unit = seen_unit(session, code, by)
        calendar = site.desk.deadlines(session).calendar
        year = overview.days(calendar, unit, dt.date(month.year, 1, 1), dt.date(month.year, 12, 31))
        unusual = _unusual(session, year, by, site.desk.now(), language)
        due = {
            line.date: count
            for line in year
            if line.look is Look.ADDED_OFF and (count := working_time.due_on(session, unit, line.date))
        }
        week = calendar.readable_week(unit)
        choice = unit_options(session, by, language)
    return page(
        request,
        site,
        "staff/administrators/calendar.html",
        here=f"/desk/calendar/{code}",
        status=422 if refused else 200,
        unit=unit,
        units=choice,
        month=month,
        months=[month.replace(month=number) for number in range(1, 13)],
        years=[number for number in (month.year - 1, month.year + 1) if number in YEARS],
        weeks=_weeks([line for line in year if line.date.month == month.month]),
        worked=sum(bool(line.office) for line in year if line.date.month == month.month),
        unusual=unusual,
        due=due,
        is_published=month.year in calendar.days.shipped,
        hours=[
            (day, overview.written(week.office.get(day, ())), overview.written(week.duty.get(day, ())))
            for day in WEEKDAYS
        ],
        has_own_hours=bool(unit.hours),
        today=site.desk.today(),
        looks=[look.value for look in Look],
        done=done,
        refused=refused,
        typed=typed or {},
    )


def _weeks(lines: list[DayLine]) -> list[list[DayLine | None]]:
    """The days of a month in rows of seven that begin on a Monday."""
    days: list[DayLine | None] = [*[None] * lines[0].date.weekday(), *lines]
    days += [None] * (-len(days) % 7)
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def _unusual(session: Session, year: list[DayLine], by: Officer, now: dt.datetime, language: Language) -> list[Unusual]:
    """What of the year is neither an ordinary working day nor a weekend; the same in a row is told once."""
    lines = [line for line in year if line.look not in (Look.WORKED, Look.WEEKEND)]
    told = []
    for _, same in groupby(enumerate(lines), key=lambda pair: (pair[1].date.toordinal() - pair[0], pair[1].day)):
        days = [line for _, line in same]
        added = session.get(ExceptionalDay, days[0].day.added) if days[0].day.added is not None else None
        told.append(
            Unusual(
                first=days[0].date,
                last=days[-1].date,
                look=days[0].look,
                name=days[0].day.name_in(language),
                source=days[0].day.source_in(language),
                hours=days[0].office,
                unit=added.unit.name(language) if added is not None else "",
                added=added.id if added is not None else None,
                may_remove=added is not None and working_time.may_remove(added, by, now),
            )
        )
    return told
