"""What a check of the chain says: the places where it is broken, and what is not sealed yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from desk.audit.chain import Anchor
from desk.guidance.record import Language
from desk.texts import Texts

#: So many broken places are named; after that they are only counted.
NAMED = 20


class Broken(StrEnum):
    """How a place is broken; ``audit.broken.*`` of the texts says it in words."""

    ENTRY_CHANGED = "entry_changed"
    ENTRY_MISSING = "entry_missing"
    ENTRY_ADDED = "entry_added"
    ENTRY_UNREADABLE = "entry_unreadable"
    SEAL_CHANGED = "seal_changed"
    SEAL_MISSING = "seal_missing"
    SEAL_UNLINKED = "seal_unlinked"
    CUT = "cut"
    OTHER_CHAIN = "other_chain"
    UNGUARDED = "unguarded"


@dataclass(frozen=True)
class Finding:
    """One broken place: the seal that tells of it, and the entry.

    ``last`` is the last of several seals that are missing in a row; ``name`` is that of a trigger.
    """

    broken: Broken
    seal: int | None = None
    entry: int | None = None
    last: int | None = None
    name: str | None = None

    def in_words(self, texts: Texts, language: Language) -> str:
        values = {"seal": self.seal, "entry": self.entry, "last": self.last, "name": self.name}
        several = self.broken is Broken.SEAL_MISSING and self.last != self.seal
        return texts.say(f"audit.broken.{'seals_missing' if several else self.broken}", language, **values)

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Finding:
        """From what `as_json` made."""
        return cls(Broken(told["broken"]), *(told.get(name) for name in ("seal", "entry", "last", "name")))


@dataclass(frozen=True)
class Unsealed:
    """The entries that no seal covers yet: how many, and when the oldest of them was recorded."""

    entries: int = 0
    oldest_at: dt.datetime | None = None

    def seconds(self, now: dt.datetime) -> float:
        """How old the oldest is; 0 where there is none."""
        return max(0.0, (now - self.oldest_at).total_seconds()) if self.oldest_at is not None else 0.0


@dataclass
class Verdict:
    """What was looked at and what came of it; ``newest`` is the last seal that is what it was."""

    seals: int = 0
    entries: int = 0
    newest: Anchor | None = None
    broken: int = 0
    findings: list[Finding] = field(default_factory=list)
    unsealed: Unsealed = field(default_factory=Unsealed)

    @property
    def is_whole(self) -> bool:
        return not self.broken

    def add(self, finding: Finding) -> None:
        self.broken += 1
        if len(self.findings) < NAMED:
            self.findings.append(finding)
