"""What people sent and the desk could not work on: listed for the administrator, who may have it taken up again."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.audit.service import record_act
from desk.conversations.model import CHANNELS, OPEN, InboxUpdate, Message
from desk.desk import Desk
from desk.enquiries.model import Enquiry
from desk.people.model import Officer, Role
from desk.units import service as units


class NotTakenUp(ValueError):
    """The update cannot be taken up again; ``reason`` names the text that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def listed(session: Session, *, limit: int) -> list[InboxUpdate]:
    """What was set aside as failed, the newest first."""
    failed = select(InboxUpdate).where(InboxUpdate.channel.in_(CHANNELS), InboxUpdate.state == "failed")
    return list(session.scalars(failed.order_by(InboxUpdate.id.desc()).limit(limit)))


def may_be_taken_up(update: InboxUpdate) -> bool:
    """Whether another attempt is possible: not where the words were forgotten after their time."""
    return update.state == "failed" and bool(update.body)


def take_up(desk: Desk, session: Session, update_id: int, by: Officer | None) -> None:
    """Have it worked on once more, after all that waits in its chat; ``by`` None is the operator at the machine.

    Raises NotTakenUp.
    """
    if by is not None and not by.may(units.department(session), Role.ADMINISTRATOR):
        raise NotTakenUp("page.set_aside.not_yours")
    update = session.scalar(select(InboxUpdate).where(InboxUpdate.id == update_id).with_for_update())
    if update is None or update.state != "failed":
        raise NotTakenUp("page.set_aside.not_failed")
    if not may_be_taken_up(update):
        raise NotTakenUp("page.set_aside.forgotten")
    error, attempts = update.result, update.attempts
    update.position = _end_of_its_chat(session, update)
    update.state, update.attempts, update.result = "stored", 0, None
    update.next_attempt_at, update.finished_at = None, None
    _forget_the_failure(session, update)
    record_act(
        session,
        actor=by.actor if by is not None else "operator",
        act="inbox.taken_up",
        subject=str(update_id),
        detail={"update": update_id, "error": error, "attempts": attempts},
        at=desk.now(),
    )


def _end_of_its_chat(session: Session, update: InboxUpdate) -> int:
    """A place after all that is unfinished there; they leave one between each other."""
    last = session.scalar(
        select(func.max(InboxUpdate.position)).where(
            InboxUpdate.channel == update.channel,
            InboxUpdate.chat_address == update.chat_address,
            InboxUpdate.state.in_(OPEN),
        )
    )
    return update.position if last is None else max(update.position, last + 1)


def _forget_the_failure(session: Session, update: InboxUpdate) -> None:
    """That the question could not be worked on was kept as its answer, and would stay so."""
    message = select(Message.id).where(Message.update_id == update.id).scalar_subquery()
    failure = delete(Enquiry).where(
        Enquiry.id == message, Enquiry.outcome == Outcome.ERROR_STORE.value, Enquiry.feedback.is_(None)
    )
    session.execute(failure.execution_options(synchronize_session=False))
