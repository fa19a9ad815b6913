"""How much is taken in a minute, of whom (content/limits.yml)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from desk.yaml_file import read_yaml


class Limit(StrEnum):
    """Which limit refused something: each is one of the few words of metrics, rows and texts."""

    CHAT = "chat"
    OFFICER = "officer"
    ENTERPRISE = "enterprise"
    ADDRESS = "address"
    EVERYBODY = "everybody"
    REQUESTS = "requests"
    STAFF_REQUESTS = "staff_requests"
    ATTEMPTS = "attempts"


#: The limits that an administrator may change while the desk runs, as settings ``<name>_a_minute``.
CHANGEABLE = (Limit.CHAT, Limit.OFFICER, Limit.ENTERPRISE, Limit.ADDRESS)


@dataclass(frozen=True)
class Limits:
    """Numbers are what is taken in a minute, by the name of their ``Limit``.

    ``pause``: for how long a chat that went above its own is refused.
    """

    chat: int
    officer: int
    enterprise: int
    address: int
    everybody: int
    requests: int
    staff_requests: int
    attempts: int
    pause: dt.timedelta

    @classmethod
    def read(cls, path: Path) -> Limits:
        """Raises ValueError, with the name, for a number that is not above 0."""
        data = {name: int(value) for name, value in read_yaml(path).items()}
        for name, value in data.items():
            if value <= 0:
                raise ValueError(f"{path.name}: {name} must be above 0")
        return cls(
            **{limit.value: data[limit] for limit in Limit},
            pause=dt.timedelta(seconds=data["pause_seconds"]),
        )

    def over(self, values: Mapping[Limit, int]) -> Limits:
        """These limits with other values for some of them."""
        changed: dict[str, Any] = {limit.value: value for limit, value in values.items()}
        return replace(self, **changed)
