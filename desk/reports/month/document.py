"""A report as its page, its PDF and its JSON take it: sections of sentences, plots and tables in one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from desk.figures.gaps import Example
from desk.guidance.record import Language
from desk.plots.drawing import Kind
from desk.tables.table import Table


@dataclass(frozen=True)
class Quoted:
    """Masked questions of people under what they are nearest to; in no report for the public."""

    title: str
    examples: Sequence[Example]


@dataclass(frozen=True)
class Section:
    """``sentences`` say what the plots and tables show; ``notes`` how it was counted."""

    name: str
    title: str
    sentences: Sequence[str]
    plots: Sequence[Kind] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    quoted: Sequence[Quoted] = ()


@dataclass(frozen=True)
class Document:
    """A whole report.

    ``standing`` says whether its figures may still change, or when they were published; ``differs`` which of them have
    been counted otherwise since.
    """

    title: str
    unit: str
    month: str
    language: Language
    made_at: dt.datetime
    is_public: bool
    standing: Sequence[str]
    sections: Sequence[Section]
    differs: Sequence[str] = field(default_factory=tuple)

    def as_json(self) -> dict[str, object]:
        """Keys are the same in every language; numbers are numbers, days are written 2026-10-01."""
        return {
            "month": self.month,
            "unit": self.unit,
            "language": self.language,
            "made_at": self.made_at.isoformat(),
            "public": self.is_public,
            "standing": list(self.standing),
            "differs": list(self.differs),
            "sections": [_section(section) for section in self.sections],
        }


def _section(section: Section) -> dict[str, object]:
    return {
        "name": section.name,
        "title": section.title,
        "sentences": list(section.sentences),
        "tables": {table.name: _rows(table) for table in section.tables},
        "notes": list(section.notes),
    }


def _rows(table: Table) -> list[dict[str, object]]:
    keys = [column.name for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]
