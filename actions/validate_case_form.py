"""The action that checks what a message would fill into the case form."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import ActionExecutionRejected  # type: ignore[import-untyped]  # rasa-sdk ships no types

from actions.desk_port import DeskActs
from actions.turn import CASE_FORM, REQUESTED, Dispatcher, Event, Tracker, conversation, filled, intent, is_late, say
from desk.cases.fields import CASE_FIELDS, SKIPPED, FieldRefused, check_field, may_be_a_question

_BUTTONS = ("start_case_form", "inform_urgency")


class ValidateCaseForm:
    """Keeps what fits, refuses what does not, and lets the desk answer what is plainly a question."""

    name = "validate_case_form"

    def __init__(self, desk: DeskActs) -> None:
        self._desk = desk

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> list[Event]:
        events: list[Event] = []
        for field, typed in tracker.slots_to_validate().items():
            if field in CASE_FIELDS and typed is not None and typed != SKIPPED:
                events += await self._checked(dispatcher, tracker, field, str(typed))
        return events

    async def _checked(self, dispatcher: Dispatcher, tracker: Tracker, field: str, typed: str) -> list[Event]:
        if field == tracker.slots.get(REQUESTED) and is_late(tracker):
            return filled({field: None})
        if _was_typed_for(field, tracker) and may_be_a_question(field, typed):
            if await asyncio.to_thread(self._desk.is_confident_question, conversation(tracker), typed):
                # Rejecting the form lets the rule for enquiries inside it run; the form then asks again.
                return [ActionExecutionRejected(CASE_FORM), *filled({field: None})]
        try:
            return filled({field: check_field(field, typed)})
        except FieldRefused as refused:
            say(dispatcher, refused.text_name)
            return filled({field: None})


def _was_typed_for(field: str, tracker: Tracker) -> bool:
    """Whether the person wrote this when asked for the field; a button's values are no question."""
    return tracker.slots.get(REQUESTED) == field and intent(tracker) not in _BUTTONS
