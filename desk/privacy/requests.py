"""What persons ask for about their data: asked, confirmed, withdrawn, approved by a second officer.

Deleting is not done here: the clock carries out what is confirmed (desk/privacy/carrying_out.py).
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.conversations.model import Chat, Person
from desk.desk import Desk
from desk.people.model import Officer
from desk.privacy import deleting
from desk.privacy.holds import LENGTH, may_answer_for
from desk.privacy.known_names import masked_words
from desk.privacy.model import DataRequest, RequestKind, RequestState
from desk.working_time.hours import begin_of

#: A deletion is confirmed within this time, or asked for again.
CONFIRMED_WITHIN = dt.timedelta(minutes=10)
#: So often a person's data are put together for them within a day.
EXPORTS_A_DAY = 3
_DAY = dt.timedelta(days=1)
_OPEN = (RequestState.ASKED, RequestState.CONFIRMED)


class DataRefused(Exception):
    """The act is not possible, or not to this officer; ``reason`` names a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def ask_for_export(desk: Desk, session: Session, chat: Chat) -> DataRequest:
    """The person wants their data, in this chat; raises DataRefused."""
    person = chat.person
    _lock(session, person)
    if confirmed(session, person, RequestKind.DELETE) is not None:
        raise DataRefused("mydata.refused.being_deleted")
    if confirmed(session, person, RequestKind.EXPORT) is not None:
        raise DataRefused("mydata.refused.being_made")
    _must_not_be_too_often(session, person, desk.now())
    request = _new(desk, session, person, RequestKind.EXPORT, RequestState.CONFIRMED, "person", chat=chat)
    _record(desk, session, request, "export_asked", "person")
    return request


def ask_for_deletion(desk: Desk, session: Session, chat: Chat) -> DataRequest:
    """The person wants their data deleted, and has yet to confirm it in this chat; raises DataRefused."""
    person = chat.person
    _lock(session, person)
    if deleting.is_officer(session, person):
        raise DataRefused("mydata.refused.officer")
    if confirmed(session, person, RequestKind.DELETE) is not None:
        raise DataRefused("mydata.refused.being_deleted")
    before = DataRequest.person_id == person.id, DataRequest.asked_by == "person"
    asked = *before, DataRequest.state == RequestState.ASKED, DataRequest.kind == RequestKind.DELETE
    _settle(session, desk.now(), RequestState.WITHDRAWN, *asked)
    return _new(desk, session, person, RequestKind.DELETE, RequestState.ASKED, "person", chat=chat)


def confirm(desk: Desk, session: Session, request_id: str, chat: Chat) -> DataRequest:
    """The person confirms in the chat where they asked, once and soon; raises DataRefused."""
    request = session.get(DataRequest, request_id)
    if request is None or request.chat_id != chat.id or request.asked_by != "person":
        raise DataRefused("mydata.refused.not_yours")
    if request.state is RequestState.CONFIRMED or request.state is RequestState.DONE:
        return request
    if request.state is not RequestState.ASKED or desk.now() >= request.asked_at + CONFIRMED_WITHIN:
        raise DataRefused("mydata.refused.too_late")
    _lock(session, request.person)
    if deleting.is_officer(session, request.person):
        raise DataRefused("mydata.refused.officer")
    _confirm(desk, session, request, "person")
    return request


def delete_own(desk: Desk, session: Session, person: Person, chat: Chat | None) -> DataRequest:
    """The person wants it on the web, where the page asked whether they are sure; raises DataRefused.

    They are told in their Telegram chat, where they have one, else in this chat.
    """
    telegram = [each for each in deleting.chats_of(session, person) if each.channel == "telegram"]
    _lock(session, person)
    if deleting.is_officer(session, person):
        raise DataRefused("mydata.refused.officer")
    if confirmed(session, person, RequestKind.DELETE) is not None:
        raise DataRefused("mydata.refused.being_deleted")
    where = telegram[0] if telegram else chat
    request = _new(desk, session, person, RequestKind.DELETE, RequestState.ASKED, "person", chat=where)
    _confirm(desk, session, request, "person")
    return request


def deleted_since(session: Session, first: dt.date) -> list[tuple[str, dt.datetime]]:
    """The ids of those who were deleted on a day or after it, with the moments; the oldest first."""
    done = DataRequest.kind == RequestKind.DELETE, DataRequest.state == RequestState.DONE
    query = select(DataRequest.person_id, DataRequest.settled_at).where(
        *done, DataRequest.settled_at >= begin_of(first)
    )
    return [(person, at) for person, at in session.execute(query.order_by(DataRequest.settled_at)) if at is not None]


