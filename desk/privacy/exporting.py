"""Everything that the desk keeps of one person, as they may have it: theirs whole, and nothing of anybody else.

What officers noted for themselves, and what colleagues wrote for the same enterprise, is not theirs (decision 57).
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk.accounts import service as accounts
from desk.accounts.model import PersonSignIn
from desk.attachments import service as attachments
from desk.attachments.model import Attachment, FileContent
from desk.cases.model import Case, CaseEntry, EntryKind
from desk.cases.thread import FOR_THE_PERSON, is_of_spam
from desk.conversations.model import FORGOTTEN, Chat, Conversation, Message, Person
from desk.desk import Desk
from desk.enquiries.model import Enquiry
from desk.enterprises.model import Membership
from desk.letters.model import Letter
from desk.people.model import OfficerLink
from desk.privacy.model import DataRequest
from desk.questionnaires.model import Answer, Invitation, Question, Questionnaire, Response
from desk.ratings.model import RatingRequest
from desk.ratings.reviews.model import RatingReview, ReviewState
from desk.receipts import codes
from desk.receipts.model import Receipt
from desk.subscriptions.model import Subscription

FORMAT = 1
#: So many bytes of files are put into the export itself; of what is beyond it tells name, size and sum only.
FILES_WITHIN = 20 * 1024 * 1024

Told = dict[str, Any]


def of_person(desk: Desk, session: Session, person: Person) -> Told:
    """Plain values that JSON can hold; moments as ISO 8601 in UTC. Reads only."""
    chats = list(session.scalars(select(Chat).where(Chat.person_id == person.id).order_by(Chat.created_at, Chat.id)))
    cases = _cases(session, person)
    return {
        "format": FORMAT,
        "made_at": _at(desk.now()),
        "person": _person(session, person),
        "chats": [_chat(session, chat) for chat in chats],
        "browsers": [_browser(each) for each in session.scalars(_of(PersonSignIn, person))],
        "enterprises": [_membership(each) for each in session.scalars(_of(Membership, person))],
        "conversations": [_conversation(session, each) for chat in chats for each in _of_chat(session, chat)],
        "cases": [_case(session, case, person) for case in cases],
        "ratings": [_rating(session, each) for each in session.scalars(_of(RatingRequest, person)) if each.rating],
        "questionnaires": [_answers(session, each) for chat in chats for each in _responses(session, chat)],
        "letters": _letters(session, person),
        "files": _files(session, chats, cases, person),
        "requests": [_request(each) for each in session.scalars(_of(DataRequest, person))],
    }


def as_json(told: Told) -> bytes:
    """An export as a file for programs."""
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def counted(told: Told) -> dict[str, int]:
    """How much an export holds, by what it is."""
    messages = sum(len(conversation["messages"]) for conversation in told["conversations"])
    found = {name: len(part) for name, part in told.items() if isinstance(part, list)}
    return {**found, "messages": messages}


def _of(table: type[Any], person: Person) -> Any:
    return select(table).where(table.person_id == person.id).order_by(table.id)


def _person(session: Session, person: Person) -> Told:
    return {
        "id": person.id,
        "name": person.name,
        "language": person.language_choice,
        "enterprise_name": person.enterprise_name,
        "tax_code": person.tax_code,
        "contact": person.contact,
        "email": accounts.email_of(session, person),
        "told_what_is_kept_at": _at(person.notice_given_at),
        "known_since": _at(person.created_at),
    }


def _chat(session: Session, chat: Chat) -> Told:
    topics = select(Subscription).where(Subscription.chat_id == chat.id).order_by(Subscription.id)
    return {
        "id": chat.id,
        "channel": chat.channel,
        "address": None if chat.is_forgotten else chat.address,
        "language_hint": chat.language_hint,
        "blocked_at": _at(chat.blocked_at),
        "since": _at(chat.created_at),
        "news": [
            {"topic": each.topic, "since": _at(each.since), "until": _at(each.ended_at)}
            for each in session.scalars(topics)
        ],
    }


def _browser(sign_in: PersonSignIn) -> Told:
    return {
        "device": sign_in.device,
        "how": sign_in.how,
        "shared": sign_in.shared,
        "signed_in_at": _at(sign_in.created_at),
        "last_seen_at": _at(sign_in.seen_at),
        "signed_out_at": _at(sign_in.revoked_at),
    }


def _membership(held: Membership) -> Told:
    return {
        "enterprise": held.enterprise.name,
        "tax_code": held.enterprise.tax_code,
        "as": held.kind,
        "introduction": held.introduction,
        "state": held.state,
        "asked_at": _at(held.asked_at),
        "settled_at": _at(held.settled_at),
        "proved_by": held.how,
    }


def _of_chat(session: Session, chat: Chat) -> list[Conversation]:
    query = select(Conversation).where(
        Conversation.chat_id == chat.id, Conversation.end_reason.is_distinct_from(FORGOTTEN)
    )
    return list(session.scalars(query.order_by(Conversation.started_at, Conversation.id)))


def _conversation(session: Session, conversation: Conversation) -> Told:
    """What was said in it. In the chat of an officer stand other people's cases: there only what the officer asked."""
    linked = select(OfficerLink.officer_id).where(OfficerLink.chat_id == conversation.chat_id)
    is_of_staff = session.scalar(linked.limit(1)) is not None
    said = select(Message).where(Message.conversation_id == conversation.id).order_by(Message.order_no)
    asked = select(Enquiry).where(Enquiry.conversation_id == conversation.id)
    return {
        "id": conversation.id,
        "chat": conversation.chat_id,
        "language": conversation.language,
        "started_at": _at(conversation.started_at),
        "ended_at": _at(conversation.ended_at),
        "messages": [] if is_of_staff else [_message(session, each) for each in session.scalars(said)],
        "questions": [
            _question(session, each) for each in session.scalars(asked.order_by(Enquiry.asked_at, Enquiry.position))
        ],
    }


