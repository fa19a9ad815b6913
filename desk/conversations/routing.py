"""Who gets a message: one function, first match wins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desk.conversations.incoming import Incoming, Kind
from desk.receipts import codes


class Route(StrEnum):
    NOTED = "noted"
    BUTTON = "button"
    COMMAND = "command"
    OFFICER_ACT = "officer_act"
    OFFICER_REPLY = "officer_reply"
    REPLY_TO_UNKNOWN = "reply_to_unknown"
    CASE_ANSWER = "case_answer"
    FORM = "form"
    AWAITED = "awaited"
    ANSWER_OR_QUESTION = "answer_or_question"
    RECEIPT = "receipt"
    RATING_COMMENT = "rating_comment"
    CASE_OR_NEW = "case_or_new"
    DIALOGUE = "dialogue"
    NOTHING_TO_READ = "nothing_to_read"
    EDITED = "edited"
    ATTACHMENT = "attachment"
    FILE = "file"
    FILE_IN_FORM = "file_in_form"
    FILE_OF_CASE_OR_NEW = "file_of_case_or_new"
    GROUP = "group"


@dataclass(frozen=True)
class Situation:
    """What the desk knows when an update arrives.

    ``officer_act_is_awaited``: a button of an officer asked for these words; ``replies_to_unknown``: an officer uses
    Telegram's reply on a message that the desk does not know; ``replies_to_officer``: the person uses it on an
    officer's message; ``answers_officer``: an officer asked the person for information lately;
    ``answer_is_awaited``: the text that is awaited answers a questionnaire; ``may_be_officer``: False where it was seen
    that no linked officer wrote it.
    """

    may_be_officer: bool = True
    officer_act_is_awaited: bool = False
    replies_to_case: bool = False
    replies_to_unknown: bool = False
    replies_to_officer: bool = False
    answers_officer: bool = False
    form_is_open: bool = False
    text_is_awaited: bool = False
    answer_is_awaited: bool = False
    file_is_awaited: bool = False
    comment_is_awaited: bool = False
    looks_like_a_question: bool = False
    case_is_open: bool = False


_BY_KIND = {
    Kind.BLOCKED: Route.NOTED,
    Kind.UNBLOCKED: Route.NOTED,
    Kind.GROUP: Route.GROUP,
    Kind.BUTTON: Route.BUTTON,
    Kind.COMMAND: Route.COMMAND,
    Kind.EDITED: Route.EDITED,
    Kind.UNREADABLE: Route.NOTHING_TO_READ,
}


def route(incoming: Incoming, situation: Situation) -> Route:
    """The part of the desk that takes the update."""
    if incoming.kind in _BY_KIND:
        return _BY_KIND[incoming.kind]
    if not readable(incoming.text):
        return _without_words(incoming, situation)
    if situation.officer_act_is_awaited:
        return Route.OFFICER_ACT
    if situation.replies_to_case:
        return Route.OFFICER_REPLY
    if situation.replies_to_unknown:
        return Route.REPLY_TO_UNKNOWN
    if situation.replies_to_officer:
        return Route.CASE_ANSWER
    if situation.form_is_open:
        return Route.FORM
    if situation.text_is_awaited:
        is_either = situation.answer_is_awaited and situation.looks_like_a_question
        return Route.ANSWER_OR_QUESTION if is_either else Route.AWAITED
    if codes.is_meant(incoming.text) and not situation.answers_officer:
        return Route.RECEIPT
    if situation.comment_is_awaited and not situation.looks_like_a_question:
        return Route.RATING_COMMENT
    if situation.answers_officer:
        return Route.CASE_ANSWER
    if situation.case_is_open:
        return Route.CASE_OR_NEW
    return Route.DIALOGUE


def _without_words(incoming: Incoming, situation: Situation) -> Route:
    """A file that the desk has is taken with what it belongs to; all else that has no words is asked about."""
    if incoming.kind != Kind.ATTACHMENT:
        return Route.NOTHING_TO_READ
    if not incoming.has_files:
        return Route.ATTACHMENT
    if situation.officer_act_is_awaited:
        return Route.NOTHING_TO_READ
    if situation.replies_to_case:
        return Route.OFFICER_REPLY
    if situation.replies_to_unknown:
        return Route.REPLY_TO_UNKNOWN
    if situation.replies_to_officer:
        return Route.CASE_ANSWER
    if situation.form_is_open:
        return Route.FILE_IN_FORM
    if situation.file_is_awaited:
        return Route.AWAITED
    if situation.answers_officer:
        return Route.CASE_ANSWER
    return Route.FILE_OF_CASE_OR_NEW if situation.case_is_open else Route.FILE


def readable(text: str) -> bool:
    """Whether there is a letter or a digit in it: emoji, punctuation and control characters alone ask nothing."""
    return any(character.isalnum() for character in text)
