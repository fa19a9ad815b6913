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


@dataclass(frozen=True)
class CitingEntry:
    """An entry that cites an instrument on some day; ``title`` by language, ``places`` as the record cites them."""

    entry: str
    title: Mapping[str, str]
    places: tuple[Citation, ...]


def versions_citing(session: Session, numbers: Collection[str]) -> list[GuidanceVersion]:
    """Every version that cites one of these, withdrawn ones too, by entry and number."""
    if not numbers:
        return []
    query = select(GuidanceVersion).where(_names(numbers))
    found = session.scalars(query.order_by(GuidanceVersion.entry_id, GuidanceVersion.number))
    return [version for version in found if any(each["instrument"] in numbers for each in cited(version.content))]


def versions_of_entries_citing(session: Session, numbers: Collection[str]) -> dict[str, list[GuidanceVersion]]:
    """All versions of each entry of which one cites one of these; by them it is told which day has which."""
    if not numbers:
        return {}
    entries = select(GuidanceVersion.entry_id).where(_names(numbers))
    query = select(GuidanceVersion).where(GuidanceVersion.entry_id.in_(entries)).options(defer(GuidanceVersion.content))
    found: dict[str, list[GuidanceVersion]] = {}
    for version in session.scalars(query.order_by(GuidanceVersion.entry_id, GuidanceVersion.number)):
        found.setdefault(version.entry_id, []).append(version)
    return found


def entries_citing(session: Session, number: str) -> list[CitingEntry]:
    """The entries that cite an instrument for some day on which they are served, by the last such text of each."""
    citing = {(version.entry_id, version.number): version for version in versions_citing(session, [number])}
    found = []
    for entry, versions in versions_of_entries_citing(session, [number]).items():
        served = [each.version for each in held(versions) if (entry, each.version.number) in citing]
        if served:
            content = citing[entry, served[-1].number].content
            places = [Citation.model_validate(each) for each in cited(content) if each["instrument"] == number]
            found.append(CitingEntry(entry, content["title"], tuple(places)))
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
    entries = {version.entry_id for version in versions_citing(session, [number])}
    found = {"entries": entries, "drafts": drafts, "instruments": others, "texts": texts}
    return {name: len(each) for name, each in found.items() if each}


def cited(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The citations of a published record, as it is kept."""
    return list(content.get("legal_basis") or [])


def _instruments_in(content: Mapping[str, Any]) -> set[str]:
    rows: Iterable[Any] = content.get("legal_basis") or []
    return {str(row.get("instrument")) for row in rows if isinstance(row, Mapping)}


def _names(numbers: Collection[str]) -> ColumnElement[bool]:
    """Whether the words of a version have one of the numbers in them: few versions are read for a rare one."""
    words = cast(GuidanceVersion.content, Text)
    return or_(*(words.contains(json.dumps(number), autoescape=True) for number in sorted(numbers)))
