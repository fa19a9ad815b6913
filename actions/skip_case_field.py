"""The action of "skip" inside the case form: the field stays unfilled and the form goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.turn import REQUESTED, Dispatcher, Event, Tracker, filled
from desk.cases.fields import SKIPPED


class SkipCaseField:
    name = "action_skip_case_field"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> list[Event]:
        requested = tracker.slots.get(REQUESTED)
        return filled({requested: SKIPPED}) if requested else []
