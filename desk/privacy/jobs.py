"""Who forgets what: each job with the rows that it forgets, since when they count, and how (content/privacy.yml: when).

Adding a job is adding a function here and its name to a kind of data; a test holds the two against each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, text, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from desk.accounts import service as accounts
from desk.accounts.model import PersonEmail, PersonSignIn, SignInCode, SignInLink
from desk.attachments import forgetting as files
from desk.attachments.model import Attachment
from desk.cases.model import Case, CaseEntry, EntryKind
from desk.consultations.model import CommentSender
from desk.conversations.model import KEPT_STILL, REMEMBERED, Chat, Conversation, InboxUpdate, Message, Person
from desk.enterprises.model import MembershipCode
from desk.floods.model import Flood, FloodMinute
from desk.imports.model import KeptFile
from desk.letters.model import Letter
from desk.people.model import DailySummary, KnownBrowser, LinkCode, PendingSignIn, SignIn, SingleSignOnAttempt
from desk.privacy import forgetting, held
from desk.privacy.model import DataRequest, Hold
from desk.questionnaires import forgetting as questionnaires
from desk.questionnaires.model import Answer, Question, Questionnaire
from desk.receipts.model import ReceiptMiss

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
Moment = ColumnElement[dt.datetime] | InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Each:
    """Rows are forgotten by their ``id``, one after the other in transactions of their own; says whether one was."""

    id: InstrumentedAttribute[Any]
    forget: Callable[[Session, Any, dt.datetime], bool]


#: Rows are forgotten all at once, by a condition; says how many they were.
AllAtOnce = Callable[[Session, ColumnElement[bool]], int]


@dataclass(frozen=True)
class Source:
    """Rows of one table that a job forgets. ``since`` is from when their time counts; ``kept`` are those there still.

    ``spared``: those of which something younger is still there, at a moment before which all is to be forgotten.
    ``held``: those that a legal hold covers.
    """

    since: Moment
    how: Each | AllAtOnce
    kept: ColumnElement[bool] = field(default_factory=true)
    held: ColumnElement[bool] | None = None
    spared: Callable[[dt.datetime], ColumnElement[bool]] | None = None

    def past(self, before: dt.datetime) -> ColumnElement[bool]:
        """Whose time is over, held or not."""
        over = and_(self.kept, self.since <= before)
        return over if self.spared is None else and_(over, ~self.spared(before))

    def due(self, before: dt.datetime) -> ColumnElement[bool]:
        """What is to be forgotten."""
        return self.past(before) if self.held is None else and_(self.past(before), ~self.held)


@dataclass(frozen=True)
class Job:
    """``every``: how often the clock looks."""

    name: str
    every: dt.timedelta
    sources: Sequence[Source]


def _conversation() -> Job:
    by_the_desk = (EntryKind.REMINDED, EntryKind.DELAY_TOLD, EntryKind.RETURNED_UNTOUCHED, EntryKind.CLOSED)

    def is_talked_of(before: dt.datetime) -> ColumnElement[bool]:
        """Of a case that speaks in it somebody wrote or did something later than the conversation ended."""
        return (
            exists()
            .where(
                Case.conversation_id == Conversation.id,
                CaseEntry.case_id == Case.id,
                CaseEntry.at > before,
                CaseEntry.kind.not_in([kind.value for kind in by_the_desk]),
            )
            .correlate(Conversation)
        )

    return Job(
        "conversation",
        MINUTE,
        [
            Source(
                since=Conversation.ended_at,
                kept=and_(Conversation.ended_at.is_not(None), text(REMEMBERED)),
                held=held.conversation_is_held(),
                spared=is_talked_of,
                how=Each(Conversation.id, forgetting.forget),
            )
        ],
    )


def _lost_files() -> Job:
    lost = Attachment.message_order.is_(None)
    return Job("lost_files", HOUR, [Source(since=Attachment.at, kept=lost, how=files.forget_those)])


def _raw_updates() -> Job:
    def take_out(session: Session, which: ColumnElement[bool]) -> int:
        nothing = {"body": "", "handed_over": None, "chat_address": ""}
        return _changed(session, update(InboxUpdate).where(which).values(**nothing))

    kept = and_(text(KEPT_STILL), InboxUpdate.finished_at.is_not(None))
    source = Source(since=InboxUpdate.finished_at, kept=kept, held=held.update_is_held(), how=take_out)
    return Job("raw_updates", HOUR, [source])


def _letters() -> Job:
    def take_out(session: Session, which: ColumnElement[bool]) -> int:
        return _changed(session, update(Letter).where(which).values(recipient="", subject="", text="", error=None))

    kept = and_(Letter.settled_at.is_not(None), Letter.recipient != "")
    return Job("letters", HOUR, [Source(since=Letter.settled_at, kept=kept, how=take_out)])


def _browsers() -> Job:
    def throw_away(session: Session, which: ColumnElement[bool]) -> int:
        # When an address was last of use must stay known, for by it the address is forgotten.
        last = select(func.max(PersonSignIn.seen_at)).where(PersonSignIn.person_id == PersonEmail.person_id)
        moved = update(PersonEmail).where(PersonEmail.proven_at < last.scalar_subquery())
        _changed(session, moved.values(proven_at=last.scalar_subquery()))
        return _changed(session, delete(PersonSignIn).where(which))

    is_held = PersonSignIn.person_id.in_(held.persons())
    return Job("browsers", HOUR, [Source(since=PersonSignIn.seen_at, held=is_held, how=throw_away)])


def _codes() -> Job:
    ends: Sequence[tuple[type[Any], Moment]] = (
        (SignInCode, SignInCode.expires_at),
        (SignInLink, SignInLink.expires_at),
        (MembershipCode, MembershipCode.expires_at),
        (LinkCode, LinkCode.expires_at),
        (PendingSignIn, PendingSignIn.expires_at),
        (SingleSignOnAttempt, SingleSignOnAttempt.expires_at),
        (ReceiptMiss, ReceiptMiss.at),
        (CommentSender, CommentSender.at),
    )
    return Job("codes", HOUR, [Source(since=since, how=_throwing_away(table)) for table, since in ends])


def _unused_addresses() -> Job:
    """Of persons who said nothing that is still kept: with what they said an address goes, and not before."""

    def forget(session: Session, person_id: str, _at: dt.datetime) -> bool:
        accounts.forget(session, session.get_one(Person, person_id))
        return True

    seen = select(func.max(PersonSignIn.seen_at)).where(PersonSignIn.person_id == PersonEmail.person_id)
    last_used = func.coalesce(seen.correlate(PersonEmail).scalar_subquery(), PersonEmail.proven_at)
    said = exists().where(Chat.person_id == PersonEmail.person_id, Conversation.chat_id == Chat.id)
    return Job(
        "unused_addresses",
        HOUR,
        [
            Source(
                since=last_used,
                kept=~said.correlate(PersonEmail),
                held=PersonEmail.person_id.in_(held.persons()),
                how=Each(PersonEmail.person_id, forget),
            )
        ],
    )


def _written_answers() -> Job:
    theirs = (Answer.question_id == Question.id, Question.questionnaire_id == Questionnaire.id, Answer.text != "")
    of_held = questionnaires.of_persons(held.persons())

    def forget(session: Session, questionnaire_id: int, at: dt.datetime) -> bool:
        return questionnaires.forget_words(session, questionnaire_id, at, but=of_held)

    kept = exists().where(*theirs, ~Answer.response_id.in_(of_held)).correlate(Questionnaire)
    return Job(
        "written_answers",
        MINUTE,
        [
            Source(
                since=Questionnaire.closed_at,
                kept=and_(Questionnaire.closed_at.is_not(None), kept),
                how=Each(Questionnaire.id, forget),
            )
        ],
    )


def _looked_at_files() -> Job:
    return Job("looked_at_files", MINUTE, [Source(since=KeptFile.kept_at, how=_throwing_away(KeptFile))])


def _exports() -> Job:
    def forget(session: Session, request_id: str, _at: dt.datetime) -> bool:
        request = session.get_one(DataRequest, request_id)
        files.forget(session, select(Message.order_no).where(Message.order_no == request.message_order))
        request.message_order = None
        return True

    made = and_(DataRequest.message_order.is_not(None), DataRequest.settled_at.is_not(None))
    return Job("exports", HOUR, [Source(since=DataRequest.settled_at, kept=made, how=Each(DataRequest.id, forget))])


def _requests() -> Job:
    def take_out(session: Session, which: ColumnElement[bool]) -> int:
        return _changed(session, update(DataRequest).where(which).values(reason=""))

    kept = and_(DataRequest.settled_at.is_not(None), DataRequest.reason != "")
    return Job("requests", HOUR, [Source(since=DataRequest.settled_at, kept=kept, how=take_out)])


def _holds() -> Job:
    def take_out(session: Session, which: ColumnElement[bool]) -> int:
        return _changed(session, update(Hold).where(which).values(reason="", lifted_reason=""))

    kept = and_(Hold.lifted_at.is_not(None), or_(Hold.reason != "", Hold.lifted_reason != ""))
    return Job("holds", HOUR, [Source(since=Hold.lifted_at, kept=kept, how=take_out)])


def _staff_sessions() -> Job:
    sources = [
        Source(since=SignIn.expires_at, how=_throwing_away(SignIn)),
        Source(since=DailySummary.at, how=_throwing_away(DailySummary)),
    ]
    return Job("staff_sessions", HOUR, sources)


def _known_browsers() -> Job:
    known = Source(since=KnownBrowser.last_used_at, how=_throwing_away(KnownBrowser))
    return Job("known_browsers", HOUR, [known])


def _floods() -> Job:
    sources = [
        Source(since=FloodMinute.minute, how=_throwing_away(FloodMinute)),
        Source(since=Flood.last_at, how=_throwing_away(Flood)),
    ]
    return Job("floods", HOUR, sources)


def _throwing_away(table: type[Any]) -> Callable[[Session, ColumnElement[bool]], int]:
    return lambda session, which: _changed(session, delete(table).where(which))


def _changed(session: Session, statement: Any) -> int:
    done: Any = session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()
    return int(done.rowcount)


JOBS: Mapping[str, Job] = {
    job.name: job
    for job in (
        _conversation(),
        _lost_files(),
        _raw_updates(),
        _letters(),
        _browsers(),
        _codes(),
        _unused_addresses(),
        _written_answers(),
        _looked_at_files(),
        _exports(),
        _requests(),
        _holds(),
        _staff_sessions(),
        _known_browsers(),
        _floods(),
    )
}
