"""Who may ask people by questionnaire: whoever leads a unit, for that unit and those below it."""

from __future__ import annotations

from desk.people.model import Officer, Role
from desk.questionnaires.model import Questionnaire, QuestionnaireState
from desk.units.model import Unit

#: Of the roles that read figures, those that lead.
LEADERS = (Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR)


class QuestionnaireRefused(Exception):
    """The act is not possible now, or not to this officer; ``reason`` names a text that ``values`` fill.

    ``field`` is the field of the form that it is about; empty for the whole.
    """

    def __init__(self, reason: str, field: str = "", **values: object) -> None:
        super().__init__(reason)
        self.reason, self.field, self.values = reason, field, values


def may_lead(officer: Officer, unit: Unit) -> bool:
    """Whether the officer makes, opens, reads and publishes questionnaires of the unit."""
    return officer.may(unit, *LEADERS)


def units_led(officer: Officer) -> list[Unit]:
    """The topmost units for which the officer may ask; all below them too."""
    return officer.topmost(*LEADERS)


def must_lead(officer: Officer, unit: Unit) -> None:
    if not may_lead(officer, unit):
        raise QuestionnaireRefused("questionnaire.refused.not_yours")


def must_be(questionnaire: Questionnaire, *states: QuestionnaireState) -> None:
    if questionnaire.state not in states:
        raise QuestionnaireRefused(f"questionnaire.refused.not_{states[0].value}")
