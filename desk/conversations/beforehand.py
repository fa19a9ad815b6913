"""The answer to a text is worked out while the dialogue reads it: mostly the dialogue says that one is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from desk import beside
from desk.conversations.handover import ForDialogue
from desk.conversations.turn import Turn
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.enquiries.service import ANSWER_ENQUIRY, WorkedOut
from desk.ports import DialogueReply


class Beforehand:
    """The answer to what waits for the dialogue. It keeps nothing, so what turns out not to be wanted is dropped."""

    def __init__(self, desk: Desk, waiting: ForDialogue, turn: Turn | None) -> None:
        """``turn`` is the one that left it; None where an earlier attempt did. Call it with no transaction open."""
        self._desk, self._waiting, self._turn = desk, waiting, turn
        # A form's answer, and what a person says out of politeness, ask for nothing.
        self._is_likely = not waiting.needs_dialogue and desk.rules.small_talk.named(waiting.text) is None
        self._begun = beside.begin(self._work_out) if self._is_likely else None

    def wanted(self, replies: Sequence[DialogueReply] | None) -> WorkedOut | None:
        """The answer, where the dialogue asks for it or has nothing to say; None where none is needed.

        None stands for an answer that is kept already, too. Call it with no transaction open.
        """
        asked_for = any(reply.act == ANSWER_ENQUIRY for reply in replies) if replies else self._is_likely
        if not asked_for:
            return None
        return self._begun.result() if self._begun is not None else self._work_out()

    def _work_out(self) -> WorkedOut | None:
        if self._turn is not None:
            return enquiries.work_out(self._desk, self._turn.conversation, self._turn.message)
        # The release before this one kept an answer before its update was done.
        if self._is_kept():
            return None
        return enquiries.work_out_by_ids(self._desk, self._waiting.conversation_id, self._waiting.enquiry_id)

    def _is_kept(self) -> bool:
        with self._desk.store.reading() as session:
            return enquiries.act_result(session, self._waiting.enquiry_id, ANSWER_ENQUIRY) is not None
