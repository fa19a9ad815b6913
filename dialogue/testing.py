"""A dialogue for tests of the desk: some small talk by its exact words, the case form, all else an enquiry."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from desk.answering.folding import folded
from desk.cases.fields import CASE_FIELDS, SKIPPED, FieldRefused, check_field, may_be_a_question
from desk.conversations.dialogue_names import conversation_of
from desk.ports import DialogueReply, DialogueUnavailable, FormState
from dialogue.client import as_words

#: Folded words, and the intent that they are.
WORDS = {
    "greet": ("xin chao", "hello"),
    "help": ("tro giup", "help"),
    "thanks": ("cam on", "thank you"),
    "goodbye": ("tam biet", "goodbye"),
    "ask_officer": ("gap can bo", "talk to an officer"),
    "case_status": ("ho so cua toi", "status of my case"),
    "change_language": ("doi ngon ngu", "change language"),
    "rate": ("danh gia", "rate"),
    "cancel": ("huy", "cancel"),
    "skip": ("bo qua", "skip"),
    "go_back": ("quay lai", "back"),
}
#: What is said to an intent while no form is open.
TEXTS = {
    "greet": "small_talk.greet",
    "help": "small_talk.help",
    "thanks": "small_talk.thanks",
    "goodbye": "small_talk.goodbye",
    "ask_officer": "small_talk.offer_officer",
    "case_status": "small_talk.case_status",
    "change_language": "small_talk.choose_language",
    "rate": "small_talk.rate",
    "cancel": "small_talk.nothing_to_cancel",
    "skip": "small_talk.no_open_form",
    "go_back": "small_talk.no_open_form",
    "inform_urgency": "small_talk.no_open_form",
}
#: What is said instead while the form is open, before its question is repeated.
TEXTS_IN_FORM = {
    "help": "case.form_help",
    "ask_officer": "case.form_help",
    "start_case_form": "case.form_help",
    "inform_urgency": "case.form_help",
}
#: Said to an enquiry: the answer is the desk's.
ANSWERED = DialogueReply(act="answer_enquiry")
_INTENT_OF = {words: intent for intent, ways in WORDS.items() for words in ways}


class Acts(Protocol):
    """What the real dialogue's actions ask of the desk."""

    def open_case(self, conversation: str, enquiry_id: str, fields: Mapping[str, str]) -> None: ...

    def cancel_case(self, conversation: str, enquiry_id: str) -> None: ...

    def is_confident_question(self, conversation: str, text: str) -> bool: ...

    def may_skip(self, conversation: str, field: str) -> bool: ...


