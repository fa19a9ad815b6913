"""Handing a turn over to the dialogue and recording what comes back, so that a crash between them loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.conversations import named
from desk.conversations import service as conversations
from desk.conversations.model import Conversation, InboxUpdate
from desk.conversations.turn import Turn
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.ports import DialogueReply, DialogueUnavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ForDialogue:
    """What the second transaction leaves to be handed to the dialogue: a text, or an intent with its slots."""

    conversation_id: str
    enquiry_id: str
    text: str = ""
    intent: str = ""
    slots: dict[str, str] | None = None


def leave(session: Session, update_id: int, waiting: ForDialogue) -> None:
    """Keep what is to be handed over, before it is."""
    session.get_one(InboxUpdate, update_id).handed_over = asdict(waiting)


def left_before(desk: Desk, update_id: int) -> ForDialogue | None:
    """What an earlier attempt left for the dialogue: the routing of then stands, whatever happened since."""
    with desk.store.reading() as session:
        handed_over = session.get_one(InboxUpdate, update_id).handed_over
    return ForDialogue(**handed_over) if handed_over else None


def ask(desk: Desk, waiting: ForDialogue, *, again: bool) -> Sequence[DialogueReply] | None:
    """The dialogue's replies; None when it failed. What it has seen before is not handed to it a second time."""
    dialogue = desk.dialogue
    try:
        if again and dialogue.took(waiting.conversation_id, waiting.enquiry_id):
            return _replayed(desk, waiting)
        if waiting.intent:
            replies = dialogue.trigger(waiting.conversation_id, waiting.enquiry_id, waiting.intent, waiting.slots)
        else:
            replies = dialogue.say(waiting.conversation_id, waiting.enquiry_id, waiting.text)
    except DialogueUnavailable as error:
        log.warning("dialogue failed for enquiry %s: %s", waiting.enquiry_id, error)
        return None
    return replies or None


def _replayed(desk: Desk, waiting: ForDialogue) -> Sequence[DialogueReply] | None:
    """What the acts stored before the crash, else the form's last question; None where there is neither."""
    with desk.store.reading() as session:
        acts = [DialogueReply(act=act) for act in enquiries.acts_done(session, waiting.enquiry_id)]
        conversation = session.get_one(Conversation, waiting.conversation_id)
        if acts:
            return acts
        if conversation.awaiting == "form":
            return [DialogueReply(text=f"{named.FORM_QUESTION}{conversation.awaiting_argument}")]
    return None


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
