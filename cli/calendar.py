"""`customs calendar`: when the units work, checked, shown and set."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.parts import desk_and_settings, officer_named, out, refuse
from desk.desk import Desk
from desk.units import service as units
from desk.units.model import Unit
from desk.working_time import service as working_time
from desk.working_time.days import days_of_package
from desk.working_time.week import BadCalendar, Window

app = typer.Typer(no_args_is_help=True, help="The working calendar: check, show, set.")
SHOWN_DAYS = 14


def warnings(desk: Desk) -> list[str]:
    """What the operator is to do about the calendar."""
    return [
        f"the calendar of {year} is not shipped: its days off are computed and swapped days unknown; "
        "write the official schedule into content/working_time.yml"
        for year in desk.rules.deadlines.calendar.not_shipped(desk.today())
    ]


@app.command()
def check() -> None:
    """Check the hours and days, the promises that rest on them, and the hours that units have of their own."""
    desk, _ = desk_and_settings()  # reads content/working_time.yml and content/cases.yml, and refuses what is wrong
    calendar = desk.rules.deadlines.calendar
    with desk.store.reading() as session:
        own = [unit for unit in session.scalars(select(Unit).order_by(Unit.code)) if unit.hours]
    wrong = [said for unit in own if (said := _wrong(desk, unit))]
    shipped = ", ".join(str(year) for year in sorted(calendar.days.shipped))
    out.print(f"Hours and days can be read; shipped years: {shipped}; units with hours of their own: {len(own)}.")
    for day, told in sorted(calendar.days.overrides.items()):
        known = days_of_package(day.year).get(day)
        if known is not None and known.kind is not told.kind:
            out.print(f"{day}: {told.kind} ({told.source}), where the package says {known.kind}", markup=False)
    for sentence in [*(f"warning: {warning}" for warning in warnings(desk)), *wrong]:
        out.print(sentence, markup=False, soft_wrap=True)
    if wrong:
        raise typer.Exit(1)


@app.command()
def show(
    unit: Annotated[str | None, typer.Option(help="The code of a unit; the authority where none is given.")] = None,
    from_: Annotated[dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Today by default.")] = None,
    to: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Two weeks by default.")] = None,
) -> None:
    """Show the working windows of each day, and why a day is off or worked, with the source."""
    desk, _ = desk_and_settings()
    calendar = desk.rules.deadlines.calendar
    with desk.store.reading() as session:
        week = calendar.week_of(_unit(session, unit)) if unit is not None else calendar.week
    first = from_.date() if from_ is not None else desk.today()
    last = to.date() if to is not None else first + dt.timedelta(days=SHOWN_DAYS - 1)
    if last < first:
        refuse(f"{last} is before {first}.")
    table = Table("day", "", "office hours", "duty", "why", "source")
    for n in range((last - first).days + 1):
        date = first + dt.timedelta(days=n)
        day = calendar.day(date)
        office, duty = (_written(part.get(day.hours_of, ())) for part in (week.office, week.duty))
        table.add_row(str(date), f"{date:%a}", office, duty, day.name, day.source)
    out.print(table)


@app.command("set")
def set_(
    unit: Annotated[str, typer.Argument(help="The code of the unit.")],
    officer: Annotated[str, typer.Option("--as", help="The user name of the administrator who decides.")],
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="YAML: office and duty, as in content/working_time.yml."),
    ] = None,
) -> None:
    """Give a unit hours of its own; without a file it has the authority's again."""
    desk, _ = desk_and_settings()
    hours = yaml.safe_load(file.read_text(encoding="utf-8")) if file is not None else None
    with desk.store.writing() as session:
        try:
            working_time.set_hours(
                session,
                desk.rules.deadlines.calendar,
                _unit(session, unit),
                hours,
                by=officer_named(session, officer),
                at=desk.now(),
            )
        except (BadCalendar, working_time.HoursRefused) as refused:
            refuse(str(refused))
    out.print(f"{unit}: {'hours of its own' if hours is not None else 'the hours of the authority'}", markup=False)


def _unit(session: Session, code: str) -> Unit:
    unit = units.by_code(session, code)
    if unit is None:
        refuse(f"There is no unit {code!r}.")
    return unit


def _wrong(desk: Desk, unit: Unit) -> str | None:
    try:
        desk.rules.deadlines.calendar.week_of(unit)
    except BadCalendar as bad:
        return str(bad)
    return None


def _written(windows: tuple[Window, ...]) -> str:
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in windows)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
