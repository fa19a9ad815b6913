"""The action of "cancel" inside the case form: the form closes and forgets what it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import ActiveLoop  # type: ignore[import-untyped]  # rasa-sdk ships no types

from actions.desk_port import DeskActs
from actions.turn import REQUESTED, Dispatcher, Event, Tracker, conversation, did, emptied, enquiry_id, filled


class CancelCaseForm:
    name = "action_cancel_case_form"

    def __init__(self, desk: DeskActs) -> None:
        self._desk = desk

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> list[Event]:
        await asyncio.to_thread(self._desk.cancel_case, conversation(tracker), enquiry_id(tracker))
        did(dispatcher, "cancel_case")
        return [ActiveLoop(None), *filled({REQUESTED: None}), *emptied()]
