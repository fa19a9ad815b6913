"""Legal instruments and citations: which text a record rests on, and its state in force on a day."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

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


class Change(BaseModel):
    """What a text does to another: from the day on which it comes into force, unless ``from`` says otherwise.

    Without ``articles`` it is not known, or not limited, which of the other's articles it touches.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    instrument: Text
    how: Literal["amends", "replaces"]
    articles: list[Text] = Field(default_factory=list)
    from_: dt.date | None = Field(default=None, alias="from")

    @field_validator("articles", mode="before")
    @classmethod
    def _numbers_as_text(cls, value: object) -> object:
        return [str(item) for item in value] if isinstance(value, list) else value


class Instrument(BaseModel):
    """A legal text by its official number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: Text
    kind: InstrumentKind
    title: Bilingual
    issuer: Bilingual | None = None
    issued: dt.date | None = None
    in_force: Period
    changes: list[Change] = Field(default_factory=list)
    consolidates: list[Text] = Field(default_factory=list)
    scope: Bilingual | None = None
    note: Bilingual | None = None
    sources: list[Text] = Field(min_length=1)

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True)

    def content_hash(self) -> str:
        """SHA-256 of what is said of the instrument; a field that it does not use makes no difference."""
        said = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Changed:
    """That a text was changed by another; ``from_`` is None where no source tells since when."""

    by: str
    how: Literal["amends", "replaces"]
    from_: dt.date | None
    articles: tuple[str, ...] = ()

    def holds_on(self, day: dt.date) -> bool:
        """Whether the change holds on a day; one of which no source tells when it began is taken to hold."""
        return self.from_ is None or self.from_ <= day

    def touches(self, article: str | None) -> bool:
        """Whether it may bear on an article; where either is not known, it may."""
        return not self.articles or article is None or article in self.articles


class Instruments:
    """All instruments that records may cite, by number, and what they do to one another."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self._by_number = {instrument.number: instrument for instrument in instruments}
        self._changed: dict[str, list[Changed]] = {}
        for one in self._by_number.values():
            for change in one.changes:
                since = change.from_ or one.in_force.from_
                changed = Changed(one.number, change.how, since, tuple(change.articles))
                self._changed.setdefault(change.instrument, []).append(changed)

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

    def changed(self, number: str) -> Sequence[Changed]:
        """What other instruments did, or will do, to this one, in the order in which they are listed."""
        return self._changed.get(number, [])

    def replaced_by(self, number: str) -> str | None:
        """The instrument that takes the place of the whole of this one, whenever it does; None where none does."""
        whole = (one.by for one in self.changed(number) if one.how == "replaces" and not one.articles)
        return next(whole, None)

    def last_day(self, number: str) -> dt.date | None:
        """The last day in force: the one that is said, else the day before another takes its place."""
        if number in self and (said := self[number].in_force.to) is not None:
            return said
        whole = [one.from_ for one in self.changed(number) if one.how == "replaces" and not one.articles and one.from_]
        return min(whole) - dt.timedelta(days=1) if whole else None

    def consolidated_in(self, number: str) -> list[Instrument]:
        """The consolidated texts of this instrument, the newest first."""
        texts = [one for one in self if number in one.consolidates]
        return sorted(texts, key=lambda one: one.issued or dt.date.min, reverse=True)

    def state_on(self, number: str, day: dt.date) -> ForceState:
        """Whether a text is in force on a day, as far as the dates are known; unknown for one that nobody listed."""
        if number not in self:
            return "unknown"
        period = self[number].in_force
        if period.from_ is not None and day < period.from_:
            return "not_yet"
        if period.to is not None and day > period.to:
            return "ended"
        holding = [one for one in self.changed(number) if one.holds_on(day)]
        if period.to is None and any(one.how == "replaces" and not one.articles for one in holding):
            return "ended"
        if period.from_ is None:
            return "unknown"
        return "in_force_amended" if holding else "in_force"

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
