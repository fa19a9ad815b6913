"""Who reads the reports of which units and publishes them: heads, managers, administrators, of theirs and below."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from desk.answering.compose import day
from desk.figures.scope import Scope, choice
from desk.guidance.record import Language
from desk.people.model import Officer, Role
from desk.texts import Texts
from desk.units.model import Unit

READERS = (Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR)


class ReportRefused(Exception):
    """The act is not possible now, or not to this officer; ``reason`` names a text that ``values`` fill.

    ``field`` is the field of the form that it is about; empty for the whole.
    """

    def __init__(self, reason: str, field: str = "", **values: object) -> None:
        super().__init__(reason)
        self.reason, self.field, self.values = reason, field, values

    def in_words(self, texts: Texts, language: Language) -> str:
        values = {
            name: day(value, language) if isinstance(value, dt.date) else value for name, value in self.values.items()
        }
        return texts.say(self.reason, language, **values)


def units_of(session: Session, officer: Officer) -> list[Unit]:
    """The units whose reports an officer reads, in the order of the tree; the first is the one they look at first."""
    top = officer.topmost(*READERS)
    return choice(session, Scope(tuple(top))) if top else []


def may_publish(officer: Officer, unit: Unit) -> bool:
    return officer.may(unit, *READERS)


def must_publish(officer: Officer, unit: Unit) -> None:
    if not may_publish(officer, unit):
        raise ReportRefused("month.refused.not_yours")
