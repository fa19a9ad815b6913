"""A receipt in words: how the text stands today, and the whole of it as a chat reads it."""

from __future__ import annotations

from typing import Any

from desk.answering.compose import day
from desk.cases.words import moment
from desk.guidance.record import Language
from desk.receipts.service import Given
from desk.receipts.standing import Standing, State
from desk.speech import Block, Choice, Utterance
from desk.texts import Texts


def standing_in_words(texts: Texts, standing: Standing, language: Language) -> str:
    """Whether the text still holds, as a sentence."""
    since = day(standing.since, language) if standing.since is not None else ""
    name = f"receipt.state.{standing.state}"
    if standing.state is State.SUPERSEDED:
        return texts.say(name if since else f"{name}_some_day", language, date=since, version=standing.by)
    if standing.state is State.WRONG and standing.by is not None:
        return texts.say(f"{name}_corrected", language, date=since, version=standing.by)
    return texts.say(name, language, date=since)


def asked_day_in_words(texts: Texts, given: Given, language: Language) -> str:
    """That a text which is not of today still holds for the day that was asked about; empty where it goes unsaid."""
    if given.standing.state is State.HOLDS or not given.standing.for_asked_day:
        return ""
    return texts.say("receipt.for_asked_day", language, date=day(given.as_of, language))


def question_in_words(texts: Texts, given: Given, language: Language) -> str:
    return given.question or texts.say("receipt.question_forgotten", language)


def in_chat(texts: Texts, given: Given, language: Language) -> Utterance:
    """The receipt as a message; its buttons show what holds today and, to who asked, the way to an officer."""
    facts = {
        "question": question_in_words(texts, given, language),
        "given_at": moment(given.given_at, language),
        "as_of": day(given.as_of, language),
        "version": texts.say("receipt.version_of", language, version=given.version, entry=given.entry),
        "today": " ".join(
            part
            for part in (
                standing_in_words(texts, given.standing, language),
                asked_day_in_words(texts, given, language),
            )
            if part
        ),
    }
    blocks = [
        Block("title", texts.say("receipt.title", language, code=given.grouped)),
        *(Block("field", text, label=texts.say(f"receipt.{name}", language)) for name, text in facts.items()),
        *(
            Block("note", texts.say("receipt.masked", language))
            for _ in range(given.is_masked and bool(given.question))
        ),
        Block("paragraph", texts.say("receipt.shown" if given.as_shown else "receipt.shown_again", language)),
        *given.blocks,
        *_law_today(texts, given, language),
        Block("note", texts.say("receipt.no_ruling", language)),
    ]
    return Utterance(tuple(blocks), tuple(_choices(texts, given, language)))


def _law_today(texts: Texts, given: Given, language: Language) -> list[Block]:
    if not given.law_today:
        return []
    return [Block("list", label=texts.say("receipt.law_today", language), items=given.law_today)]


def _choices(texts: Texts, given: Given, language: Language) -> list[Choice]:
    today = Choice("show_entry", texts.say("receipt.show_today", language), given.entry)
    choices = [today] if given.text_today else []
    if given.is_own:
        choices.append(Choice("ask_officer", texts.say("button.ask_officer", language), given.enquiry_id))
    return choices


def as_json(texts: Texts, given: Given) -> dict[str, Any]:
    """The receipt for a program: plain values, days and moments in ISO 8601."""
    standing = given.standing
    return {
        "code": given.grouped,
        "question": given.question,
        "language": given.language,
        "given_at": given.given_at.isoformat(),
        "as_of": str(given.as_of),
        "entry": given.entry,
        "version": given.version,
        "title": given.title,
        "text": "\n\n".join(block.as_text() for block in given.blocks),
        "as_shown": given.as_shown,
        "text_today": "\n\n".join(block.as_text() for block in given.text_today) or None,
        "legal_basis": list(given.law),
        "legal_basis_changed_since": list(given.law_today),
        "today": {
            "state": standing.state.value,
            "since": str(standing.since) if standing.since is not None else None,
            "version": standing.by,
            "holds_for_asked_day": standing.for_asked_day,
        },
        "is_official_ruling": False,
        "note": texts.say("receipt.no_ruling", given.language),
    }
