"""A conversation with a dialogue, and the desk that it acts on, for the dialogue's contract tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from desk.ports import Dialogue, DialogueReply

#: What the desk of these tests would answer with confidence.
QUESTION = "Thời hạn nộp tờ khai nhập khẩu là bao lâu?"


@dataclass
class RecordedActs:
    """A desk that notes what is asked of it; conversations may meet a broken store, or need a contact."""

    done: list[tuple[Any, ...]] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)
    needing_contact: set[str] = field(default_factory=set)

    def open_case(self, conversation: str, enquiry_id: str, fields: Mapping[str, str]) -> None:
        self._note("open_case", conversation, enquiry_id, dict(fields))

    def cancel_case(self, conversation: str, enquiry_id: str) -> None:
        self._note("cancel_case", conversation, enquiry_id)

    def is_confident_question(self, conversation: str, text: str) -> bool:
        if conversation in self.failing:
            raise RuntimeError("the store is broken")
        return text == QUESTION

    def may_skip(self, conversation: str, field: str) -> bool:
        return field != "contact" or conversation not in self.needing_contact

    def _note(self, *act: Any) -> None:
        if act[1] in self.failing:
            raise RuntimeError("the store is broken")
        self.done.append(act)


@dataclass
class Talk:
    """One conversation with a dialogue."""

    dialogue: Dialogue
    acts: RecordedActs
    conversation: str = field(default_factory=lambda: uuid4().hex)
    enquiries: list[str] = field(default_factory=list)

    def says(self, *texts: str, answers: str | None = None) -> list[str]:
        """What comes back to the last of these texts: names of texts, and acts with an exclamation mark."""
        replies: Sequence[DialogueReply] = []
        for text in texts:
            replies = self.dialogue.say(self.conversation, self._enquiry(), text, answers=answers)
        return _names(replies)

    def presses(self, intent: str, slots: Mapping[str, str] | None = None, *, answers: str | None = None) -> list[str]:
        return _names(self.dialogue.trigger(self.conversation, self._enquiry(), intent, slots, answers=answers))

    def replayed(self, enquiry: str) -> list[str] | None:
        """What came back to an enquiry, as the dialogue remembers it."""
        replies = self.dialogue.replies_to(self.conversation, enquiry)
        return _names(replies) if replies is not None else None

    def done(self) -> list[tuple[Any, ...]]:
        """The acts that the desk did in this conversation, without its id."""
        return [(act[0], *act[2:]) for act in self.acts.done if act[1] == self.conversation]

    def _enquiry(self) -> str:
        self.enquiries.append(uuid4().hex)
        return self.enquiries[-1]


def _names(replies: Sequence[DialogueReply]) -> list[str]:
    return [reply.text if reply.text is not None else f"!{reply.act}" for reply in replies]
