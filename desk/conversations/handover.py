"""Handing a turn over to the dialogue and recording what comes back, so that a crash between them loses nothing."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy.orm import Session

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
    """What the second transaction leaves to be handed to the dialogue: a text, or an intent with its slots.

    ``in_form``: the text answers a question of the case form. ``again_for`` are the enquiry ids under which the same
    was handed over before, in vain; ``since`` when this was left, in seconds since 1970.
    """

    conversation_id: str
    enquiry_id: str
    text: str = ""
    intent: str = ""
    slots: dict[str, str] | None = None
    in_form: bool = False
    again_for: Sequence[str] = ()
    since: float = 0.0

    @property
    def needs_dialogue(self) -> bool:
        """Whether nobody but the dialogue can carry it out: an open form's answer, or a button of the form."""
        return self.in_form or bool(self.intent)


def leave(session: Session, update_id: int, waiting: ForDialogue, at: dt.datetime) -> ForDialogue:
    """Keep what is to be handed over, before it is; returns it as it is kept."""
    kept = replace(waiting, since=at.timestamp())
    session.get_one(InboxUpdate, update_id).handed_over = asdict(kept)
    return kept


def left_before(desk: Desk, update_id: int) -> ForDialogue | None:
    """What an earlier attempt left for the dialogue: the routing of then stands, whatever happened since."""
    with desk.store.reading() as session:
        handed_over = session.get_one(InboxUpdate, update_id).handed_over
    return ForDialogue(**handed_over) if handed_over else None


def ask(desk: Desk, waiting: ForDialogue, *, again: bool) -> Sequence[DialogueReply] | None:
    """The dialogue's replies; None while it is away. What it has seen before is not handed to it a second time.

    They are empty where it has seen this before and nothing is left of what it replied.

    Call it with no transaction open.
    """
    dialogue = desk.dialogue
    try:
        if again and dialogue.took(waiting.conversation_id, waiting.enquiry_id):
            return _replayed(desk, waiting)
        if any(dialogue.took(waiting.conversation_id, before) for before in waiting.again_for):
            replayed = _replayed(desk, waiting)
            if replayed:
                return replayed
        if waiting.intent:
            replies = dialogue.trigger(waiting.conversation_id, waiting.enquiry_id, waiting.intent, waiting.slots)
        else:
            replies = dialogue.say(waiting.conversation_id, waiting.enquiry_id, waiting.text)
    except DialogueUnavailable as error:
        log.warning("dialogue failed for enquiry %s: %s", waiting.enquiry_id, error)
        return None
    return replies or None


def _replayed(desk: Desk, waiting: ForDialogue) -> Sequence[DialogueReply]:
    """What the acts stored before the crash, else the form's last question; empty where there is neither."""
    with desk.store.reading() as session:
        acts = [DialogueReply(act=act) for act in enquiries.acts_done(session, waiting.enquiry_id)]
        conversation = session.get_one(Conversation, waiting.conversation_id)
        if acts:
            return acts
        if conversation.awaiting == "form":
            return [DialogueReply(text=f"{named.FORM_QUESTION}{conversation.awaiting_argument}")]
    return []


def record(turn: Turn, replies: Sequence[DialogueReply]) -> None:
    """Put the dialogue's replies into words and on their way."""
    tell_if_cut(turn)
    for reply in replies:
        if reply.act is not None:
            for said in enquiries.act_result(turn.session, turn.message.id, reply.act) or ():
                turn.say(said)
        elif reply.text is not None:
            named.say_named(turn, reply.text)
            if reply.text == named.GOODBYE:
                return  # what may follow is the question of the form that has just been left
    _tell_if_the_form_is_gone(turn, replies)


def _tell_if_the_form_is_gone(turn: Turn, replies: Sequence[DialogueReply]) -> None:
    """Inside its form the dialogue ends every turn with a question of the form.

    Where it does not, it has lost the form, and the person must not go on answering it.
    """
    asked = any(reply.text is not None and reply.text.startswith(named.FORM_QUESTION) for reply in replies)
    if asked or not conversations.is_awaiting(turn.conversation, "form", turn.now):
        return
    conversations.awaits(turn.conversation, None)
    enquiry_id = turn.conversation.escalating or turn.message.id
    turn.say_text("degraded.form_gone", [turn.choice("send_as_is", enquiry_id), turn.choice("add_details", enquiry_id)])


def tell_if_cut(turn: Turn) -> None:
    """Tell the person where their text was too long to be kept whole."""
    if len(turn.incoming.text) > conversations.TEXT_KEPT:
        turn.say_text("bad_input.too_long", length=conversations.TEXT_KEPT)