def delete_again(desk: Desk, session: Session, person_id: str) -> bool:
    """A restored backup brought somebody back who had been deleted; False where it did not."""
    person = session.get(Person, person_id)
    if person is None or not deleting.chats_of(session, person):
        return False
    if confirmed(session, person, RequestKind.DELETE) is None:
        request = _new(desk, session, person, RequestKind.DELETE, RequestState.CONFIRMED, "operator")
        _record(desk, session, request, "deletion_confirmed", "operator")
    return True


def withdraw(desk: Desk, session: Session, person: Person) -> bool:
    """The person does not want their data deleted after all; False where nothing is to be deleted any more."""
    theirs = DataRequest.person_id == person.id, DataRequest.kind == RequestKind.DELETE
    open_ones = DataRequest.state.in_(_OPEN)
    withdrawn = _settle(session, desk.now(), RequestState.WITHDRAWN, *theirs, open_ones)
    for request in withdrawn:
        _record(desk, session, request, "deletion_withdrawn", "person")
    return bool(withdrawn)


def ask_for(desk: Desk, session: Session, person: Person, officer: Officer, reason: str) -> DataRequest:
    """An officer asks to delete the data of a person who wants it by other means; another one approves.

    ``reason`` says who asked, how, and how it is known that it is them. Raises DataRefused.
    """
    given = _may_act(session, person, officer, reason)
    _lock(session, person)
    if deleting.is_officer(session, person):
        raise DataRefused("mydata.refused.officer_of_staff")
    if next(iter(open_of(session, person, RequestKind.DELETE)), None) is not None:
        raise DataRefused("mydata.refused.asked_already")
    request = _new(desk, session, person, RequestKind.DELETE, RequestState.ASKED, officer.actor, reason=given)
    _record(desk, session, request, "deletion_asked", officer.actor, given)
    return request


def approve(desk: Desk, session: Session, request: DataRequest, officer: Officer) -> None:
    """A second officer agrees that the data are deleted; raises DataRefused."""
    _must_settle(session, request, officer)
    if request.asked_by == officer.actor:
        raise DataRefused("mydata.refused.four_eyes")
    _lock(session, request.person)
    _confirm(desk, session, request, officer.actor)


def refuse(desk: Desk, session: Session, request: DataRequest, officer: Officer, reason: str) -> None:
    """An officer finds that it is not to be done; raises DataRefused."""
    _must_settle(session, request, officer)
    if not reason.strip():
        raise DataRefused("hold.refused.reason_missing")
    given = reason.strip()[:LENGTH]
    request.state, request.settled_at, request.confirmed_by = RequestState.REFUSED, desk.now(), officer.actor
    session.flush()
    _record(desk, session, request, "deletion_refused", officer.actor, given)


def note_export_for(desk: Desk, session: Session, person: Person, officer: Officer, reason: str) -> None:
    """An officer is to get the data of a person who asked for them by other means; raises DataRefused.

    What they get is exporting.of_person, put together afterwards with no lock held.
    """
    _note_export(desk, session, person, officer.actor, _may_act(session, person, officer, reason))


def note_export_to(desk: Desk, session: Session, person: Person) -> None:
    """The person is to download their data on the web, where they are signed in; raises DataRefused."""
    _lock(session, person)
    if confirmed(session, person, RequestKind.DELETE) is not None:
        raise DataRefused("mydata.refused.being_deleted")
    _must_not_be_too_often(session, person, desk.now())
    _note_export(desk, session, person, "person", "")


def confirmed(session: Session, person: Person, kind: RequestKind) -> DataRequest | None:
    """What is still to be carried out."""
    return session.scalar(
        select(DataRequest).where(
            DataRequest.person_id == person.id,
            DataRequest.kind == kind,
            DataRequest.state == RequestState.CONFIRMED,
        )
    )


def open_of(session: Session, person: Person, kind: RequestKind) -> list[DataRequest]:
    """What is asked for and not settled; a person's own that was never confirmed is over after its time."""
    query = select(DataRequest).where(
        DataRequest.person_id == person.id, DataRequest.kind == kind, DataRequest.settled_at.is_(None)
    )
    return [each for each in session.scalars(query) if each.asked_by != "person" or each.confirmed_at is not None]


