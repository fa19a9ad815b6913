"""What rasa-sdk gives an action and takes from it, as far as ours use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from rasa_sdk.events import SlotSet  # type: ignore[import-untyped]  # rasa-sdk ships no types

from desk.cases.fields import CASE_FIELDS
from desk.conversations.dialogue_names import conversation_of

Event = dict[str, Any]
CASE_FORM = "case_form"
REQUESTED = "requested_slot"


class Dispatcher(Protocol):
    def utter_message(self, *, json_message: dict[str, Any]) -> None:
        """Add one thing to the reply."""
        ...


class Tracker(Protocol):
    """The conversation so far."""

    sender_id: str
    slots: dict[str, Any]
    active_loop: dict[str, Any]
    latest_message: dict[str, Any]

    def slots_to_validate(self) -> dict[str, Any]:
        """What the message would fill into the form, by slot."""
        ...


class Action(Protocol):
    """One action of the domain. ``run`` is always async: rasa-sdk would call a plain one inside the event loop."""

    name: str

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> list[Event]: ...


def conversation(tracker: Tracker) -> str:
    """The id of the conversation that the dialogue knows by this name."""
    return conversation_of(tracker.sender_id)


def enquiry_id(tracker: Tracker) -> str:
    """The id that the desk gave the message being handled; raises KeyError when the message did not come from it."""
    return str(tracker.latest_message["metadata"]["enquiry_id"])


def is_late(tracker: Tracker) -> bool:
    """Whether the message was meant for another field than the form asks for now.

    A message can be handed over twice, and a reply can be lost: then the person answers a question that the form has
    left behind. What was written must not go into the field that happens to be next.
    """
    answers = tracker.latest_message["metadata"].get("answers")
    return answers is not None and answers != tracker.slots.get(REQUESTED)


def intent(tracker: Tracker) -> str:
    """What the message was taken for."""
    return str(tracker.latest_message["intent"]["name"])


def filled(values: Mapping[str, str | None]) -> list[Event]:
    """Events that put values into slots; None empties a slot."""
    return [SlotSet(slot, value) for slot, value in values.items()]


def emptied() -> list[Event]:
    """Events that empty every field of the case form."""
    return filled(dict.fromkeys(CASE_FIELDS))


def did(dispatcher: Dispatcher, act: str) -> None:
    """Reply that the desk holds the result of this act."""
    dispatcher.utter_message(json_message={"act": act})


def say(dispatcher: Dispatcher, text_name: str) -> None:
    """Reply with the desk's text of this name."""
    dispatcher.utter_message(json_message={"text": text_name})
