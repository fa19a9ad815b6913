"""One update from a door to the desk's replies: stored before, two transactions, nothing open between them."""

from __future__ import annotations

import logging
from functools import partial

from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.cases.alike import chat as alike_chat
from desk.conversations import claimed, handover, without_dialogue
from desk.conversations.arriving import begin, look_ahead
from desk.conversations.beforehand import Beforehand
from desk.conversations.carrying_out import act
from desk.conversations.claimed import Claim
from desk.conversations.incoming import Incoming
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.observing import about, note, timed
from desk.questionnaires import chat as questionnaires

log = logging.getLogger(__name__)


def exchange(desk: Desk, update_id: int, incoming: Incoming, claim: Claim | None = None) -> str:
    """Work on a claimed update until its effects and replies are in the store; returns the conversation's id.

    Doing it again after a crash at any point has no second effect. While the dialogue is away, what only it can carry
    out is left for another attempt: then nothing has been said when this returns. With its ``claim``, nothing is done
    for an update that another has taken over meanwhile: raises Overtaken.
    """
    with about(update=update_id), timed(partial(_tell, desk, incoming.channel)):
        return _exchange(desk, update_id, incoming, claim)


def _tell(desk: Desk, channel: str, seconds: float, error: BaseException | None) -> None:
    result = "done" if error is None else "overtaken" if isinstance(error, claimed.Overtaken) else "failed"
    desk.observer.exchanged(channel, result, seconds)
    if error is None:
        log.info("worked on an update of %s in %.0f ms", channel, seconds * 1000)


def _exchange(desk: Desk, update_id: int, incoming: Incoming, claim: Claim | None) -> str:
    left = handover.left_before(desk, update_id, claim)
    waiting, may_be_officer, left_by = left, True, None
    if waiting is None:
        situation = look_ahead(desk, incoming)
        alike = alike_chat.look_ahead(desk, incoming) if situation.may_be_officer else None
        with desk.store.writing() as session:
            if claim is not None:
                claimed.hold(session, claim)
            turn = begin(desk, session, update_id, incoming, may_be_officer=situation.may_be_officer)
            turn.alike = alike
            waiting = act(turn, situation)
            if waiting is None:
                claimed.finish(session, update_id, "handled", desk.now())
                return turn.conversation.id
            waiting = handover.leave(session, update_id, waiting, desk.now())
            may_be_officer, left_by = turn.officer is not None, turn
    note(enquiry=waiting.enquiry_id)
    answers = Beforehand(desk, waiting, left_by)
    replies = handover.ask(desk, waiting, again=left is not None)
    worked_out = answers.wanted(replies)
    with desk.store.writing() as session:
        _hold(session, update_id, claim)
        if replies is None and without_dialogue.may_wait(desk, session, update_id, waiting):
            claimed.wait(session, update_id, without_dialogue.WAITS, desk.now())
            return waiting.conversation_id
        turn = begin(desk, session, update_id, incoming, may_be_officer=may_be_officer)
        if replies:
            handover.record(turn, replies, worked_out)
            result = "dialogue"
        else:
            result = without_dialogue.record(turn, waiting, worked_out, is_away=replies is None)
        claimed.finish(session, update_id, result, desk.now())
    return waiting.conversation_id


def _hold(session: Session, update_id: int, claim: Claim | None) -> None:
    """Lock the update: with a claim where it is still in these hands, else where it is not settled yet."""
    if claim is not None:
        claimed.hold(session, claim)
    else:
        claimed.hold_open(session, update_id)


def give_up(desk: Desk, update_id: int, incoming: Incoming | None, error: str, claim: Claim | None = None) -> None:
    """An attempt failed: leave the update for another, and after the last tell the person.

    With its ``claim``, an update that another has taken over meanwhile is left alone.
    """
    with about(update=update_id):
        _give_up(desk, update_id, incoming, error, claim)


def _give_up(desk: Desk, update_id: int, incoming: Incoming | None, error: str, claim: Claim | None) -> None:
    with desk.store.writing() as session:
        if claimed.put_back(session, update_id, error, desk.now(), claim) or incoming is None:
            return
    # Set aside for good before the person is told: were telling them to fail too, it would hold up their chat forever.
    with desk.store.writing() as session:
        turn = begin(desk, session, update_id, incoming)
        if questionnaires.failed(turn):
            return
        enquiries.keep_failure(session, turn.message, Outcome.ERROR_STORE, turn.language, desk)
        turn.say_text("outcome.error_store", [turn.choice("ask_officer", turn.message.id)])
