"""The correction in words: what was asked when, what was wrong in a curator's words, and what holds, word for word."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from desk.answering.cite import Cite
from desk.cases.words import moment
from desk.desk import Desk
from desk.guidance import versions
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.recall.finding import WrongAnswer
from desk.recall.model import Recall
from desk.receipts import codes
from desk.shortening import shortened
from desk.speech import Block, Choice, Utterance

#: Of many answers so many are named, the newest; of the others it is said how many there are.
LISTED = 5
#: Characters of a question that are repeated.
QUESTION = 160


def correction(
    desk: Desk, session: Session, recall: Recall, got: Sequence[WrongAnswer], language: Language
) -> Utterance:
    """What a chat of this language reads that got these answers; without any, as it is shown before it is sent."""
    say = desk.texts.say
    wrong = session.get_one(GuidanceVersion, (recall.entry_id, max(recall.versions)))
    right = session.get(GuidanceVersion, (recall.entry_id, recall.corrected)) if recall.corrected is not None else None
    words = recall.wrong_en if language == "en" else recall.wrong_vi
    blocks = [
        Block("title", say("recall.title", language)),
        Block("paragraph", say("recall.apology", language, entry=wrong.record.title[language])),
        Block("list", label=say("recall.answers", language), items=tuple(_lines(desk, got, language))),
        Block("field", words or say("recall.wrong_here", language), label=say("recall.wrong", language)),
        *_what_holds(desk, right, language),
        Block("note", say("receipt.no_ruling", language)),
    ]
    return Utterance(
        tuple(blocks),
        tuple(_choices(desk, session, recall, right, got, language)),
        entry=right.entry_id if right is not None else None,
        version=right.number if right is not None else None,
    )


def _lines(desk: Desk, got: Sequence[WrongAnswer], language: Language) -> list[str]:
    say = desk.texts.say
    if not got:
        return [say("recall.example", language)]
    lines = [_line(desk, answer, language) for answer in got[-LISTED:]]
    more = len(got) - len(lines)
    return [*lines, say("recall.more", language, count=more)] if more else lines


def _line(desk: Desk, answer: WrongAnswer, language: Language) -> str:
    at, question = moment(answer.at, language), shortened(answer.question, QUESTION)
    if answer.case is not None:
        return desk.texts.say("recall.line_case", language, at=at, question=question, number=answer.case.number)
    if answer.code is None:
        return desk.texts.say("recall.line", language, at=at, question=question)
    code = codes.grouped(answer.code)
    return desk.texts.say("recall.line_code", language, at=at, question=question, code=code)


def _what_holds(desk: Desk, right: GuidanceVersion | None, language: Language) -> list[Block]:
    if right is None:
        return [Block("paragraph", desk.texts.say("recall.nothing_holds", language))]
    cite = Cite(desk.texts, desk.instruments)
    return [
        Block("field", right.record.answer[language], label=desk.texts.say("recall.right", language)),
        cite.legal_basis(right.record, language, desk.today()),
    ]


def _choices(
    desk: Desk,
    session: Session,
    recall: Recall,
    right: GuidanceVersion | None,
    got: Sequence[WrongAnswer],
    language: Language,
) -> list[Choice]:
    say = desk.texts.say
    holds = right is not None and versions.in_force(session, recall.entry_id, desk.today()) is not None
    choices = [Choice("show_entry", say("recall.read", language), recall.entry_id)] if holds else []
    question_of = got[-1].question_of if got else ""
    return [*choices, Choice("ask_officer", say("button.ask_officer", language), question_of)]
