"""The action of "skip" inside the case form: the field stays unfilled and the form goes on, where the desk allows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from actions.desk_port import DeskActs
from actions.turn import REQUESTED, Dispatcher, Event, Tracker, conversation, filled, is_late, say
from desk.cases.fields import SKIPPED


class SkipCaseField:
    name = "action_skip_case_field"

    def __init__(self, desk: DeskActs) -> None:
        self._desk = desk

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> list[Event]:
        requested = tracker.slots.get(REQUESTED)
        if not requested or is_late(tracker):
            return []
        if not await asyncio.to_thread(self._desk.may_skip, conversation(tracker), requested):
            say(dispatcher, f"case.{requested}_needed")
            return []
        return filled({requested: SKIPPED})
