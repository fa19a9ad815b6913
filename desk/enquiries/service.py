"""Enquiries: answering what a person wrote and keeping how, and the results of the dialogue's acts, written once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.answering.question import NOTHING_BEFORE, Answer, Context, Question
from desk.conversations.model import Conversation, Message
from desk.conversations.service import language_of
from desk.desk import Desk
from desk.enquiries.context import context_of
from desk.enquiries.model import Enquiry, TurnAct
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.observing import once_kept
from desk.ports import LawHit
from desk.receipts.issuing import issue
from desk.speech import Utterance
from desk.working_time.hours import local_day

ANSWER_ENQUIRY = "answer_enquiry"

# What is asked for every message is put together once: that takes longer than asking it.
_DONE = select(TurnAct).where(TurnAct.enquiry_id == bindparam("enquiry"), TurnAct.act == bindparam("act"))
_MESSAGE = select(Message).where(Message.id == bindparam("message"))


@dataclass(frozen=True)
class WorkedOut:
    """What the answers to a message are, before anything is kept of them."""

    question: Question
    answers: Sequence[Answer]


def work_out(desk: Desk, conversation: Conversation, message: Message) -> WorkedOut:
    """The answers to a message. Keeps nothing; call it with no transaction open."""
    with desk.store.reading() as session:
        context = context_of(session, message)
    question = _asked(desk, conversation, message.text, context)
    return WorkedOut(question, desk.answering.answer_each(question, message.id))


def work_out_by_ids(desk: Desk, conversation_id: str, enquiry_id: str) -> WorkedOut:
    """As ``work_out``, to the message that has this id."""
    with desk.store.reading() as session:
        message = session.scalars(_MESSAGE, {"message": enquiry_id}).one()
        conversation = session.get_one(Conversation, conversation_id)
    return work_out(desk, conversation, message)


def expect(desk: Desk, text: str, language: Language, as_of: dt.date | None) -> None:
    """A text will be answered in a moment, for the day that was chosen or today."""
    desk.answering.expect(_question(desk, text, language, as_of))


def keep_answers(desk: Desk, session: Session, message: Message, worked_out: WorkedOut) -> list[Utterance]:
    """Keep the answers to a message, which is to be done once; returns what the person is told, in messages."""
    keep(session, message, worked_out.question, worked_out.answers, desk.now())
    return [issue(session, desk.texts, a.enquiry_id, a.utterance, a.language) for a in worked_out.answers]


def _asked(desk: Desk, conversation: Conversation, text: str, context: Context = NOTHING_BEFORE) -> Question:
    """A text as a question in a conversation, for the day that the person has chosen there."""
    return _question(desk, text, language_of(conversation), conversation.as_of, context)


def _question(
    desk: Desk, text: str, language: Language, chosen: dt.date | None, context: Context = NOTHING_BEFORE
) -> Question:
    today = desk.today()
    as_of = chosen or today
    return Question(text, language, as_of, context, today, is_chosen=as_of != today)


def keep(session: Session, message: Message, question: Question, answers: Sequence[Answer], at: dt.datetime) -> None:
    """Keep how each question of a message was answered."""
    for position, answer in enumerate(answers):
        session.add(
            Enquiry(
                id=answer.enquiry_id,
                message_id=message.id,
                position=position,
                conversation_id=message.conversation_id,
                text=answer.text,
                language=question.language,
                as_of=answer.as_of,
                asked_at=at,
                outcome=answer.outcome.value,
                entry=answer.version.entry_id if answer.version else None,
                version=answer.version.number if answer.version else None,
                parts=list(answer.parts),
                searched=list(answer.searched),
                candidates=[asdict(hit) for hit in answer.candidates],
                related_law=[asdict(hit) for hit in answer.law],
                publication_no=answer.publication_no,
                timings_ms=answer.timings_ms,
                ministry=answer.ministry,
            )
        )
        _count(session, message, answer.outcome)
    session.flush()


def related_law(session: Session, enquiry_id: str) -> tuple[list[LawHit], dt.date] | None:
    """The law that bears on the message of an enquiry, and the day whose law is meant; None where none was kept."""
    message_id = message_id_of(session, enquiry_id)
    asked = session.scalars(select(Enquiry).where(Enquiry.message_id == message_id).order_by(Enquiry.position)).all()
    if not asked:
        return None
    # An officer gets the whole message, so the law on each question in it, every place once.
    hits = [LawHit(**hit) for enquiry in asked for hit in enquiry.related_law]
    by_place = {(hit.instrument, hit.article, hit.clause, hit.point): hit for hit in reversed(hits)}
    return list(reversed(by_place.values())), asked[0].as_of


def another_day(session: Session, enquiry_id: str) -> dt.date | None:
    """The day whose law an enquiry was about, where that was not the day on which it was asked."""
    message_id = message_id_of(session, enquiry_id)
    asked = session.scalars(select(Enquiry).where(Enquiry.message_id == message_id).order_by(Enquiry.position))
    return next((one.as_of for one in asked if one.as_of != local_day(one.asked_at)), None)


def keep_failure(session: Session, message: Message, outcome: Outcome, language: str, desk: Desk) -> None:
    """Keep that a question could not be worked on; an answer that was kept before stays."""
    _keep_unasked(session, message, outcome, language, desk)


def keep_shown(
    session: Session,
    message: Message,
    version: GuidanceVersion,
    language: str,
    desk: Desk,
    as_of: dt.date | None = None,
) -> None:
    """Keep that a person chose an entry from a button and was shown it, for a day where it is not today."""
    _keep_unasked(session, message, Outcome.ANSWERED_FROM_CONTEXT, language, desk, version, as_of)


def keep_not_then(session: Session, message: Message, language: str, desk: Desk, as_of: dt.date) -> None:
    """Keep that a person asked for a day for which an entry has no text."""
    _keep_unasked(session, message, Outcome.UNANSWERABLE_NOT_COVERED, language, desk, as_of=as_of)


def _keep_unasked(
    session: Session,
    message: Message,
    outcome: Outcome,
    language: str,
    desk: Desk,
    version: GuidanceVersion | None = None,
    as_of: dt.date | None = None,
) -> None:
    """Keep an enquiry for which nothing was searched."""
    if session.get(Enquiry, message.id) is not None:
        return
    session.add(
        Enquiry(
            id=message.id,
            message_id=message.id,
            conversation_id=message.conversation_id,
            text=message.text,
            language=language,
            as_of=as_of or desk.today(),
            asked_at=desk.now(),
            outcome=outcome.value,
            entry=version.entry_id if version else None,
            version=version.number if version else None,
            candidates=[],
            related_law=[],
            publication_no=version.publication_no if version else None,
            timings_ms={},
        )
    )
    _count(session, message, outcome)
    session.flush()


def _count(session: Session, message: Message, outcome: Outcome) -> None:
    channel = session.get_one(Conversation, message.conversation_id).chat.channel
    once_kept(session, lambda observer: observer.enquired(channel, outcome.value))


def keep_act(session: Session, enquiry_id: str, act: str, utterances: Sequence[Utterance], at: dt.datetime) -> None:
    """Keep what an act says for an enquiry, a message each; an act is done once."""
    said = [utterance.as_json() for utterance in utterances]
    session.add(TurnAct(enquiry_id=enquiry_id, act=act, utterances=said, at=at))
    session.flush()


def act_result(session: Session, enquiry_id: str, act: str) -> list[Utterance] | None:
    """What the act said for this enquiry, message by message; None where it has not been done."""
    done = session.scalar(_DONE, {"enquiry": enquiry_id, "act": act})
    return [Utterance.from_json(said) for said in done.utterances] if done is not None else None


def acts_done(session: Session, enquiry_id: str) -> list[str]:
    """The names of all acts done for an enquiry, in their order."""
    return list(session.scalars(select(TurnAct.act).where(TurnAct.enquiry_id == enquiry_id).order_by(TurnAct.id)))


def is_confident_question(desk: Desk, conversation_id: str, text: str) -> bool:
    """Whether the desk would answer the text with confidence: then it is a question, whatever a form asked for."""
    with desk.store.reading() as session:
        conversation = session.get_one(Conversation, conversation_id)
    return desk.answering.is_sure_of(_asked(desk, conversation, text))


def message_id_of(session: Session, enquiry_id: str) -> str:
    """The message that asked an enquiry: what an officer gets to read. What is no enquiry is a message itself."""
    enquiry = session.get(Enquiry, enquiry_id)
    return enquiry.message_id if enquiry is not None else enquiry_id


def rate_helpfulness(session: Session, enquiry_id: str, feedback: str) -> None:
    """Keep that an answer was helpful or not."""
    enquiry = session.get(Enquiry, enquiry_id)
    if enquiry is not None:
        enquiry.feedback = feedback
