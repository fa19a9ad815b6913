"""A record as a file gives it: what it says, complete or not, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desk.imports.columns import column_of
from desk.imports.faults import Fault, Faults, FileRefused, Where, refuse

#: Records that one file may have.
RECORDS = 2_000


@dataclass(frozen=True)
class Given:
    """``content`` has the shape of a record; ``where`` is its row or line, ``places`` where its columns stand."""

    content: dict[str, Any]
    where: Where
    places: Mapping[str, Where] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.content.get("id") or "")

    def place_of(self, path: str) -> Where:
        """Where a part stands that a problem names; where the record begins if the file has no such part."""
        return self.places.get(column_of(path), self.where)


def each_once(found: Sequence[Given]) -> Sequence[Given]:
    """The records of a file; raises FileRefused where there are none, too many, or two of one id."""
    if not found:
        raise refuse("no_records")
    if len(found) > RECORDS:
        raise refuse("too_many_rows", found[RECORDS].where, limit=RECORDS)
    seen: set[str] = set()
    faults = Faults()
    for given in found:
        if given.id and given.id in seen:
            faults.note(Fault.of("id_twice", given.where, id=given.id))
        seen.add(given.id)
    if faults:
        raise FileRefused(faults)
    return found
