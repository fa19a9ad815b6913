"""How a case is spoken of: to the person who opened it and to officers."""

from __future__ import annotations

from desk.cases.assigning import words as routing_words
from desk.cases.model import Case
from desk.cases.officers.possible_acts import acts_for
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.speech import Block, Choice, Utterance
from desk.working_time.hours import local


def moment(at: object, language: Language) -> str:
    """A moment on the clocks of Viet Nam, as the language writes it: 14:05, 22/11/2026."""
    here = local(at)  # type: ignore[arg-type]
    if language == "vi":
        return f"{here:%H:%M} ngày {here.day}/{here.month}/{here.year}"
    return f"{here:%H:%M} on {here.day} {here:%B %Y}"


def opened(desk: Desk, case: Case, language: Language) -> Utterance:
    """What the person reads when their case has been opened."""
    text = desk.texts.say("case.opened", language, number=case.number, due=moment(case.due_at, language))
    if case.previous is not None:
        text += " " + desk.texts.say("case.opened_from", language, number=case.previous.number)
    taken_by = routing_words.taken_by(desk, case, language)
    link = desk.texts.say("case.link", language, address=f"{desk.web_address}/case/{case.key}")
    blocks = [Block("paragraph", text), Block("note", link)]
    if case.enterprise_id is not None:
        blocks.insert(1, Block("paragraph", desk.texts.say("case.on_behalf", language, name=case.enterprise_name)))
    choices = (Choice("done", desk.texts.say("button.done", language)),)
    blocks[1:1] = taken_by
    return Utterance(tuple(blocks), choices, case=case.number)


def for_officer(desk: Desk, case: Case, language: Language, officer: Officer | None = None) -> Utterance:
    """A case as an officer reads it in chat, with the acts that its state allows to this officer."""
    say = desk.texts.say
    unknown = say("officer.not_given", language)
    blocks = [
        Block("title", say("officer.case_title", language, number=case.number)),
        Block("paragraph", case.question),
        *([Block("paragraph", case.details)] if case.details else []),
        Block("field", case.enterprise_name or unknown, label=say("field.enterprise_name", language)),
        Block("field", case.tax_code or unknown, label=say("field.tax_code", language)),
        Block("field", case.contact or unknown, label=say("field.contact", language)),
        Block("field", say(f"urgency.{case.urgency}", language), label=say("field.urgency", language)),
        Block("field", moment(case.due_at, language), label=say("field.due", language)),
        Block("field", say(f"case.state.{case.state}", language), label=say("field.state", language)),
        Block("field", case.unit.name(language), label=say("field.unit", language)),
        *(Block("field", text, label=label) for label, text in routing_words.facts(desk, case, language)),
        Block("note", say("officer.how_to_reply", language)),
    ]
    return Utterance(tuple(blocks), choices_for(desk, case, language, officer), case=case.number)


def choices_for(desk: Desk, case: Case, language: Language, officer: Officer | None) -> tuple[Choice, ...]:
    """The buttons under a case in an officer's chat."""
    acts = acts_for(case, officer)
    return tuple(Choice(act, desk.texts.say(f"button.{act}", language), str(case.id)) for act in acts)