def _message(session: Session, message: Message) -> Told:
    return {
        "at": _at(message.at),
        "from": message.author,
        "text": message.text,
        "files": [file.id for file in attachments.of_message(session, message)],
    }


def _question(session: Session, enquiry: Enquiry) -> Told:
    code = session.scalar(select(Receipt.code).where(Receipt.enquiry_id == enquiry.id))
    return {
        "at": _at(enquiry.asked_at),
        "text": enquiry.text,
        "for_the_day": enquiry.as_of.isoformat(),
        "outcome": enquiry.outcome,
        "guidance": enquiry.entry,
        "version": enquiry.version,
        "found_helpful": enquiry.feedback,
        "receipt": codes.grouped(code) if code is not None else None,
    }


def _cases(session: Session, person: Person) -> list[Case]:
    return list(session.scalars(select(Case).where(Case.person_id == person.id).order_by(Case.id)))


def _case(session: Session, case: Case, person: Person) -> Told:
    shown = [each for each in case.entries if _is_for(session, case, each, person)]
    return {
        "number": case.number,
        "opened_at": _at(case.opened_at),
        "state": case.state.value,
        "for_enterprise": case.enterprise_id is not None,
        "question": case.question,
        "details": case.details,
        "enterprise_name": case.enterprise_name,
        "tax_code": case.tax_code,
        "contact": case.contact,
        "urgency": case.urgency.value,
        "unit": case.unit.code,
        "due_at": _at(case.due_at),
        "thread": [{"at": _at(each.at), "what": str(each.kind), "text": each.text} for each in shown],
    }


