"""What the commands share: the settings, the desk, and the officer in whose name a command acts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from bootstrap.assembly import open_desk
from bootstrap.settings import Settings, read_settings
from cli.terminal import refuse
from desk.desk import Desk
from desk.migrations.run import migrate
from desk.people import service as people
from desk.people.model import Officer
from desk.units import service as units
from desk.units.model import Unit
from desk.working_time.hours import local

AsOf = Annotated[str | None, typer.Option("--as-of", help="The day, as 2026-07-01; default: today in Viet Nam.")]


def desk_and_settings() -> tuple[Desk, Settings]:
    """The desk on a migrated store."""
    settings = read_settings()
    desk = open_desk(settings)
    migrate(desk.store.engine)
    return desk, settings


def officer_named(session: Session, username: str) -> Officer:
    officer = people.by_username(session, username)
    if officer is None:
        refuse(f"There is no officer with the user name {username!r}; see `customs users list`.")
    return officer


def unit_coded(session: Session, code: str) -> Unit:
    unit = units.by_code(session, code)
    if unit is None:
        refuse(f"There is no unit {code!r}; see `customs units list`.")
    return unit


def day_of(typed: str | None, desk: Desk) -> dt.date:
    """The day that was given, or the desk's today."""
    return desk.today() if not typed else day_named(typed)


def day_named(typed: str, option: str = "--as-of") -> dt.date:
    """The day that was typed behind an option; ends the command where it is none."""
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        refuse(f"{option}: {typed!r} is no day; write it as 2026-07-01.")


def shown(moment: dt.datetime | None) -> str:
    """A moment for a table, in local time."""
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment else ""
