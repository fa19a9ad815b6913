"""One look at a Rasa server from outside: an event is sent through it, and must then be in the tracker database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote
from uuid import uuid4

import httpx
from sqlalchemy.exc import SQLAlchemyError

from dialogue.guarding.lock_store import LockStore
from dialogue.guarding.tracker_database import TrackerDatabase, reason

#: Seconds that one look may take; a server that was stopped answers never.
PATIENCE = 5.0


class Found(StrEnum):
    """``forked``: the server took the event and did not keep it. ``failed``: it could not be seen to keep it.

    ``unlocked``: the lock store is away, so that the server can take nothing.
    """

    WELL = "well"
    UNLOCKED = "unlocked"
    FORKED = "forked"
    FAILED = "failed"


@dataclass(frozen=True)
class Look:
    """What was found, and why it is not well."""

    found: Found
    why: str = ""


class Probe:
    """Looks at the server at ``url`` under a sender id of its own; what it sent is deleted again."""

    def __init__(self, url: str, token: str | None, sender: str, trackers: TrackerDatabase, locks: LockStore) -> None:
        self._http = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False)
        self._token = {"token": token} if token else {}
        self.sender = sender
        self._trackers = trackers
        self._locks = locks

    def look(self) -> Look:
        """Take one look; returns within PATIENCE seconds and a little, and never raises."""
        return within(PATIENCE, self._look) or Look(Found.FAILED, f"no answer within {PATIENCE:g} s")

    def _look(self) -> Look:
        if (trouble := self._locks.trouble()) is not None:
            return Look(Found.UNLOCKED, f"the lock store: {trouble}")
        mark = uuid4().hex
        try:
            # No user's event: no action runs, so that the server is not blamed for what lies behind it.
            event = {"event": "bot", "text": mark}
            path = f"/conversations/{quote(self.sender, safe='')}/tracker/events"
            self._http.post(path, params=self._token, json=event).raise_for_status()
            if not self._trackers.has(self.sender, mark):
                return Look(Found.FORKED, "an event that it took is not in the tracker database")
            self._trackers.forget(self.sender)
        except httpx.HTTPStatusError as error:
            return Look(Found.FAILED, f"it answered {error.response.status_code}")
        except httpx.HTTPError as error:
            return Look(Found.FAILED, f"it did not answer: {type(error).__name__}")
        except SQLAlchemyError as error:
            return Look(Found.FAILED, f"the tracker database: {reason(error)}")
        return Look(Found.WELL)

    def close(self) -> None:
        self._http.close()


def within(seconds: float, work: Callable[[], Look]) -> Look | None:
    """What the work returns; None where it takes longer: then it is left behind, for it may never come back."""
    done: list[Look] = []
    thread = threading.Thread(target=lambda: done.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    return done[0] if done else None
