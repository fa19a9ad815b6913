"""Who had a part in a case, and how large it was: the stated rule by which transfers share credit.

Every officer whose words reached the enterprise - a reply, a question, a draft that a head signed - has a part, and all
parts are equal, however much each wrote; whoever only held the case or passed it on has none. Where nobody wrote, the
officer who resolved it has the whole. An officer's part belongs to the unit in which the case was when they wrote last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk.cases.model import CaseEntry, EntryKind

_WORDS = (EntryKind.REPLIED, EntryKind.ASKED)


@dataclass(frozen=True)
class Part:
    """The part of an officer; ``unit`` is the code of the unit for which they had it."""

    officer_id: int
    unit: str
    share: float


def parts_of(entries: Sequence[CaseEntry], unit: str) -> list[Part]:
    """The parts in a case by its thread, in the order in which officers first wrote; ``unit`` is where it is now."""
    wrote: dict[int, str] = {}
    resolved: dict[int, str] = {}
    for entry, there in zip(entries, _units(entries, unit), strict=True):
        writer = _writer(entry)
        if entry.kind in _WORDS and writer is not None:
            wrote[writer] = there
        elif entry.kind == EntryKind.RESOLVED and entry.officer_id is not None:
            resolved = {entry.officer_id: there}
    credited = wrote or resolved
    return [Part(officer, there, 1 / len(credited)) for officer, there in credited.items()]


def resolved_in(entries: Sequence[CaseEntry], unit: str) -> str | None:
    """The code of the unit that resolved the case last; None where none did. ``unit`` is where it is now."""
    there = zip(entries, _units(entries, unit), strict=True)
    return next((code for entry, code in reversed(list(there)) if entry.kind == EntryKind.RESOLVED), None)


def _writer(entry: CaseEntry) -> int | None:
    """Whose words an entry has: of a reply that a head signed those of the officer who drafted it."""
    drafted_by: int | None = (entry.detail or {}).get("drafted_by")
    return drafted_by if drafted_by is not None else entry.officer_id


def _units(entries: Sequence[CaseEntry], unit: str) -> list[str]:
    """The code of the unit in which the case was at each entry, found backwards from where it is now."""
    there = unit
    units = []
    for entry in reversed(entries):
        units.append(there)
        if entry.kind == EntryKind.TRANSFERRED:
            there = entry.detail["from"]
    return units[::-1]
