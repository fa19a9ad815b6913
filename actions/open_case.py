"""The action of the completed case form: the desk opens a case with what was filled in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from actions.desk_port import DeskActs
from actions.turn import Dispatcher, Event, Tracker, conversation, did, emptied, enquiry_id
from desk.cases.fields import CASE_FIELDS, SKIPPED
from desk.storable import storable


class OpenCase:
    name = "action_open_case"

    def __init__(self, desk: DeskActs) -> None:
        self._desk = desk

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> list[Event]:
        given = {field: storable(str(tracker.slots.get(field) or SKIPPED)) for field in CASE_FIELDS}
        fields = {field: value for field, value in given.items() if value != SKIPPED}
        await asyncio.to_thread(self._desk.open_case, conversation(tracker), enquiry_id(tracker), fields)
        did(dispatcher, "open_case")
        return emptied()