@dataclass
class FakeDialogue:
    """desk.ports.Dialogue in memory. ``fails`` makes it unreachable; ``forms`` holds the fields of open forms."""

    acts: Acts
    fails: bool = False
    forms: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: dict[tuple[str, str], Sequence[DialogueReply]] = field(default_factory=dict)
    #: The fields of forms that were filled in, and whose case could not be opened.
    closed: dict[str, dict[str, str]] = field(default_factory=dict)

    def say(
        self, conversation: str, enquiry_id: str, text: str, *, answers: str | None = None
    ) -> Sequence[DialogueReply]:
        readable = as_words(text)
        if not readable:
            raise ValueError("there is nothing to say in this text")
        intent = _INTENT_OF.get(" ".join(re.findall(r"\w+", folded(readable))), "enquiry")

        def take() -> Sequence[DialogueReply]:
            if self._is_late(conversation, intent, answers):
                return self._next(conversation, enquiry_id)
            if intent == "enquiry" and conversation in self.forms:
                return self._fill(conversation, enquiry_id, self._asked(conversation), readable)
            return self._react(conversation, enquiry_id, intent)

        return self._message(conversation, enquiry_id, take)

    def trigger(
        self,
        conversation: str,
        enquiry_id: str,
        intent: str,
        slots: Mapping[str, str] | None = None,
        *,
        answers: str | None = None,
    ) -> Sequence[DialogueReply]:
        form = self.forms.get(conversation)

        def take() -> Sequence[DialogueReply]:
            if self._is_late(conversation, intent, answers):
                return self._next(conversation, enquiry_id)
            if intent == "start_case_form" and form is None:
                self.forms[conversation] = dict(slots or {})
                return self._next(conversation, enquiry_id)
            if intent == "inform_urgency" and form is not None and self._asked(conversation) == "urgency":
                form["urgency"] = (slots or {})["urgency"]
                return self._next(conversation, enquiry_id)
            return self._react(conversation, enquiry_id, intent)

        return self._message(conversation, enquiry_id, take)

    def replies_to(self, conversation: str, enquiry_id: str, *, begun: bool = False) -> Sequence[DialogueReply] | None:
        if self.fails:
            raise DialogueUnavailable("told to fail")
        if begun and not any(known == conversation for known, _ in self.seen):
            raise DialogueUnavailable("there is no tracker of this conversation")
        return self.seen.get((conversation, enquiry_id))

    def form_of(self, conversation: str) -> FormState:
        if self.fails:
            raise DialogueUnavailable("told to fail")
        if conversation in self.forms:
            return FormState(self._asked(conversation), dict(self.forms[conversation]))
        return FormState(None, self.closed.get(conversation, {}))

    def forget(self, conversation: str) -> None:
        if self.fails:
            raise DialogueUnavailable("told to fail")
        for known in (self.forms, self.closed):
            known.pop(conversation, None)
        self.seen = {key: replies for key, replies in self.seen.items() if key[0] != conversation}

    def _message(
        self, conversation: str, enquiry_id: str, take: Callable[[], Sequence[DialogueReply]]
    ) -> Sequence[DialogueReply]:
        if self.fails:
            raise DialogueUnavailable("told to fail")
        self.seen[conversation, enquiry_id] = []
        try:
            replies = take()
        except Exception as error:  # whatever an act raises, the real server answers with nothing
            raise DialogueUnavailable("the dialogue server answered with nothing") from error
        self.seen[conversation, enquiry_id] = replies
        return replies

    def _is_late(self, conversation: str, intent: str, answers: str | None) -> bool:
        """Whether this was written when another field was asked for."""
        fills = intent in ("enquiry", "skip", "go_back", "inform_urgency")
        return fills and answers is not None and conversation in self.forms and answers != self._asked(conversation)

    def _react(self, conversation: str, enquiry_id: str, intent: str) -> Sequence[DialogueReply]:
        if intent == "enquiry":
            return [ANSWERED]
        if conversation not in self.forms:
            return [DialogueReply(text=TEXTS[intent])]
        if intent == "cancel":
            self.acts.cancel_case(conversation_of(conversation), enquiry_id)
            del self.forms[conversation]
            return [DialogueReply(act="cancel_case")]
        form, asked = self.forms[conversation], self._asked(conversation)
        if intent == "skip":
            if not self.acts.may_skip(conversation_of(conversation), asked):
                return [DialogueReply(text=f"case.{asked}_needed"), *self._next(conversation, enquiry_id)]
            form[asked] = SKIPPED
            return self._next(conversation, enquiry_id)
        if intent == "go_back":
            form.pop(CASE_FIELDS[max(CASE_FIELDS.index(asked) - 1, 0)], None)
            return self._next(conversation, enquiry_id)
        text = TEXTS_IN_FORM.get(intent) or TEXTS[intent]
        return [DialogueReply(text=text), *self._next(conversation, enquiry_id)]

    def _fill(self, conversation: str, enquiry_id: str, asked: str, text: str) -> Sequence[DialogueReply]:
        if may_be_a_question(asked, text) and self.acts.is_confident_question(conversation_of(conversation), text):
            return [ANSWERED, *self._next(conversation, enquiry_id)]
        try:
            self.forms[conversation][asked] = check_field(asked, text)
        except FieldRefused as refused:
            return [DialogueReply(text=refused.text_name), *self._next(conversation, enquiry_id)]
        return self._next(conversation, enquiry_id)

    def _asked(self, conversation: str) -> str:
        return next(name for name in CASE_FIELDS if name not in self.forms[conversation])

    def _next(self, conversation: str, enquiry_id: str) -> Sequence[DialogueReply]:
        form = self.forms[conversation]
        if any(name not in form for name in CASE_FIELDS):
            return [DialogueReply(text=f"case.ask_{self._asked(conversation)}")]
        fields = {name: form[name] for name in CASE_FIELDS if form[name] != SKIPPED}
        self.closed[conversation] = self.forms.pop(conversation)
        self.acts.open_case(conversation_of(conversation), enquiry_id, fields)
        del self.closed[conversation]
        return [DialogueReply(act="open_case")]
