"""One reply to many cases of the same problem: each gets it under its own number, and is settled and rated alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.cases import permissions
from desk.cases.alike import search as alike
from desk.cases.model import Case, CaseState, EntryKind
from desk.cases.officers import desk as officer_desk
from desk.cases.persons.private_link import is_repeated
from desk.conversations import service as conversations
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import Officer


@dataclass(frozen=True)
class Words:
    """What is sent: ``texts`` by language of the person, the officer's ``own`` language always among them.

    With ``marked`` a person of the other language for whom there is no text gets the officer's own, with a line that
    says so.
    """

    own: Language
    texts: Mapping[Language, str]
    marked: bool = False

    def for_language(self, language: Language) -> tuple[str, bool] | None:
        """The text for a person of this language and whether it is marked as the other's; None where there is none."""
        if self.texts.get(language, "").strip():
            return self.texts[language].strip(), False
        return (self.texts[self.own].strip(), True) if self.marked else None


@dataclass(frozen=True)
class LeftOut:
    """A case that got nothing; ``reason`` names a text that takes the number."""

    number: str
    reason: str


@dataclass(frozen=True)
class Sent:
    """What became of it: the numbers of those that have the reply now, and those left out."""

    numbers: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def reply_to_many(
    desk: Desk, session: Session, case: Case, officer: Officer, others: Sequence[Case], words: Words, *, seen: int
) -> Sent:
    """Send a reply in a case that the officer holds to the others too, in the one transaction that is open.

    ``seen`` is the last thread entry that the officer saw: who has these words after it has them from the same press
    of the button and gets nothing twice. Others that wait are claimed by this; raises CaseRefused where the case
    itself, or a text that is missing, stands in the way, and then nobody gets anything.
    """
    _must_be_sendable(words)
    wanted = list({other.id: other for other in others if other.id != case.id}.values())
    lacking = [other for other in wanted if words.for_language(_language(other)) is None]
    if lacking:
        raise permissions.CaseRefused(f"alike.text_missing_{_language(lacking[0])}")
    permissions.must_work_on(case, officer)
    numbers = [str(one.number) for one in (case, *wanted)]
    _send(desk, session, case, officer, words, seen, numbers)
    sent, left_out = [case], []
    for other in sorted(wanted, key=lambda one: one.id):  # always in the same order, so that two cannot wait crosswise
        try:
            with session.begin_nested():
                _give(desk, session, case, other, officer, words, seen, numbers)
        except permissions.CaseRefused as refused:
            left_out.append(LeftOut(str(other.number), refused.reason))
        else:
            sent.append(other)
    return Sent(tuple(str(one.number) for one in sent), tuple(left_out))


def _must_be_sendable(words: Words) -> None:
    """Raises CaseRefused for texts that would be refused in any case: then nobody is to get the others either."""
    if not words.texts.get(words.own, "").strip():
        raise permissions.CaseRefused("officer.empty_reply")
    if max(map(len, words.texts.values())) > officer_desk.REPLY_LENGTH:
        raise permissions.CaseRefused("officer.long_reply")


def resolve_many(desk: Desk, session: Session, officer: Officer, settled: Sequence[Case]) -> list[str]:
    """Close those of the cases that the officer has answered, each for itself; returns their numbers."""
    closed = []
    for case in sorted(settled, key=lambda one: one.id):
        if case.holder_id == officer.id and case.state is CaseState.ANSWERED:
            officer_desk.resolve(desk, session, case, officer)
            closed.append(str(case.number))
    return closed


def _give(
    desk: Desk,
    session: Session,
    case: Case,
    other: Case,
    officer: Officer,
    words: Words,
    seen: int,
    numbers: Sequence[str],
) -> None:
    """The reply for another case, claimed now where it waits; raises CaseRefused, and then all of it is undone."""
    session.refresh(other)
    if _has_it(other, words, seen):
        return
    if alike.are_apart(session, case, other):
        raise permissions.CaseRefused("alike.taken_apart_before")
    if other.holder_id is not None and other.holder_id != officer.id:
        raise permissions.CaseRefused("officer.held_by_another")
    officer_desk.claim(desk, session, other, officer)
    _send(desk, session, other, officer, words, seen, numbers)


def _send(
    desk: Desk, session: Session, case: Case, officer: Officer, words: Words, seen: int, numbers: Sequence[str]
) -> None:
    if _has_it(case, words, seen):
        return
    text, is_marked = words.for_language(_language(case)) or (words.texts[words.own].strip(), False)
    note = desk.texts.say("alike.marked", _language(case)) if is_marked else None
    detail = {"with": [number for number in numbers if number != case.number]}
    if desk.rules.signed_topics.include(case):
        raise permissions.CaseRefused("officer.needs_signature")
    officer_desk.reply(desk, session, case, officer, text, note=note, detail=detail)


def _has_it(case: Case, words: Words, seen: int) -> bool:
    found = words.for_language(_language(case))
    return found is not None and is_repeated(case, EntryKind.REPLIED, found[0], seen)


def _language(case: Case) -> Language:
    return conversations.language_of(case.conversation)
