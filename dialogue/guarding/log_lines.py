"""What Rasa's log tells of its stores, and what of it must not be passed on."""

from __future__ import annotations

import json
import re
from enum import StrEnum

from desk.privacy.masking import masked_in_log


class Told(StrEnum):
    """What a line tells. ``forked``: this server now keeps conversations in memory. ``unlocked``: no lock is had."""

    FORKED = "forked"
    UNLOCKED = "unlocked"


#: rasa.core.tracker_store.FailSafeTrackerStore says so when it could not save, list or retrieve.
_FORKED = "Falling back to use the 'InMemoryTrackerStore'"
#: rasa.core.lock_store.LockStore.issue_ticket, and what the client of Redis raises after a message was handled.
_UNLOCKED = ("Error while acquiring lock. Error:", "redis.exceptions.ConnectionError", "redis.exceptions.TimeoutError")

#: Values of a failed statement are the events of a conversation, and a message that failed is logged with its words.
_PARAMETERS = re.compile(r"\[parameters: .*", re.DOTALL)
_WORDS = re.compile(r"""\b(text|message)=("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\S+)""")


#: Rasa's newer lines end with an object; only two of its keys never hold what somebody wrote.
_OBJECT_BEGINS, _OBJECT_ENDS = '{"', "}"


def told(line: str) -> Told | None:
    if _FORKED in line:
        return Told.FORKED
    return Told.UNLOCKED if any(phrase in line for phrase in _UNLOCKED) else None


def fit_to_pass_on(line: str) -> str:
    """The line without what people wrote."""
    begins = line.find(_OBJECT_BEGINS)
    ends_with_it = begins >= 0 and line.rstrip().endswith(_OBJECT_ENDS)
    plain = line[:begins] + _only_plain_keys(line[begins:]) if ends_with_it else line
    return masked_in_log(_WORDS.sub(r"\1=(left out)", _PARAMETERS.sub("[parameters: left out]", plain)))


def _only_plain_keys(object_: str) -> str:
    try:
        told = json.loads(object_)
    except (ValueError, RecursionError):
        return "{(left out)}"
    return json.dumps({key: told[key] for key in ("event", "level") if key in told})
