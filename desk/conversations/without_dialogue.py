"""A turn that the dialogue does not carry out, because it is away: the desk answers itself, or says what waits.

``InboxUpdate.result`` tells how a turn ended: ``dialogue``; ``dialogue_act``, where only the dialogue's answer was lost
and its action had done its work; ``direct``, where the desk did without it; ``dialogue_failed``, where it could not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.conversations import handover, named
from desk.conversations import service as conversations
from desk.conversations.handover import ForDialogue
from desk.conversations.model import Button, InboxUpdate, Message
from desk.conversations.turn import Turn
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.enquiries.service import WorkedOut
from desk.guidance.record import LANGUAGES

TRY_AGAIN = "form_again"
#: Why an update waits for another attempt, in the place of its result.
WAITS = "dialogue_away"
#: What only the dialogue can carry out is tried so often, and so long, before the person is told: a restart takes ten
#: to twenty seconds. Who was told already is not kept waiting again.
ATTEMPTS, ATTEMPTS_WHEN_TOLD = 5, 2
WITHIN = dt.timedelta(seconds=45)


def may_wait(desk: Desk, session: Session, update_id: int, waiting: ForDialogue) -> bool:
    """Whether the turn is better left for another attempt than told to have failed."""
    if not waiting.needs_dialogue or enquiries.acts_done(session, waiting.enquiry_id):
        return False
    is_told = _was_said(desk, session, waiting.conversation_id, "degraded.form_waits")
    attempts = session.get_one(InboxUpdate, update_id).attempts
    waited = desk.now() - dt.datetime.fromtimestamp(waiting.since, dt.UTC)
    return attempts < (ATTEMPTS_WHEN_TOLD if is_told else ATTEMPTS) and waited < WITHIN


def record(turn: Turn, waiting: ForDialogue, worked_out: WorkedOut | None, *, is_away: bool) -> str:
    """Say what can be said without the dialogue; returns the result of the update."""
    handover.tell_if_cut(turn)
    if acts := enquiries.acts_done(turn.session, turn.message.id):
        _say_done(turn, acts)
        if waiting.needs_dialogue and is_away and not conversations.is_awaiting(turn.conversation, "form", turn.now):
            # The act has closed the form, of which the dialogue may know nothing: what follows is not for it.
            conversations.end(turn.session, turn.conversation, "form_left", turn.now)
        return "dialogue_act"
    if waiting.needs_dialogue:
        enquiries.keep_failure(turn.session, turn.message, Outcome.ERROR_DIALOGUE, turn.language, turn.desk)
        if is_away:
            _tell_what_waits(turn)
        else:
            handover.tell_that_the_form_is_gone(turn)
        return "dialogue_failed"
    small_talk = turn.desk.rules.small_talk.named(waiting.text)
    if worked_out is not None:
        handover.say_answers(turn, worked_out)
    elif small_talk is not None:
        named.say_named(turn, small_talk)
    if is_away and turn.conversation.ended_at is None:
        _tell_once(turn)
    return "direct"


def try_again(turn: Turn, button: Button) -> ForDialogue | None:
    """The button under what waited: the same is handed over once more, unless the dialogue has taken it since."""
    kept = turn.session.scalar(
        select(InboxUpdate.handed_over)
        .join(Message, Message.update_id == InboxUpdate.id)
        .where(Message.id == button.argument)
    )
    before = ForDialogue(**kept) if kept else None
    is_open = conversations.is_awaiting(turn.conversation, "form", turn.now)
    if before is None or before.conversation_id != turn.conversation.id or (before.answers is not None and not is_open):
        turn.say_text("small_talk.no_open_form")
        return None
    turn.message.text = before.text or turn.message.text
    return before.again(turn)


def form_leave(turn: Turn, _argument: str) -> None:
    """Leave the form without the dialogue.

    It still has the form open, so the conversation ends here: the next message begins one of which it knows nothing.
    """
    if not conversations.is_awaiting(turn.conversation, "form", turn.now):
        turn.say_text("small_talk.nothing_to_cancel")
        return
    turn.conversation.escalating = None
    turn.say_text("case.cancelled")
    conversations.end(turn.session, turn.conversation, "form_left", turn.now)


def _say_done(turn: Turn, acts: Sequence[str]) -> None:
    """Say what acts stored; inside the form its question comes again, as the dialogue would have it."""
    for act in acts:
        for said in enquiries.act_result(turn.session, turn.message.id, act) or ():
            turn.say(said)
    if conversations.is_awaiting(turn.conversation, "form", turn.now):
        named.say_named(turn, f"{named.FORM_QUESTION}{turn.conversation.awaiting_argument}")


def _tell_what_waits(turn: Turn) -> None:
    choices = [turn.choice(TRY_AGAIN, turn.message.id)]
    if turn.conversation.escalating is not None:
        choices.append(turn.choice("send_as_is", turn.conversation.escalating))
    if conversations.is_awaiting(turn.conversation, "form", turn.now):
        choices.append(turn.choice("form_leave"))
    turn.say_text("degraded.form_waits", choices)


def _tell_once(turn: Turn) -> None:
    """Say what waits, once in a conversation until the dialogue works there again."""
    if not _was_said(turn.desk, turn.session, turn.conversation.id, "degraded.commands_wait"):
        turn.say_text("degraded.commands_wait")


def _was_said(desk: Desk, session: Session, conversation_id: str, name: str) -> bool:
    """Whether the sentence was said in the conversation since the dialogue last worked there."""
    worked = (
        select(func.max(Message.order_no))
        .join(InboxUpdate, InboxUpdate.id == Message.update_id)
        .where(Message.conversation_id == conversation_id, InboxUpdate.result == "dialogue")
    )
    said = select(Message.id).where(
        Message.conversation_id == conversation_id,
        Message.author == "assistant",
        Message.text.in_([desk.texts.say(name, language) for language in LANGUAGES]),
        Message.order_no > func.coalesce(worked.scalar_subquery(), 0),
    )
    return session.scalar(said.limit(1)) is not None
