"""Legal instruments and citations: which text a record rests on, and its state in force on a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from desk.guidance.record import Bilingual, GuidanceRecord, Language, RecordError, Text
from desk.yaml_file import read_yaml

InstrumentKind = Literal[
    "law", "decree", "circular", "decision", "resolution", "consolidated", "official_letter", "ordinance"
]
ForceState = Literal["in_force", "in_force_amended", "not_yet", "ended", "unknown"]
_NUMBERED = re.compile(r"\d+[a-zđ]*")
_ANNEX = re.compile(r"^Phụ lục\b")


class Period(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    from_: dt.date | None = Field(default=None, alias="from")
    to: dt.date | None = None


class Instrument(BaseModel):
    """A legal text by its official number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: Text
    kind: InstrumentKind
    title: Bilingual
    issued: dt.date | None = None
    in_force: Period
    amended_by: list[Text] = Field(default_factory=list)
    replaced_by: Text | None = None
    note: Bilingual | None = None
    sources: list[Text] = Field(min_length=1)

    def state_on(self, day: dt.date) -> ForceState:
        """Whether the text is in force on a day, as far as its dates are known."""
        if self.in_force.from_ is not None and day < self.in_force.from_:
            return "not_yet"
        if self.in_force.to is not None and day > self.in_force.to:
            return "ended"
        if self.replaced_by is not None and self.in_force.to is None:
            return "ended"
        if self.in_force.from_ is None:
            return "unknown"
        return "in_force_amended" if self.amended_by else "in_force"


class Instruments:
    """All instruments that records may cite, by number."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self._by_number = {instrument.number: instrument for instrument in instruments}

    @classmethod
    def read(cls, path: Path) -> Instruments:
        data = read_yaml(path)
        return cls(TypeAdapter(list[Instrument]).validate_python(data))

    def __getitem__(self, number: str) -> Instrument:
        return self._by_number[number]

    def __contains__(self, number: object) -> bool:
        return number in self._by_number

    def __iter__(self) -> Iterator[Instrument]:
        return iter(self._by_number.values())

    def check(self, records: Iterable[GuidanceRecord]) -> None:
        """Raise RecordError that lists every citation of a text that is not among the instruments."""
        problems = [
            f"{record.id}.yml: legal_basis.{place}.instrument: unknown instrument {citation.instrument!r}"
            for record in records
            for place, citation in enumerate(record.legal_basis)
            if citation.instrument not in self
        ]
        if problems:
            raise RecordError("\n".join(problems))

    def name(self, number: str, language: Language) -> str:
        """An instrument as a sentence names it, for example "Luật Hải quan số 54/2014/QH13"."""
        title = self._by_number[number].title[language]
        if number in title:
            return title
        return f"{title} số {number}" if language == "vi" else f"{title} No. {number}"


class Place(Protocol):
    """Somewhere in an instrument, as a record cites it or a search found it; what is not known is None or empty."""

    @property
    def article(self) -> str | None: ...
    @property
    def clause(self) -> str | None: ...
    @property
    def point(self) -> str | None: ...


def place(cited: Place, language: Language) -> str:
    """The place within an instrument, as the language writes it; empty where the whole text is meant.

    An address that is no number, such as "Phụ lục II", is written as it is.
    """
    article = cited.article or ""
    numbered = bool(_NUMBERED.fullmatch(article))
    if language == "vi":
        parts = [
            f"điểm {cited.point}" if cited.point else "",
            f"khoản {cited.clause}" if cited.clause else "",
            f"Điều {article}" if numbered else article,
        ]
        words = " ".join(part for part in parts if part)
        return words[:1].upper() + words[1:]
    point = f"({cited.point})" if cited.point else ""
    if not article:
        return f"Clause {cited.clause}{point}" if cited.clause else point and f"Point {cited.point}"
    clause = f"({cited.clause})" if cited.clause else ""
    name = f"Article {article}" if numbered else _ANNEX.sub("Annex", article)
    return f"{name}{clause}{point}"
