"""Who cites an instrument: published guidance, drafts, and other instruments."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, or_, select
from sqlalchemy.orm import Session, defer

from desk.guidance.model import OPEN, GuidanceDraft, GuidanceVersion
from desk.guidance.record import Citation
from desk.guidance.versions import held
from desk.law.instruments import Instruments
from desk.law.model import LawText

#: Entries that are asked for in one query.
_AT_ONCE = 1000


@dataclass(frozen=True)
class CitingEntry:
    """An entry that cites an instrument on some day; ``title`` by language, ``places`` as the record cites them."""

    entry: str
    title: Mapping[str, str]
    places: tuple[Citation, ...]


@dataclass(frozen=True)
class CitingVersion:
    """A version that cites an instrument; ``basis`` is its whole legal basis, as it is kept."""

    entry: str
    number: int
    basis: list[dict[str, Any]]
    title: Mapping[str, str]


def versions_citing(session: Session, numbers: Collection[str]) -> list[CitingVersion]:
    """Every version that cites one of these, withdrawn ones too, by entry and number.

    Of a version no more is read than this: there may be thousands.
    """
    if not numbers:
        return []
    content = GuidanceVersion.content
    query = select(GuidanceVersion.entry_id, GuidanceVersion.number, content["legal_basis"], content["title"])
    rows = session.execute(query.where(_names(numbers)).order_by(GuidanceVersion.entry_id, GuidanceVersion.number))
    found = (CitingVersion(entry, number, basis or [], title) for entry, number, basis, title in rows)
    return [version for version in found if any(each["instrument"] in numbers for each in version.basis)]


def versions_of(session: Session, entries: Iterable[str]) -> dict[str, list[GuidanceVersion]]:
    """All versions of these entries without what they say; by them it is told which day has which."""
    wanted = list(dict.fromkeys(entries))
    found: dict[str, list[GuidanceVersion]] = {entry: [] for entry in wanted}
    for first in range(0, len(wanted), _AT_ONCE):
        some = GuidanceVersion.entry_id.in_(wanted[first : first + _AT_ONCE])
        for version in session.scalars(select(GuidanceVersion).where(some).options(defer(GuidanceVersion.content))):
            found[version.entry_id].append(version)
    return found


def entries_citing(session: Session, number: str) -> list[CitingEntry]:
    """The entries that cite an instrument for some day on which they are served, by the last such text of each."""
    citing = {(version.entry, version.number): version for version in versions_citing(session, [number])}
    found = []
    for entry, versions in versions_of(session, (entry for entry, _ in citing)).items():
        served = [each.version.number for each in held(versions) if (entry, each.version.number) in citing]
        if served:
            version = citing[entry, served[-1]]
            places = [Citation.model_validate(each) for each in version.basis if each["instrument"] == number]
            found.append(CitingEntry(entry, version.title, tuple(places)))
    return found


def uses(session: Session, instruments: Instruments, number: str) -> dict[str, int]:
    """How often an instrument is cited, by what cites it; empty where nothing does."""
    query = select(GuidanceDraft).where(GuidanceDraft.state.in_(OPEN))
    drafts = [draft for draft in session.scalars(query) if number in _instruments_in(draft.content)]
    others = [
        one
        for one in instruments
        if number in one.consolidates or any(change.instrument == number for change in one.changes)
    ]
    texts = session.scalars(select(LawText.article).where(LawText.instrument == number).limit(1)).all()
    entries = {version.entry for version in versions_citing(session, [number])}
    found = {"entries": entries, "drafts": drafts, "instruments": others, "texts": texts}
    return {name: len(each) for name, each in found.items() if each}


def _instruments_in(content: Mapping[str, Any]) -> set[str]:
    rows: Iterable[Any] = content.get("legal_basis") or []
    return {str(row.get("instrument")) for row in rows if isinstance(row, Mapping)}


def _names(numbers: Collection[str]) -> ColumnElement[bool]:
    """Whether the words of a version have one of the numbers in them: few versions are read for a rare one."""
    words = cast(GuidanceVersion.content, Text)
    return or_(*(words.contains(json.dumps(number), autoescape=True) for number in sorted(numbers)))
