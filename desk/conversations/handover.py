"""Handing a turn over to the dialogue and recording what comes back, so that a crash between them loses nothing."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from desk.cases import escalation
from desk.cases.fields import CASE_FIELDS, SKIPPED
from desk.conversations import claimed, dialogue_names, named
from desk.conversations import service as conversations
from desk.conversations.claimed import Claim
from desk.conversations.model import Conversation, InboxUpdate
from desk.conversations.turn import Turn
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.enquiries.service import WorkedOut
from desk.ports import Dialogue, DialogueReply, DialogueUnavailable

log = logging.getLogger(__name__)

#: Seconds until a message is handed over again that the dialogue took and did not keep.
PAUSES = (0.3, 1.0)
#: Put together once, for it is asked for every message.
_LEAVE = (
    update(InboxUpdate)
    .where(InboxUpdate.id == bindparam("update"))
    .values(handed_over=bindparam("told"))
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True)
class ForDialogue:
    """What the second transaction leaves to be handed to the dialogue: a text, or an intent with its slots.

    ``answers`` is the field of the form for which the person was asked last; None while no form is open. ``again_for``
    are the enquiry ids under which the same was handed over before, in vain; ``since`` when this was left, in seconds
    since 1970. ``known_as`` is the conversation's name there where that is not its id (dialogue_names.py).
    """

    conversation_id: str
    enquiry_id: str
    text: str = ""
    intent: str = ""
    slots: dict[str, str] | None = None
    answers: str | None = None
    again_for: Sequence[str] = ()
    since: float = 0.0
    known_as: str = ""

    @classmethod
    def of(cls, turn: Turn, *, text: str = "", intent: str = "", slots: dict[str, str] | None = None) -> ForDialogue:
        """What a turn hands over, to be counted as one."""
        conversation = turn.conversation
        asked_for = conversation.awaiting_argument if conversation.awaiting == "form" else None
        handed_over = cls(conversation.id, turn.message.id, text, intent, slots, asked_for)
        return replace(handed_over, known_as=_other_name(conversation))

    def again(self, turn: Turn) -> ForDialogue:
        """The same for the message of a later turn."""
        before = [*self.again_for, self.enquiry_id]
        name = _other_name(turn.conversation)
        return replace(self, enquiry_id=turn.message.id, again_for=before, known_as=name)

    @property
    def name(self) -> str:
        """By which the dialogue knows the conversation."""
        return self.known_as or self.conversation_id

    @property
    def needs_dialogue(self) -> bool:
        """Whether nobody but the dialogue can carry it out: an open form's answer, or a button of the form."""
        return self.answers is not None or bool(self.intent)


def leave(session: Session, update_id: int, waiting: ForDialogue, at: dt.datetime) -> ForDialogue:
    """Keep what is to be handed over, before it is; returns it as it is kept."""
    kept = replace(waiting, since=at.timestamp())
    told = {name: value for name, value in asdict(kept).items() if name != "known_as" or value}
    session.execute(_LEAVE, {"update": update_id, "told": told})
    return kept


def _other_name(conversation: Conversation) -> str:
    """The name for the next turn; empty where it is the conversation's id, which the release before this one knew."""
    name = dialogue_names.take_turn(conversation)
    return name if name != conversation.id else ""


def left_before(desk: Desk, update_id: int, claim: Claim | None) -> ForDialogue | None:
    """What an earlier attempt left for the dialogue: the routing of then stands, whatever happened since.

    Raises Overtaken where that attempt's update is not in these hands any more.
    """
    if claim is not None and not claim.is_begun:
        return None
    with desk.store.reading() as session:
        if claim is not None:
            claimed.must_hold(session, claim)
        handed_over = session.get_one(InboxUpdate, update_id).handed_over
    return ForDialogue(**handed_over) if handed_over else None


def ask(desk: Desk, waiting: ForDialogue, *, again: bool) -> Sequence[DialogueReply] | None:
    """The dialogue's replies; None while it is away. What it has kept before is not handed to it a second time.

    They are empty where it has kept this before, had nothing to say to it, and has no form open any more. Call it with
    no transaction open.
    """
    try:
        return _replies(desk, waiting, again=again)
    except DialogueUnavailable as error:
        log.warning("dialogue failed for enquiry %s: %s", waiting.enquiry_id, error)
        return None


def _replies(desk: Desk, waiting: ForDialogue, *, again: bool) -> Sequence[DialogueReply]:
    """What the dialogue says to it, and has kept wherever a form is concerned; raises DialogueUnavailable."""
    dialogue = desk.dialogue
    for pause in (*PAUSES, None):
        try:
            before = [*([waiting.enquiry_id] if again else []), *waiting.again_for]
            if (kept := _kept(desk, waiting, before)) is not None:
                return kept
            replies = _hand_over(dialogue, waiting)
            if not _must_be_kept(waiting, replies):
                return replies
            if (kept := _kept(desk, waiting, [waiting.enquiry_id])) is not None:
                return kept
            log.warning("the dialogue did not keep enquiry %s", waiting.enquiry_id)
        except DialogueUnavailable:
            # Another server may know what this one was about to say; without a form the desk answers by itself.
            if pause is None or not waiting.needs_dialogue:
                raise
        if pause is not None:
            time.sleep(pause)
        again = True
    raise DialogueUnavailable("it does not keep what it is told")


