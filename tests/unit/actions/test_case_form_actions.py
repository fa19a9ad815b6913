"""Each action by itself: what it asks of the desk, what it replies, what it changes in the form."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from actions.back_case_field import BackCaseField
from actions.cancel_case_form import CancelCaseForm
from actions.open_case import OpenCase
from actions.prepare_case_form import PrepareCaseForm
from actions.skip_case_field import SkipCaseField
from actions.turn import Action
from actions.validate_case_form import ValidateCaseForm
from desk.cases.fields import CASE_FIELDS

EMPTY: dict[str, Any] = dict.fromkeys(CASE_FIELDS)
QUESTION = "Kho ngoại quan gửi được bao lâu"


@dataclass
class Desk:
    done: list[tuple[Any, ...]] = field(default_factory=list)

    def open_case(self, conversation: str, enquiry_id: str, fields: Mapping[str, str]) -> None:
        self.done.append(("open_case", conversation, enquiry_id, dict(fields)))

    def cancel_case(self, conversation: str, enquiry_id: str) -> None:
        self.done.append(("cancel_case", conversation, enquiry_id))

    def is_confident_question(self, conversation: str, text: str) -> bool:
        self.done.append(("is_confident_question", conversation, text))
        return text == QUESTION

    def may_skip(self, conversation: str, field: str) -> bool:
        return (conversation, field) != ("web", "contact")


@dataclass
class Replies:
    messages: list[dict[str, Any]] = field(default_factory=list)

    def utter_message(self, *, json_message: dict[str, Any]) -> None:
        self.messages.append(json_message)


@dataclass
class Conversation:
    """A tracker as rasa-sdk gives it."""

    sender_id: str = "c"
    slots: dict[str, Any] = field(default_factory=dict)
    latest_message: dict[str, Any] = field(
        default_factory=lambda: {"metadata": {"enquiry_id": "e"}, "intent": {"name": "enquiry"}, "entities": []}
    )
    filling: dict[str, Any] = field(default_factory=dict)
    active_loop: dict[str, Any] = field(default_factory=dict)

    def slots_to_validate(self) -> dict[str, Any]:
        return self.filling


def run(action: Action, conversation: Conversation) -> tuple[list[dict[str, Any]], dict[str, Any], list[str]]:
    """The replies, the slots that change, and the names of the other events."""
    replies = Replies()
    events = asyncio.run(action.run(replies, conversation, {}))
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    return replies.messages, slots, [event["event"] for event in events if event["event"] != "slot"]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_did_not_come_from_the_desk_fails(desk: Desk) -> None:
    stranger = Conversation(latest_message={"metadata": {}})
    with pytest.raises(KeyError):
        run(OpenCase(desk), stranger)
    assert desk.done == []


def test_a_case_is_opened_with_what_was_given_and_the_form_forgets_it(desk: Desk) -> None:
    filled = {"enterprise_name": "An Khang", "tax_code": "", "contact": None, "urgency": "urgent", "details": "x"}
    replies, slots, _ = run(OpenCase(desk), Conversation(slots=filled))
    assert replies == [{"act": "open_case"}]
    assert slots == EMPTY
    assert desk.done == [("open_case", "c", "e", {"enterprise_name": "An Khang", "urgency": "urgent", "details": "x"})]


def test_cancel_closes_the_form_and_forgets(desk: Desk) -> None:
    replies, slots, others = run(CancelCaseForm(desk), Conversation(slots={"requested_slot": "contact"}))
    assert replies == [{"act": "cancel_case"}]
    assert slots == {**EMPTY, "requested_slot": None}
    assert others == ["active_loop"]
    assert desk.done == [("cancel_case", "c", "e")]


def test_a_new_form_keeps_only_what_its_button_brought() -> None:
    pressed = Conversation(latest_message={"entities": [{"entity": "contact", "value": "lan@example.vn"}]})
    _, slots, _ = run(PrepareCaseForm(), pressed)
    assert slots == {name: None for name in CASE_FIELDS if name != "contact"}


@pytest.mark.parametrize(("asked", "changed"), [("contact", {"contact": ""}), (None, {})])
def test_skip_leaves_the_asked_field_unfilled(desk: Desk, asked: str | None, changed: dict[str, Any]) -> None:
    assert run(SkipCaseField(desk), Conversation(slots={"requested_slot": asked})) == ([], changed, [])


def test_a_field_that_the_desk_needs_is_not_skipped(desk: Desk) -> None:
    asked = Conversation("web", slots={"requested_slot": "contact"})
    assert run(SkipCaseField(desk), asked) == ([{"text": "case.contact_needed"}], {}, [])


@pytest.mark.parametrize(
    ("asked", "changed"),
    [("enterprise_name", {}), ("tax_code", {"enterprise_name": None}), ("details", {"urgency": None}), (None, {})],
)
def test_back_empties_the_field_before(asked: str | None, changed: dict[str, Any]) -> None:
    assert run(BackCaseField(), Conversation(slots={"requested_slot": asked})) == ([], changed, [])


def typed(asked: str, text: str) -> Conversation:
    return Conversation(slots={"requested_slot": asked}, filling={asked: text})


def test_what_fits_is_kept_in_one_form(desk: Desk) -> None:
    assert run(ValidateCaseForm(desk), typed("tax_code", "0100 109 106")) == ([], {"tax_code": "0100109106"}, [])
    assert desk.done == []


def test_what_does_not_fit_is_refused_by_a_named_text(desk: Desk) -> None:
    refused = run(ValidateCaseForm(desk), typed("tax_code", "12"))
    assert refused == ([{"text": "case.tax_code_refused"}], {"tax_code": None}, [])


@pytest.mark.parametrize("asked", ["enterprise_name", "tax_code", "contact", "urgency"])
def test_a_question_rejects_the_form_and_fills_nothing(desk: Desk, asked: str) -> None:
    assert run(ValidateCaseForm(desk), typed(asked, QUESTION)) == ([], {asked: None}, ["action_execution_rejected"])


def test_a_description_is_never_a_question(desk: Desk) -> None:
    assert run(ValidateCaseForm(desk), typed("details", QUESTION)) == ([], {"details": QUESTION}, [])
    assert desk.done == []


def test_what_a_button_brings_is_checked_but_is_no_question(desk: Desk) -> None:
    pressed = typed("enterprise_name", QUESTION)
    pressed.latest_message["intent"] = {"name": "start_case_form"}
    pressed.filling["tax_code"] = "12"
    replies, slots, _ = run(ValidateCaseForm(desk), pressed)
    assert slots == {"enterprise_name": QUESTION, "tax_code": None}
    assert replies == [{"text": "case.tax_code_refused"}]
    assert desk.done == []


def test_nothing_to_check_changes_nothing(desk: Desk) -> None:
    skipped = Conversation(filling={"contact": "", "urgency": None, "requested_slot": "contact"})
    assert run(ValidateCaseForm(desk), skipped) == ([], {}, [])
