"""What a call of an action must hold before one is run: whatever else stands in it is Rasa's."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError


class BadCall(ValueError):
    """What was posted is no call of Rasa's about a message of the desk's."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class _Metadata(_Part):
    enquiry_id: str
    answers: str | None = None


class _Intent(_Part):
    name: str | None = None


class _Message(_Part):
    intent: _Intent
    metadata: _Metadata
    text: str | None = None


class _Tracker(_Part):
    sender_id: str
    slots: dict[str, Any] = {}
    latest_message: _Message
    events: list[dict[str, Any]] = []
    active_loop: dict[str, Any] | None = None


class _Call(_Part):
    next_action: str | None = None
    tracker: _Tracker
    domain: dict[str, Any] | None = None


def checked(body: Any) -> dict[str, Any]:
    """The body, where an action can be run with it; raises BadCall.

    Rasa leaves out the domain, which no action of ours reads, and rasa-sdk asks for one all the same.
    """
    try:
        _Call.model_validate(body)
    except (ValidationError, RecursionError) as error:
        raise BadCall(type(error).__name__) from None
    assert isinstance(body, dict), "the model takes nothing else"
    return {**body, "domain": body.get("domain") or {}}