def _hand_over(dialogue: Dialogue, waiting: ForDialogue) -> Sequence[DialogueReply]:
    conversation, enquiry, answers = waiting.name, waiting.enquiry_id, waiting.answers
    if waiting.intent:
        replies = dialogue.trigger(conversation, enquiry, waiting.intent, waiting.slots, answers=answers)
    else:
        replies = dialogue.say(conversation, enquiry, waiting.text, answers=answers)
    if not replies:
        raise DialogueUnavailable("it said nothing")
    return replies


def _kept(desk: Desk, waiting: ForDialogue, enquiries_before: Sequence[str]) -> Sequence[DialogueReply] | None:
    """What it said under one of these ids, if it kept one; None where it is to be handed over."""
    # While a form is open something has been kept before.
    begun = waiting.answers is not None
    for enquiry in enquiries_before:
        kept = desk.dialogue.replies_to(waiting.name, enquiry, begun=begun)
        if kept:
            return kept
        if kept is not None:
            return _unsaid(desk, waiting)
    return None


def _unsaid(desk: Desk, waiting: ForDialogue) -> Sequence[DialogueReply] | None:
    """What follows where the dialogue took it and said nothing, because an action of it failed.

    Where its form stands as before, the same is handed over again. Where the form went on, it asks on. Where the form
    is filled in and only the case could not be opened, the desk opens it.
    """
    if not waiting.needs_dialogue:
        return []
    form = desk.dialogue.form_of(waiting.name)
    if form.asked is not None:
        return None if form.asked == waiting.answers else [DialogueReply(text=f"{named.FORM_QUESTION}{form.asked}")]
    if waiting.answers is None:  # the button that opens a form has opened none
        return None
    if not all(name in form.fields for name in CASE_FIELDS):
        return []
    filled = {name: value for name, value in form.fields.items() if value != SKIPPED}
    escalation.submit_form(desk, waiting.conversation_id, waiting.enquiry_id, filled)
    return [DialogueReply(act=escalation.OPEN_CASE)]


def _must_be_kept(waiting: ForDialogue, replies: Sequence[DialogueReply]) -> bool:
    """Whether the next message depends on it: a form was open, or is now."""
    return waiting.needs_dialogue or any((reply.text or "").startswith(named.FORM_QUESTION) for reply in replies)


def record(turn: Turn, replies: Sequence[DialogueReply], worked_out: WorkedOut | None) -> None:
    """Put the dialogue's replies into words and on their way; ``worked_out`` is the answer that one may ask for."""
    tell_if_cut(turn)
    for reply in replies:
        if reply.act == enquiries.ANSWER_ENQUIRY and worked_out is not None:
            say_answers(turn, worked_out)
            worked_out = None
        elif reply.act is not None:
            for said in enquiries.act_result(turn.session, turn.message.id, reply.act) or ():
                turn.say(said)
        elif reply.text is not None:
            named.say_named(turn, reply.text)
            if reply.text == named.GOODBYE:
                return  # what may follow is the question of the form that has just been left
    _tell_if_the_form_is_gone(turn, replies)


def say_answers(turn: Turn, worked_out: WorkedOut) -> None:
    """Keep the answers to the turn's message, and say them."""
    for said in enquiries.keep_answers(turn.desk, turn.session, turn.message, worked_out):
        turn.say(said)


def _tell_if_the_form_is_gone(turn: Turn, replies: Sequence[DialogueReply]) -> None:
    """Inside its form the dialogue ends every turn with a question of the form.

    Where it does not, it has lost the form, and the person must not go on answering it.
    """
    asked = any(reply.text is not None and reply.text.startswith(named.FORM_QUESTION) for reply in replies)
    if asked or not conversations.is_awaiting(turn.conversation, "form", turn.now):
        return
    tell_that_the_form_is_gone(turn)


def tell_that_the_form_is_gone(turn: Turn) -> None:
    """The dialogue has no form open: offer to begin anew, or to send the question without details."""
    conversations.awaits(turn.conversation, None)
    enquiry_id = turn.conversation.escalating or turn.message.id
    turn.say_text("degraded.form_gone", [turn.choice("send_as_is", enquiry_id), turn.choice("add_details", enquiry_id)])


def tell_if_cut(turn: Turn) -> None:
    """Tell the person where their text was too long to be kept whole."""
    if len(turn.incoming.text) > conversations.TEXT_KEPT:
        turn.say_text("bad_input.too_long", length=conversations.TEXT_KEPT)
