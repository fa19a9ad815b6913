"""Handing a turn over to the dialogue and recording what comes back, so that a crash between them loses nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.conversations import named
from desk.conversations import service as conversations
from desk.conversations.model import InboxUpdate
from desk.conversations.turn import Turn
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.ports import Dialogue, DialogueReply, DialogueUnavailable

log = logging.getLogger(__name__)

#: Seconds until a message is handed over again that the dialogue took and did not keep.
PAUSES = (0.3, 1.0)


@dataclass(frozen=True)
class ForDialogue:
    """What the second transaction leaves to be handed to the dialogue: a text, or an intent with its slots.

    ``answers`` is the field of the form for which the person was asked last; None while no form is open.
    """

    conversation_id: str
    enquiry_id: str
    text: str = ""
    intent: str = ""
    slots: dict[str, str] | None = None
    answers: str | None = None

    @property
    def concerns_form(self) -> bool:
        """Whether a form is open, or a button of one was pressed."""
        return self.answers is not None or bool(self.intent)


def leave(session: Session, update_id: int, waiting: ForDialogue) -> None:
    """Keep what is to be handed over, before it is."""
    session.get_one(InboxUpdate, update_id).handed_over = asdict(waiting)


def left_before(desk: Desk, update_id: int) -> ForDialogue | None:
    """What an earlier attempt left for the dialogue: the routing of then stands, whatever happened since."""
    with desk.store.reading() as session:
        handed_over = session.get_one(InboxUpdate, update_id).handed_over
    return ForDialogue(**handed_over) if handed_over else None


def ask(desk: Desk, waiting: ForDialogue, *, again: bool) -> Sequence[DialogueReply] | None:
    """The dialogue's replies; None when it failed. What it has kept before is not handed to it a second time.

    Raises DialogueUnavailable where a form is concerned: whether it went on is not known before the dialogue is back,
    so the update is left for another attempt.
    """
    replies: Sequence[DialogueReply] = ()
    try:
        replies = _replies(desk.dialogue, waiting, again=again)
    except DialogueUnavailable as error:
        log.warning("dialogue failed for enquiry %s: %s", waiting.enquiry_id, error)
        if waiting.concerns_form:
            raise
    if replies:
        return replies
    # An act that was done is told, whatever became of the dialogue that asked for it.
    with desk.store.reading() as session:
        return [DialogueReply(act=act) for act in enquiries.acts_done(session, waiting.enquiry_id)] or None


def _replies(dialogue: Dialogue, waiting: ForDialogue, *, again: bool) -> Sequence[DialogueReply]:
    """What the dialogue says to it, and has kept wherever a form is concerned; raises DialogueUnavailable."""
    for pause in (*PAUSES, None):
        try:
            if again and (kept := _kept(dialogue, waiting)) is not None:
                return kept
            replies = _hand_over(dialogue, waiting)
            if not _must_be_kept(waiting, replies):
                return replies
            if (kept := _kept(dialogue, waiting)) is not None:
                return kept
            log.warning("the dialogue did not keep enquiry %s", waiting.enquiry_id)
        except DialogueUnavailable:
            # Another server may know what this one was about to say; without a form the person just asks again.
            if pause is None or not waiting.concerns_form:
                raise
        if pause is not None:
            time.sleep(pause)
        again = True
    raise DialogueUnavailable("it does not keep what it is told")


def _hand_over(dialogue: Dialogue, waiting: ForDialogue) -> Sequence[DialogueReply]:
    conversation, enquiry, answers = waiting.conversation_id, waiting.enquiry_id, waiting.answers
    if waiting.intent:
        return dialogue.trigger(conversation, enquiry, waiting.intent, waiting.slots, answers=answers)
    return dialogue.say(conversation, enquiry, waiting.text, answers=answers)


def _kept(dialogue: Dialogue, waiting: ForDialogue) -> Sequence[DialogueReply] | None:
    # While a form is open something has been kept before.
    begun = waiting.answers is not None
    return dialogue.replies_to(waiting.conversation_id, waiting.enquiry_id, begun=begun)


def _must_be_kept(waiting: ForDialogue, replies: Sequence[DialogueReply]) -> bool:
    """Whether the next message depends on it: a form was open, or is now."""
    return waiting.concerns_form or any((reply.text or "").startswith(named.FORM_QUESTION) for reply in replies)


def record(turn: Turn, replies: Sequence[DialogueReply] | None) -> None:
    """Put the dialogue's replies into words and on their way."""
    if replies is None:
        enquiries.keep_failure(turn.session, turn.message, Outcome.ERROR_DIALOGUE, turn.language, turn.desk)
        turn.say_text("outcome.error_dialogue", [turn.choice("ask_officer", turn.message.id)])
        return
    if len(turn.incoming.text) > conversations.TEXT_KEPT:
        turn.say_text("bad_input.too_long", length=conversations.TEXT_KEPT)
    for reply in replies:
        if reply.act is not None:
            for said in enquiries.act_result(turn.session, turn.message.id, reply.act) or ():
                turn.say(said)
        elif reply.text is not None:
            named.say_named(turn, reply.text)
            if reply.text == named.GOODBYE:
                return  # what may follow is the question of the form that has just been left
