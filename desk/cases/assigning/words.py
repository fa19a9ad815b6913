"""How it is said where a case belongs: to the person which unit takes it, to officers how that was found."""

from __future__ import annotations

from desk.cases.model import Case
from desk.desk import Desk
from desk.guidance.record import Language
from desk.speech import Block


def taken_by(desk: Desk, case: Case, language: Language) -> tuple[Block, ...]:
    """The unit that takes the case, for the person; nothing of the default queue, which tells nobody anything."""
    if case.unit_found_by == "default":
        return ()
    return (Block("paragraph", desk.texts.say("case.taken_by", language, unit=case.unit.name(language))),)


def facts(desk: Desk, case: Case, language: Language) -> list[tuple[str, str]]:
    """How the case's unit was found, and the ministry whose matter it is, for officers: labels and texts."""
    say = desk.texts.say
    told = {"found_by": say(f"found_by.{case.unit_found_by}", language)}
    if case.ministry is not None:
        told["ministry"] = desk.rules.words.ministries.name(case.ministry, language)
    return [(say(f"field.{name}", language), text) for name, text in told.items()]