def listed(session: Session, officer: Officer | None, *, settled: bool = False, limit: int = 200) -> list[DataRequest]:
    """Requests that wait, the oldest first, or those that are settled, the newest first; of the officer's units."""
    query = select(DataRequest).limit(limit)
    if settled:
        query = query.where(DataRequest.settled_at.is_not(None)).order_by(DataRequest.settled_at.desc())
    else:
        by_staff = DataRequest.asked_by != "person"
        waits = (DataRequest.state == RequestState.CONFIRMED) | by_staff
        query = query.where(DataRequest.settled_at.is_(None), waits).order_by(DataRequest.asked_at)
    found = list(session.scalars(query))
    return [each for each in found if officer is None or may_answer_for(session, each.person, officer)]


def _note_export(desk: Desk, session: Session, person: Person, by: str, reason: str) -> None:
    request = _new(desk, session, person, RequestKind.EXPORT, RequestState.DONE, by, reason=reason)
    _record(desk, session, request, "exported", by, reason)


def _new(
    desk: Desk,
    session: Session,
    person: Person,
    kind: RequestKind,
    state: RequestState,
    by: str,
    *,
    chat: Chat | None = None,
    reason: str = "",
) -> DataRequest:
    now = desk.now()
    request = DataRequest(
        person_id=person.id,
        chat_id=chat.id if chat is not None else None,
        kind=kind,
        state=state,
        asked_by=by,
        reason=reason,
        asked_at=now,
        confirmed_by=by if state is not RequestState.ASKED else None,
        confirmed_at=now if state is not RequestState.ASKED else None,
        settled_at=now if state is RequestState.DONE else None,
        found={},
    )
    session.add(request)
    session.flush()
    return request


def _confirm(desk: Desk, session: Session, request: DataRequest, by: str) -> None:
    """Of two who confirm at once, or of two requests, one is carried out."""
    try:
        with session.begin_nested():
            request.state, request.confirmed_by, request.confirmed_at = RequestState.CONFIRMED, by, desk.now()
            session.flush()
    except IntegrityError as twice:
        raise DataRefused("mydata.refused.being_deleted") from twice
    _record(desk, session, request, "deletion_confirmed", by)


def _settle(session: Session, at: dt.datetime, state: RequestState, *which: ColumnElement[bool]) -> list[DataRequest]:
    settling = update(DataRequest).where(*which).values(state=state, settled_at=at, waits_for=None)
    settled = session.scalars(settling.returning(DataRequest.id)).all()
    session.expire_all()
    return list(session.scalars(select(DataRequest).where(DataRequest.id.in_(settled))))


def _lock(session: Session, person: Person) -> None:
    """One after the other: two presses of a button at once are one request."""
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())


def _must_not_be_too_often(session: Session, person: Person, at: dt.datetime) -> None:
    lately = select(func.count()).where(
        DataRequest.person_id == person.id,
        DataRequest.kind == RequestKind.EXPORT,
        DataRequest.asked_by == "person",
        DataRequest.asked_at > at - _DAY,
    )
    if (session.scalar(lately) or 0) >= EXPORTS_A_DAY:
        raise DataRefused("mydata.refused.too_often")


def _may_act(session: Session, person: Person, officer: Officer, reason: str) -> str:
    if not may_answer_for(session, person, officer):
        raise DataRefused("hold.refused.not_yours")
    if not reason.strip():
        raise DataRefused("hold.refused.reason_missing")
    return reason.strip()[:LENGTH]


def _must_settle(session: Session, request: DataRequest, officer: Officer) -> None:
    locked = session.scalar(select(DataRequest.state).where(DataRequest.id == request.id).with_for_update())
    if not may_answer_for(session, request.person, officer):
        raise DataRefused("hold.refused.not_yours")
    if locked != RequestState.ASKED or request.state is not RequestState.ASKED or request.asked_by == "person":
        raise DataRefused("mydata.refused.settled_already")


def _record(desk: Desk, session: Session, request: DataRequest, act: str, actor: str, reason: str = "") -> None:
    """The audit stays when the person is forgotten: a reason is kept there without what tells who it is."""
    told = {"reason": masked_words(desk.texts, session, reason, request.person_id, "vi")} if reason else {}
    detail = {"request": request.id, **told}
    record_act(session, actor=actor, act=f"data.{act}", subject=request.person_id, detail=detail, at=desk.now())
