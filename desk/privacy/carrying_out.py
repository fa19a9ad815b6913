"""The clock carries out what was confirmed: exports first, then deletions, each when nothing stands in its way."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.attachments.model import Attachment, FileContent
from desk.attachments.words import content_of
from desk.audit.service import record_act
from desk.conversations import service as conversations
from desk.conversations.model import Chat, Conversation, Message, Person
from desk.conversations.unasked import conversation_for, language_for
from desk.deliveries.model import ON_THE_WAY, Delivery
from desk.desk import Desk
from desk.guidance.record import Language
from desk.ids import new_id
from desk.privacy import deleting, exporting, readable
from desk.privacy.forgetting import sever
from desk.privacy.model import DataRequest, Farewell, RequestKind, RequestState, WaitsFor
from desk.speech import Choice, Utterance

#: For so long a deletion waits for messages that are on their way; after that they are not sent.
PATIENCE = dt.timedelta(hours=1)
#: So long somebody who was forgotten may read that they were, in a channel that they come to themselves.
READ_WITHIN = dt.timedelta(days=1)


@dataclass(frozen=True)
class Copy:
    """An export that was put together with no lock held: what it counts, and its files by name and media type."""

    found: dict[str, int]
    files: tuple[tuple[str, str, bytes], ...]


def carry_out_due(desk: Desk) -> None:
    """What the clock does: each request in transactions of its own, exports before deletions."""
    with desk.store.reading() as session:
        wanted = due(desk, session)
    for request_id in wanted:
        copy = prepared(desk, request_id)
        with desk.store.writing() as session:
            carry_out(desk, session, request_id, copy)


def due(desk: Desk, session: Session) -> list[str]:
    """What is to be carried out now, exports before deletions, in the order in which it was confirmed; reads only."""
    query = select(DataRequest).where(DataRequest.state == RequestState.CONFIRMED)
    found = sorted(session.scalars(query), key=lambda each: (each.kind is not RequestKind.EXPORT, each.confirmed_at))
    return [each.id for each in found if _is_to_be_looked_at(desk, session, each)]


def prepared(desk: Desk, request_id: str) -> Copy | None:
    """The files of an export, put together while nobody waits; None for a deletion."""
    with desk.store.reading() as session:
        request = session.get_one(DataRequest, request_id)
        if request.kind is not RequestKind.EXPORT or request.chat is None:
            return None
        told = exporting.of_person(desk, session, request.person)
        language = language_for(request.chat, conversations.latest(session, request.chat))
    text = readable.as_text(desk.texts, told, language).encode()
    files = (
        ("my-data.json", "application/json", exporting.as_json(told)),
        ("my-data.txt", "text/plain", text),
    )
    return Copy(exporting.counted(told), files)


def carry_out(desk: Desk, session: Session, request_id: str, copy: Copy | None = None) -> None:
    """Look again, and do it or note what it waits for. Of two clocks one does it."""
    locked = select(DataRequest).where(DataRequest.id == request_id).with_for_update(of=DataRequest)
    request = session.scalars(locked.execution_options(populate_existing=True)).unique().one()
    if request.state is not RequestState.CONFIRMED:
        return
    if request.kind is RequestKind.DELETE:
        _delete(desk, session, request)
    elif copy is not None and request.chat is not None:
        _send(desk, session, request, request.chat, copy)
    else:
        _settle(desk, request, RequestState.REFUSED)


def farewells_due(desk: Desk, session: Session) -> list[str]:
    """The chats whose people were told that they are forgotten, or had the time to read it."""
    found = []
    for farewell in session.scalars(select(Farewell)):
        on_the_way = select(Delivery.id).where(Delivery.chat_id == farewell.chat_id, Delivery.state.in_(ON_THE_WAY))
        is_read = session.scalar(on_the_way.limit(1)) is None
        if is_read or desk.now() >= farewell.at + READ_WITHIN:
            found.append(farewell.chat_id)
    return found


def end_farewell(desk: Desk, session: Session, chat_id: str) -> None:
    """Nothing leads to the person any more, unless they have written again: then they are somebody new."""
    chat = session.get_one(Chat, chat_id)
    wrote = (
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.chat_id == chat_id, Message.author == "person")
    )
    if session.scalar(wrote.limit(1)) is None:
        sever(session, chat)
    session.delete(session.get_one(Farewell, chat_id))


def _is_to_be_looked_at(desk: Desk, session: Session, request: DataRequest) -> bool:
    """Whether what it waits for, if anything, is over."""
    if request.kind is RequestKind.EXPORT or request.waits_for is None:
        return True
    return _what_it_waits_for(desk, session, request) != request.waits_for


def _what_it_waits_for(desk: Desk, session: Session, request: DataRequest) -> WaitsFor | None:
    """What stands in the way of a deletion now; what is held only keeps that from being deleted.

    Once all that is not held is deleted, nothing more is before the hold is lifted: the person goes on talking.
    """
    person = request.person
    if request.waits_for is WaitsFor.HOLD and deleting.is_held(session, person):
        return WaitsFor.HOLD
    if deleting.open_cases(session, person):
        return WaitsFor.CASE
    if deleting.is_busy(session, person) or _is_being_exported(session, person):
        return WaitsFor.MESSAGES
    if deleting.is_being_told(session, person) and desk.now() < (request.confirmed_at or desk.now()) + PATIENCE:
        return WaitsFor.MESSAGES
    return None


def _is_being_exported(session: Session, person: Person) -> bool:
    query = select(DataRequest.id).where(
        DataRequest.person_id == person.id,
        DataRequest.kind == RequestKind.EXPORT,
        DataRequest.state == RequestState.CONFIRMED,
    )
    return session.scalar(query.limit(1)) is not None


def _delete(desk: Desk, session: Session, request: DataRequest) -> None:
    person = request.person
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    if deleting.is_officer(session, person):
        _settle(desk, request, RequestState.REFUSED)
        _record(desk, session, request, "deletion_refused")
        return
    waits_for = _what_it_waits_for(desk, session, request)
    if waits_for is not None:
        if waits_for is not request.waits_for and waits_for is WaitsFor.CASE:
            _tell_of_cases(desk, session, request)
        request.waits_for = waits_for
        return
    way = _way_to_tell(session, request)
    done = deleting.delete_person(session, person, desk.now())
    so_far = {name: value + int(request.found.get(name, 0)) for name, value in done.counts.items()}
    request.found = {**so_far, "held": done.held}
    if not done.is_all:
        return
    if done.held:
        if request.waits_for is not WaitsFor.HOLD:
            _record(desk, session, request, "deleted_in_part")
            if request.chat is not None:
                _say(desk, session, request.chat, "mydata.held")
        request.waits_for = WaitsFor.HOLD
        return
    _settle(desk, request, RequestState.DONE)
    _record(desk, session, request, "deleted")
    if way is not None:
        _say_farewell(desk, session, *way)


def _settle(desk: Desk, request: DataRequest, state: RequestState) -> None:
    request.state, request.settled_at, request.waits_for = state, desk.now(), None


def _record(desk: Desk, session: Session, request: DataRequest, act: str) -> None:
    counted = ("conversations", "cases", "ratings", "held") if request.kind is RequestKind.DELETE else ()
    detail = {"request": request.id, **{name: request.found[name] for name in counted if name in request.found}}
    actor = request.confirmed_by or request.asked_by
    record_act(session, actor=actor, act=f"data.{act}", subject=request.person_id, detail=detail, at=desk.now())


def _tell_of_cases(desk: Desk, session: Session, request: DataRequest) -> None:
    """That the deletion waits until a case is settled."""
    if request.chat is None:
        return
    numbers = ", ".join(str(case.number) for case in deleting.open_cases(session, request.person))
    _say(desk, session, request.chat, "mydata.waits_for_case", numbers=numbers)


def _say(desk: Desk, session: Session, chat: Chat, name: str, /, **values: object) -> Message:
    last = conversations.latest(session, chat)
    language = language_for(chat, last)
    conversation = conversation_for(session, chat, last, language, desk.now(), "data")
    keep = Choice("data_keep", desk.texts.say("button.data_keep", language))
    told = Utterance.plain(desk.texts.say(name, language, **values), choices=[keep])
    return conversations.say(session, conversation, told, desk.now())


def _way_to_tell(session: Session, request: DataRequest) -> tuple[str, str, Language] | None:
    """Channel, address and language of the chat in which the person is told that they are forgotten.

    None where there is none: who asked in writing is answered in writing, and the web chat of somebody who was signed
    in is theirs no more.
    """
    chat = request.chat
    if chat is None or chat.is_forgotten or ":" in chat.address:
        return None
    return chat.channel, chat.address, language_for(chat, conversations.latest(session, chat))


def _say_farewell(desk: Desk, session: Session, channel: str, address: str, language: Language) -> None:
    """Tell it in a chat of somebody of whom nothing is known."""
    now = desk.now()
    nobody = Person(created_at=now)
    chat = Chat(channel=channel, address=address, person=nobody, language_hint=language, created_at=now)
    session.add(chat)
    session.flush()
    conversation = conversation_for(session, chat, None, language, now, "data")
    conversations.say(session, conversation, Utterance.plain(desk.texts.say("mydata.deleted", language)), now)
    session.add(Farewell(chat_id=chat.id, at=now))
    session.flush()


def _send(desk: Desk, session: Session, request: DataRequest, chat: Chat, copy: Copy) -> None:
    """Send the copy as two files: one for programs, one to read."""
    last = conversations.latest(session, chat)
    language = language_for(chat, last)
    conversation = conversation_for(session, chat, last, language, desk.now(), "data")
    files = [_file(desk, session, position, *file) for position, file in enumerate(copy.files)]
    text = desk.texts.say("mydata.sent", language, days=desk.rules.privacy.time_of("exports").days)
    message = conversations.say(session, conversation, Utterance.plain(text), desk.now())
    for file in files:
        file.message_order = message.order_no
    message.content = content_of(text, files, language)
    request.message_order, request.found = message.order_no, copy.found
    _settle(desk, request, RequestState.DONE)
    _record(desk, session, request, "exported")
    session.flush()


def _file(desk: Desk, session: Session, position: int, name: str, media_type: str, data: bytes) -> Attachment:
    """A file of the desk's own making: it is not one of the kinds that people may send."""
    digest = hashlib.sha256(data).hexdigest()
    if session.get(FileContent, digest) is None:
        try:
            with session.begin_nested():
                session.add(FileContent(sha256=digest, data=data))
        except IntegrityError:  # another transaction kept the same bytes in this moment
            pass
    file = Attachment(
        id=new_id(), position=position, sha256=digest, name=name, media_type=media_type, size=len(data), at=desk.now()
    )
    session.add(file)
    session.flush()
    return file
