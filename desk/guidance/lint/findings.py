"""What the linter reads and what it finds: guidance as it is served, and findings that a text puts into words."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as a_field
from typing import Literal

from desk.guidance.record import GuidanceRecord, Language
from desk.law.citations.reading import Citations
from desk.law.instruments import Instruments

Level = Literal["error", "warning"]
#: Every code that a finding can have, with its level; its sentence is the text ``lint.<code>``.
LEVELS: Mapping[str, Level] = {
    "unknown_instrument": "error",
    "basis_ended": "error",
    "basis_not_yet": "error",
    "malformed_citation": "error",
    "unknown_related": "error",
    "expired": "error",
    "expires_soon": "warning",
    "outlives_basis": "warning",
    "amended_since": "warning",
    "stale_translation": "warning",
    "fee_without_text": "warning",
    "checked_long_ago": "warning",
    "prose_not_in_basis": "warning",
    "prose_not_in_force": "warning",
}


@dataclass(frozen=True)
class Stale:
    """A part that changed in one language and not in the other, by the version in which it did."""

    part: str
    changed: Language
    version: int


@dataclass(frozen=True)
class Linted:
    """One version of an entry, or a draft of one, with the days for which it is served.

    ``is_last``: no other version of the entry is served after it. ``version`` is None for what has none yet.
    """

    record: GuidanceRecord
    version: int | None
    from_: dt.date
    to: dt.date | None
    stale: Sequence[Stale] = ()
    is_last: bool = True

    @classmethod
    def of_record(cls, record: GuidanceRecord) -> Linted:
        """A record that is not in the store, with the days that it gives itself."""
        return cls(record, None, record.in_force.from_, record.in_force.to)


@dataclass(frozen=True)
class Law:
    """What guidance is held against: the instruments, how citations are read, and the day."""

    instruments: Instruments
    citations: Citations
    as_of: dt.date
    entries: Collection[str]


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, or may be; ``field`` is its place in the record ("legal_basis-0-article").

    ``place`` says where it is whatever else changes in the record: the citation instead of its position.
    """

    code: str
    entry: str
    version: int | None
    field: str
    values: Mapping[str, object] = a_field(default_factory=dict)
    place: str = ""

    @property
    def level(self) -> Level:
        return LEVELS[self.code]

    @property
    def key(self) -> str:
        """By which a finding is the same from day to day and from version to version."""
        return f"{self.code} {self.place or self.field}"

    @property
    def digest(self) -> str:
        """What was found there: it differs as soon as the matter itself does."""
        told = json.dumps(dict(self.values), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(told.encode()).hexdigest()
