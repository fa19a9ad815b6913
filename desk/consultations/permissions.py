"""Who may ask the public about a draft rule: whoever leads a unit, for that unit and those below it."""

from __future__ import annotations

from desk.consultations.model import Consultation, ConsultationState
from desk.people.model import Officer
from desk.questionnaires.permissions import LEADERS
from desk.units.model import Unit


class ConsultationRefused(Exception):
    """The act is not possible now, or not to this person; ``reason`` names a text that ``values`` fill.

    ``field`` is the field of the form that it is about; empty for the whole.
    """

    def __init__(self, reason: str, field: str = "", **values: object) -> None:
        super().__init__(reason)
        self.reason, self.field, self.values = reason, field, values


def may_lead(officer: Officer, unit: Unit) -> bool:
    return officer.may(unit, *LEADERS)


def must_lead(officer: Officer, unit: Unit) -> None:
    if not may_lead(officer, unit):
        raise ConsultationRefused("consultation.refused.not_yours")


def must_be(consultation: Consultation, state: ConsultationState) -> None:
    if consultation.state != state:
        raise ConsultationRefused(f"consultation.refused.not_{state.value}")
