"""What an administrator's pages speak of: officers and units of others are not there; and units to choose from."""

from __future__ import annotations

from litestar.exceptions import NotFoundException
from sqlalchemy.orm import Session

from desk.guidance.record import Language
from desk.people import administration as of_people
from desk.people import service as people
from desk.people.model import Officer
from desk.units import administration as of_units
from desk.units import register
from desk.units import service as units
from desk.units.model import Unit

#: What indents a unit in a list to choose from, once for each unit above it.
_INDENT = "\N{EM SPACE}"


def seen_officer(session: Session, username: str, by: Officer) -> Officer:
    """The officer of a user name, where they have a role in a unit that ``by`` administers; else there is none."""
    officer = people.by_username(session, username)
    if officer is None or not of_people.may_see(by, officer):
        raise NotFoundException
    return officer


def seen_unit(session: Session, code: str, by: Officer) -> Unit:
    """The unit of a code, where ``by`` administers it or one above it; of others it is not told that they are there."""
    unit = units.by_code(session, code)
    if unit is None or not of_units.may_see(by, unit):
        raise NotFoundException
    return unit


def unit_options(session: Session, by: Officer, language: Language) -> list[tuple[str, str]]:
    """Code and name of each unit that ``by`` administers, indented by how deep it lies."""
    return [(unit.code, _INDENT * depth + unit.name(language)) for depth, unit in register.tree(session, by)]
