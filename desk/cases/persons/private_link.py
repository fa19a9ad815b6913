"""What a person does with their case by its private link: add to it, rate how it was settled, and change the link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.attachments import forgetting, words
from desk.attachments import service as attachments
from desk.attachments.service import TakenFile
from desk.audit.service import record_act
from desk.cases import permissions
from desk.cases.model import Case, EntryKind
from desk.cases.persons import desk as person_desk
from desk.conversations import service as conversations
from desk.conversations.model import Person
from desk.conversations.routing import readable
from desk.desk import Desk
from desk.enterprises import access
from desk.ids import new_id
from desk.ratings import service as ratings
from desk.ratings.model import RatingRequest


def go_on(desk: Desk, session: Session, case: Case, text: str, seen: int, taken: Sequence[TakenFile] = ()) -> Case:
    """Take in what the person wrote and sent about their case, and return the case that it went to.

    Raises CaseRefused and FileRefused.

    ``seen`` is the last thread entry that the page showed: the same words after it are the same press of the button.
    """
    if not readable(text) and not taken:
        raise permissions.CaseRefused("bad_input.nothing_to_read")
    if len(text) > conversations.TEXT_KEPT:
        raise permissions.CaseRefused("page.case.too_long")
    language = conversations.language_of(case.conversation)
    room = attachments.room_in_case(session, desk.rules.files, case)
    files = attachments.keep_all(session, taken, desk.now(), room=room, full="files.case_full")
    said = text if readable(text) else words.only_files(desk.texts, files, language)
    if is_repeated(case, EntryKind.PERSON_WROTE, said, seen):
        forgetting.drop(session, files)
        return case
    message = conversations.person_said(session, case.conversation, said, None, desk.now())
    if files:
        attachments.hang(session, files, message)
        message.content = words.content_of(text, files, language)
    return person_desk.go_on(desk, session, case, message)


def renew(session: Session, person: Person, case: Case, at: dt.datetime) -> str:
    """Another link for a case that the person sees now: the one before opens nothing any more; raises CaseRefused."""
    if not access.may_see(session, person, case):
        raise permissions.CaseRefused("case.not_yours")
    case.key = new_id()
    session.flush()
    record_act(session, actor="person", act="case.link_renewed", subject=case.number or "", at=at)
    return case.key


def is_repeated(case: Case, kind: EntryKind, text: str, seen: int) -> bool:
    """Whether the thread has these words already, after the entry that the writer saw last."""
    return any(entry.kind == kind and entry.id > seen and entry.text == text for entry in case.entries)


def rating_request(session: Session, case: Case) -> RatingRequest | None:
    """The case's request for a rating, once it has been asked."""
    asked = RatingRequest.case_id == case.id, RatingRequest.asked_at.is_not(None)
    return session.scalar(select(RatingRequest).where(*asked))


@dataclass(frozen=True)
class More:
    """What a page gives beside the stars, in the place of all that was given before."""

    reasons: frozenset[str]
    officer_stars: int | None
    comment: str


def rate(desk: Desk, session: Session, case: Case, stars: int, more: More | None = None, *, comment: str = "") -> None:
    """Give or change the stars of the case, with a comment where there is one; raises RatingRefused.

    With ``more`` all else is given too, and what it leaves empty is taken back.
    """
    request, rules = rating_request(session, case), desk.rules.ratings
    if request is None:
        raise ratings.RatingRefused("nobody asked for a rating yet")
    ratings.rate(session, request, stars, desk.now(), by=case.person, rules=rules)
    if more is not None:
        ratings.give_reasons(session, request, more.reasons, desk.now(), rules)
        ratings.rate_officer(session, request, more.officer_stars, desk.now(), rules)
        comment = more.comment
    if more is not None or readable(comment):
        ratings.comment(session, request.id, comment if readable(comment) else None)
