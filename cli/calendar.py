"""`customs calendar`: when the units work, checked, shown and set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select

from cli.parts import desk_and_settings, officer_named, unit_coded
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.units.model import DEPARTMENT, Unit
from desk.working_time import overview
from desk.working_time import service as working_time
from desk.working_time.days import DayKind, days_of_package
from desk.working_time.week import BadCalendar
from desk.yaml_file import read_yaml

app = typer.Typer(no_args_is_help=True, help="The working calendar: check, show, set.")
SHOWN_DAYS = 14


class Kind(StrEnum):
    """What a date can be made."""

    OFF = "off"
    WORKED = "worked"


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
    first = from_.date() if from_ is not None else desk.today()
    last = to.date() if to is not None else first + dt.timedelta(days=SHOWN_DAYS - 1)
    if last < first:
        refuse(f"{last} is before {first}.")
    with desk.store.reading() as session:
        place = unit_coded(session, unit) if unit is not None else None
        lines = overview.days(desk.deadlines(session).calendar, place, first, last)
    table = Table("day", "", "office hours", "duty", "why", "source")
    for line in lines:
        day = line.day
        table.add_row(str(line.date), f"{line.date:%a}", line.office, line.duty, day.name, day.source)
    out.print(table)


@app.command("add-day")
def add_day(
    day: Annotated[dt.datetime, typer.Argument(formats=["%Y-%m-%d"], help="The date, such as 2026-12-24.")],
    kind: Annotated[Kind, typer.Argument(help="What the date is made.")],
    reason: Annotated[str, typer.Option(help="Why, for whoever reads the calendar.")],
    officer: Annotated[str, typer.Option("--as", help="The user name of the administrator who decides.")],
    unit: Annotated[
        str, typer.Option(help="The code of the unit for which, and below which, that is so.")
    ] = DEPARTMENT,
    hours: Annotated[str, typer.Option(help="Of a worked day where they differ: 07:30-11:30, 13:30-17:00.")] = "",
    document: Annotated[str, typer.Option(help="The number of the document that orders it.")] = "",
) -> None:
    """Make a date off or worked; due times that are set already stay."""
    desk, _ = desk_and_settings()
    wanted = working_time.WantedDay(day.date(), DayKind(kind.value), reason, hours, document)
    with desk.store.writing() as session, _refusing(desk):
        place = unit_coded(session, unit)
        calendar = desk.deadlines(session).calendar
        working_time.add_day(session, calendar, place, wanted, by=officer_named(session, officer), at=desk.now())
        due = working_time.due_on(session, place, wanted.day)
    out.print(f"{unit}: {wanted.day} is {wanted.kind.value}; open cases due that day: {due}", markup=False)


@app.command("remove-day")
def remove_day(
    day: Annotated[dt.datetime, typer.Argument(formats=["%Y-%m-%d"], help="The date that was added.")],
    officer: Annotated[str, typer.Option("--as", help="The user name of the administrator who decides.")],
    unit: Annotated[str, typer.Option(help="The code of the unit for which it was added.")] = DEPARTMENT,
) -> None:
    """Take a day away again that was added; due times that are set already stay."""
    desk, _ = desk_and_settings()
    with desk.store.writing() as session, _refusing(desk):
        added = working_time.added_on(session, unit_coded(session, unit), day.date())
        if added is None:
            refuse(f"No day was added for {unit} on {day.date()}; see `customs calendar show`.")
        working_time.remove_day(session, added, by=officer_named(session, officer), at=desk.now())
    out.print(f"{unit}: {day.date()} is as the calendar has it", markup=False)


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
    hours = read_yaml(file) if file is not None else None
    with desk.store.writing() as session:
        try:
            working_time.set_hours(
                session,
                desk.rules.deadlines.calendar,
                unit_coded(session, unit),
                hours,
                by=officer_named(session, officer),
                at=desk.now(),
            )
        except (BadCalendar, working_time.HoursRefused) as refused:
            refuse(str(refused))
    out.print(f"{unit}: {'hours of its own' if hours is not None else 'the hours of the authority'}", markup=False)


def _wrong(desk: Desk, unit: Unit) -> str | None:
    try:
        desk.rules.deadlines.calendar.week_of(unit)
    except BadCalendar as bad:
        return str(bad)
    return None


@contextmanager
def _refusing(desk: Desk) -> Iterator[None]:
    """End the command with the sentence of what was refused."""
    try:
        yield
    except working_time.DayRefused as refused:
        refuse(desk.texts.say(refused.reason, "en"))
