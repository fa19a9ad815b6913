"""What is wrong with a file, in words."""

from __future__ import annotations

from desk.guidance.record import Language
from desk.imports.faults import Fault, Where
from desk.imports.preview import Wrong
from desk.texts import Texts


def fault_said(texts: Texts, fault: Fault, language: Language) -> str:
    """What a reader found, with its place."""
    return _placed(texts, fault.where, texts.say(f"imports.fault.{fault.name}", language, **fault.values), language)


def wrong_said(texts: Texts, wrong: Wrong, language: Language) -> str:
    """What keeps a record out, with its place and column."""
    named, how = f"imports.column.{wrong.column}", f"imports.column_how.{wrong.column}"
    if wrong.problem.text == "drafting.problem.not_chosen" and texts.has(how):
        problem = texts.say("imports.problem.not_chosen", language, allowed=texts.say(how, language))
    else:
        problem = texts.say(wrong.problem.text, language, **wrong.problem.values)
    column = texts.say(named, language) if texts.has(named) else wrong.column
    said = texts.say("imports.in_column", language, column=column, name=wrong.column, said=problem)
    return _placed(texts, wrong.where, said, language)


def _placed(texts: Texts, where: Where, said: str, language: Language) -> str:
    if not where.kind:
        return said
    place = texts.say(f"imports.where.{where.kind}", language, place=where.place)
    return texts.say("imports.placed", language, place=place, said=said)
