"""What was typed into a form, as the desk takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping


def words(fields: Mapping[str, str], name: str) -> str:
    """The text of a field, its lines ended as the desk ends them; empty where there is none."""
    return fields.get(name, "").replace("\r\n", "\n").strip()


def whole_number(value: str | None) -> int:
    """The number in a field or an address; 0 where there is none, or one that is larger than any of ours."""
    return int(value) if value and value.isdecimal() and len(value) < 10 else 0


def day_typed(value: str | None) -> dt.date | None:
    """The day in a field or an address, as browsers send it; None where there is none."""
    try:
        return dt.date.fromisoformat((value or "").strip())
    except ValueError:
        return None
