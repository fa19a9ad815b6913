"""The action of "back" inside the case form: the field before is emptied, so that it is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.turn import REQUESTED, Dispatcher, Event, Tracker, filled, is_late
from desk.cases.fields import CASE_FIELDS


class BackCaseField:
    name = "action_back_case_field"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> list[Event]:
        if is_late(tracker):
            return []
        requested = tracker.slots.get(REQUESTED)
        at = CASE_FIELDS.index(requested) if requested in CASE_FIELDS else 0
        return filled({CASE_FIELDS[at - 1]: None}) if at else []