def _is_for(session: Session, case: Case, entry: CaseEntry, person: Person) -> bool:
    """Whether an entry is the person's to have: told to them, or written by them and not by a colleague."""
    if entry.kind not in FOR_THE_PERSON or is_of_spam(entry):
        return False
    if entry.kind != EntryKind.PERSON_WROTE or case.enterprise_id is None:
        return True
    message = session.get(Message, entry.message_order) if entry.message_order is not None else None
    if message is None:
        return False
    return session.get_one(Conversation, message.conversation_id).chat.person_id == person.id


def _rating(session: Session, request: RatingRequest) -> Told:
    rating = request.rating
    case = session.get(Case, request.case_id) if request.case_id is not None else None
    review = session.scalar(select(RatingReview).where(RatingReview.request_id == request.id))
    answered = review is not None and review.state is ReviewState.TOLD
    return {
        "about_case": case.number if case is not None else None,
        "stars": rating.stars if rating else None,
        "stars_for_the_officer": rating.officer_stars if rating else None,
        "reasons": rating.reasons if rating else [],
        "comment": rating.comment if rating else None,
        "at": _at(rating.rated_at if rating else None),
        "answer": review.words if review is not None and answered else None,
    }


def _responses(session: Session, chat: Chat) -> list[tuple[Questionnaire, Response]]:
    """Of anonymous questionnaires none leads to a person."""
    query = (
        select(Questionnaire, Response)
        .join(Invitation, Invitation.questionnaire_id == Questionnaire.id)
        .join(Response, Response.invitation_id == Invitation.id)
        .where(Invitation.chat_id == chat.id)
        .order_by(Questionnaire.id)
    )
    return [(questionnaire, response) for questionnaire, response in session.execute(query)]


def _answers(session: Session, found: tuple[Questionnaire, Response]) -> Told:
    questionnaire, response = found
    given = (
        select(Question, Answer)
        .join(Answer, Answer.question_id == Question.id)
        .where(Answer.response_id == response.id)
        .order_by(Question.position)
    )
    return {
        "title": questionnaire.title_vi,
        "finished": response.finished,
        "answers": [
            {"question": asked.text_vi, "level": answer.level, "options": answer.options, "text": answer.text}
            for asked, answer in session.execute(given)
        ],
    }


def _letters(session: Session, person: Person) -> list[Told]:
    address = accounts.email_of(session, person)
    if address is None:
        return []
    sent = select(Letter).where(Letter.recipient == address).order_by(Letter.id)
    return [
        {"at": _at(each.created_at), "to": each.recipient, "subject": each.subject, "state": each.state}
        for each in session.scalars(sent)
    ]


def _files(session: Session, chats: Iterable[Chat], cases: Iterable[Case], person: Person) -> list[Told]:
    """The files of the person's conversations, but for earlier exports; in base64 while there is room."""
    exported = select(DataRequest.message_order).where(
        DataRequest.person_id == person.id, DataRequest.message_order.is_not(None)
    )
    own = [case.id for case in cases if case.enterprise_id is None]
    query = (
        select(Attachment)
        .join(Message, Message.order_no == Attachment.message_order)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.chat_id.in_([chat.id for chat in chats]),
            Message.order_no.not_in(exported),
            ~Conversation.chat_id.in_(select(OfficerLink.chat_id)),
            or_(Message.case_id.is_(None), Message.case_id.in_(own), Message.author == "person"),
        )
        .order_by(Attachment.at, Attachment.id)
    )
    told, room = [], FILES_WITHIN
    for file in session.scalars(query):
        fits = file.size <= room
        room -= file.size if fits else 0
        data = session.get_one(FileContent, file.sha256).data if fits else None
        told.append(
            {
                "id": file.id,
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
                "at": _at(file.at),
                "base64": base64.b64encode(data).decode() if data is not None else None,
            }
        )
    return told


def _request(request: DataRequest) -> Told:
    return {
        "kind": request.kind.value,
        "state": request.state.value,
        "asked_at": _at(request.asked_at),
        "settled_at": _at(request.settled_at),
    }


def _at(moment: dt.datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment is not None else None
