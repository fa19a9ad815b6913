"""How it is said where a case belongs: to the person which unit takes it, to officers how that was found."""

from __future__ import annotations

from sqlalchemy.orm import object_session

from desk.answering.day_words import day
from desk.cases.model import Case
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.guidance.record import Language
from desk.speech import Block


def taken_by(desk: Desk, case: Case, language: Language) -> tuple[Block, ...]:
    """The unit that takes the case, for the person; nothing of the default queue, which tells nobody anything."""
    if case.unit_found_by == "default":
        return ()
    return (Block("paragraph", desk.texts.say("case.taken_by", language, unit=case.unit.name(language))),)


def facts(desk: Desk, case: Case, language: Language) -> list[tuple[str, str]]:
    """How its unit was found, the day whose law is meant, and the ministry in charge, for officers: labels, texts."""
    say = desk.texts.say
    told = {"found_by": say(f"found_by.{case.unit_found_by}", language)}
    session = object_session(case)
    as_of = enquiries.another_day(session, case.enquiry_id) if session is not None else None
    if as_of is not None:
        told["as_of"] = day(as_of, language)
    if case.ministry is not None:
        told["ministry"] = desk.rules.words.ministries.name(case.ministry, language)
    return [(say(f"field.{name}", language), text) for name, text in told.items()]
