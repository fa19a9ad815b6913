"""The action before the case form: it begins with what the button brought, not with what an earlier form left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.turn import Dispatcher, Event, Tracker, filled
from desk.cases.fields import CASE_FIELDS


class PrepareCaseForm:
    name = "action_prepare_case_form"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> list[Event]:
        brought = {entity["entity"] for entity in tracker.latest_message.get("entities", [])}
        return filled({field: None for field in CASE_FIELDS if field not in brought})
