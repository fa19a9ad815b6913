"""What the clock says of a case: reminders in officers' private chats, and the apology to the enterprise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from desk.cases import permissions, words
from desk.cases.model import Case, EntryKind, Reminded
from desk.cases.officers.notices import say_in_chat
from desk.cases.thread import pending_draft
from desk.conversations import service as conversations
from desk.conversations.model import Message
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people import service as people
from desk.people import telegram_link
from desk.people.model import Officer, OfficerLink
from desk.speech import Block, Utterance
from desk.units import service as units


def chats_of(session: Session, case: Case, level: Reminded) -> list[str]:
    """The linked chats of those whom a reminder of this level goes to; none where nobody is found.

    The officer is the holder, or, of a case that nobody holds, each who is on duty in its unit.
    """
    match level:
        case Reminded.OFFICER if case.holder is not None:
            return _own_chat(session, case.holder)
        case Reminded.OFFICER:
            return people.chats_on_duty(session, case.unit, permissions.CASE_ROLES)
        case Reminded.HEAD:
            return people.chats_of_heads(session, case.unit)
        case Reminded.DEPARTMENT:
            return people.chats_of_heads(session, units.department(session))
        case _:
            return []


def remind(desk: Desk, session: Session, case: Case, level: Reminded, chats: Sequence[str]) -> None:
    """Send the reminder to these chats, with the case under it."""
    late = case.due_at <= desk.now()

    def sentence(language: Language) -> str:
        say, due = desk.texts.say, words.moment(case.due_at, language)
        if level is Reminded.OFFICER:
            name = "reminder.late" if late else "reminder.at_risk"
            return say(name, language, number=case.number, due=due)
        name = "reminder.head" if level is Reminded.HEAD else "reminder.department"
        unit, holder = case.unit.name(language), _who_holds(desk, case, language)
        return say(name, language, number=case.number, unit=unit, due=due, holder=holder)

    _tell(desk, session, case, chats, sentence)


def returned(desk: Desk, session: Session, case: Case, holder: Officer | None) -> None:
    """Tell who held a case, and the others on duty in its unit, that the clock returned it."""
    own = _own_chat(session, holder) if holder is not None else []
    others = [chat for chat in people.chats_on_duty(session, case.unit, permissions.CASE_ROLES) if chat not in own]
    for name, chats in (("reminder.returned_from_you", own), ("reminder.returned_to_unit", others)):
        _tell(desk, session, case, chats, partial(_about, desk, case, name))


def apologise(desk: Desk, session: Session, case: Case) -> Message:
    """Tell the enterprise that the promise slips, and what is true now; no new time is promised."""
    language = conversations.language_of(case.conversation)
    say = desk.texts.say
    due = words.moment(case.due_at, language)
    now = [say("delay.held" if case.holder_id is not None else "delay.not_held", language)]
    if _head_was_told(case):
        now.append(say("delay.head_told", language))
    told = Utterance.plain(
        say("delay.sorry", language, number=case.number, due=due),
        " ".join(now),
        say("delay.stays", language),
        case=case.number,
    )
    return conversations.say(session, case.conversation, told, desk.now(), case_id=case.id)


def _head_was_told(case: Case) -> bool:
    """Whether a head got the reminder of the present due time."""
    due = case.due_at.isoformat()
    return any(
        entry.detail.get("told") and entry.detail.get("due_at") == due and entry.detail["level"] == Reminded.HEAD
        for entry in case.entries
        if entry.kind == EntryKind.REMINDED
    )


def _who_holds(desk: Desk, case: Case, language: Language) -> str:
    if case.holder is None:
        return desk.texts.say("reminder.held_by_nobody", language)
    holder = desk.texts.say("reminder.held_by", language, name=case.holder.name)
    waits = pending_draft(case.entries) is not None
    return f"{holder} {desk.texts.say('reminder.draft_waits', language)}" if waits else holder


def _about(desk: Desk, case: Case, name: str, language: Language) -> str:
    return desk.texts.say(name, language, number=case.number)


def _own_chat(session: Session, officer: Officer) -> list[str]:
    link = session.get(OfficerLink, officer.id)
    return [link.chat_id] if link is not None and officer.active else []


def _tell(desk: Desk, session: Session, case: Case, chats: Sequence[str], sentence: Callable[[Language], str]) -> None:
    """Say a sentence in officers' chats, each in its own language, with the case and its buttons under it."""
    for chat_id in chats:
        officer = telegram_link.officer_in_chat(session, chat_id)

        def say(language: Language, officer: Officer | None = officer) -> Utterance:
            shown = words.for_officer(desk, case, language, officer)
            return replace(shown, blocks=(Block("paragraph", sentence(language)), *shown.blocks))

        say_in_chat(desk, session, chat_id, case, say)
