"""The action for every enquiry: the desk answers what the person wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from actions.desk_port import DeskActs
from actions.turn import Dispatcher, Event, Tracker, conversation, did, enquiry_id, is_in_form


class AnswerEnquiry:
    name = "action_answer_enquiry"

    def __init__(self, desk: DeskActs) -> None:
        self._desk = desk

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> list[Event]:
        await asyncio.to_thread(self._desk.answer, conversation(tracker), enquiry_id(tracker))
        did(dispatcher, "answer_enquiry", is_all=not is_in_form(tracker))
        return []
