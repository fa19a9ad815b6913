"""Choosing in chat the unit to which a case goes: those around the case's own, or those that a text names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.speech import Utterance
from desk.units import choosing
from desk.units.model import Unit

if TYPE_CHECKING:
    from desk.conversations.turn import Turn

OFFERED = 12


def offer_units(turn: Turn, case: Case, words: str = "") -> None:
    """Buttons of units: of those that the words name where there are some, else of those around the case's unit."""
    found = choosing.matching(turn.session, words, OFFERED) if words else choosing.around(turn.session, case.unit)
    others = [unit for unit in found if unit.id != case.unit_id][:OFFERED]
    choices = [
        turn.choice("officer_transfer_to", f"{case.id}:{unit.id}", title=f"{unit.name(turn.language)} ({unit.code})")
        for unit in others
    ]
    name = "officer.choose_unit" if others or not words else "officer.unit_not_found"
    prompt = turn.text(name, number=case.number, unit=case.unit.name(turn.language))
    turn.say(Utterance.plain(prompt, choices=[*choices, turn.choice("officer_cancel")]))


def unit_of(session: Session, unit_id: str) -> Unit:
    return session.get_one(Unit, int(unit_id))
