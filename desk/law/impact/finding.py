"""What an instrument bears on: the entries, open cases and recent answers that cite what it changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.cases.model import OPEN_STATES, Case, CaseEntry
from desk.enquiries.model import Enquiry
from desk.guidance.versions import held
from desk.law import citing
from desk.law.citing import CitingVersion
from desk.law.impact.model import ImpactKind
from desk.law.instruments import Instrument
from desk.law.numbers import base_of, is_cited_in

#: A version of an entry: its id and its number.
Shown = tuple[str, int]
_ANSWERED = (Outcome.ANSWERED, Outcome.ANSWERED_FROM_CONTEXT)


@dataclass(frozen=True)
class Touch:
    """That an instrument changes another from a day on, at these places; without any, the whole of it."""

    changed: str
    how: str
    from_: dt.date | None
    articles: tuple[str, ...]

    def touches(self, citation: Mapping[str, Any]) -> bool:
        article = citation.get("article")
        same = citation.get("instrument") == self.changed
        return same and (not self.articles or article is None or str(article) in self.articles)

    def reason(self, places: Iterable[Mapping[str, Any]], entry: str | None) -> dict[str, Any]:
        """As a task keeps it; see ImpactTask."""
        named = [{name: each.get(name) for name in ("article", "clause", "point")} for each in places]
        since = str(self.from_) if self.from_ is not None else None
        return {"changed": self.changed, "how": self.how, "from": since, "places": named, "entry": entry}


@dataclass
class Affected:
    """Something to look at, with all the reasons why."""

    kind: ImpactKind
    subject: str
    entry: str | None = None
    case_id: int | None = None
    why: list[dict[str, Any]] = field(default_factory=list)

    def add(self, reasons: Iterable[dict[str, Any]]) -> None:
        self.why += [reason for reason in reasons if reason not in self.why]


def touches_of(instrument: Instrument) -> list[Touch]:
    return [
        Touch(change.instrument, change.how, change.from_ or instrument.in_force.from_, tuple(change.articles))
        for change in instrument.changes
    ]


def find(session: Session, touches: Sequence[Touch], since: dt.datetime) -> list[Affected]:
    """All that cites what is changed: entries, then open cases, then what was answered ``since``."""
    numbers = {touch.changed for touch in touches}
    versions = citing.versions_citing(session, numbers)
    reasons = {(v.entry, v.number): found for v in versions if (found := _reasons(v, touches))}
    return [
        *_entries(session, versions, touches),
        *_cases(session, touches, reasons),
        *_answers(session, reasons, since),
    ]


def _reasons(version: CitingVersion, touches: Iterable[Touch]) -> list[dict[str, Any]]:
    """Why a version is touched, whatever its days."""
    found = []
    for touch in touches:
        if places := [each for each in version.basis if touch.touches(each)]:
            found.append(touch.reason(places, version.entry))
    return found


def _entries(session: Session, versions: Iterable[CitingVersion], touches: Iterable[Touch]) -> Iterator[Affected]:
    """The entries that cite what changes and are served for any day from the change on."""
    by_number = {(version.entry, version.number): version for version in versions}
    for entry, all_versions in citing.versions_of(session, (entry for entry, _ in by_number)).items():
        affected = Affected(ImpactKind.ENTRY, entry, entry)
        for served in held(all_versions):
            version = by_number.get((entry, served.version.number))
            still = [t for t in touches if t.from_ is None or served.to is None or served.to >= t.from_]
            affected.add(_reasons(version, still) if version is not None else [])
        if affected.why:
            yield affected


def _cases(
    session: Session, touches: Iterable[Touch], reasons: Mapping[Shown, list[dict[str, Any]]]
) -> Iterator[Affected]:
    """The open cases that were answered by touched guidance, quote it, or name the instrument in their thread."""
    found: dict[int, Affected] = {}

    def add(case_id: int, number: str | None, why: Iterable[dict[str, Any]], entry: str | None = None) -> None:
        affected = found.setdefault(case_id, Affected(ImpactKind.CASE, number or str(case_id), entry, case_id))
        affected.entry = affected.entry or entry
        affected.add(why)

    for case_id, number, shown in [*_shown_in_cases(session, reasons), *_quoted_in_cases(session)]:
        if shown in reasons:
            add(case_id, number, reasons[shown], shown[0])
    for touch in touches:
        for case_id, number in _naming_cases(session, touch.changed):
            add(case_id, number, [touch.reason((), None)])
    yield from (found[case_id] for case_id in sorted(found))


def _shown_in_cases(session: Session, reasons: Mapping[Shown, Any]) -> Iterator[tuple[int, str | None, Shown]]:
    query = (
        select(Case.id, Case.number, Enquiry.entry, Enquiry.version)
        .join(Enquiry, Enquiry.message_id == Case.enquiry_id)
        .where(Case.state.in_(OPEN_STATES), Enquiry.entry.in_({entry for entry, _ in reasons}))
    )
    for case_id, number, entry, version in session.execute(query):
        if entry is not None and version is not None:
            yield case_id, number, (entry, version)


def _quoted_in_cases(session: Session) -> Iterator[tuple[int, str | None, Shown]]:
    query = (
        select(Case.id, Case.number, CaseEntry.detail)
        .join(CaseEntry, CaseEntry.case_id == Case.id)
        .where(Case.state.in_(OPEN_STATES), cast(CaseEntry.detail, Text).contains('"quoted"'))
    )
    for case_id, number, detail in session.execute(query):
        for quoted in detail.get("quoted", []):
            yield case_id, number, (quoted["entry"], quoted["version"])


def _naming_cases(session: Session, changed: str) -> list[tuple[int, str | None]]:
    """The open cases in whose question or thread somebody wrote the number of an instrument."""
    base = base_of(changed)
    texts = (Case.question, Case.details, CaseEntry.text)
    query = (
        select(Case.id, Case.number, *texts)
        .join(CaseEntry, CaseEntry.case_id == Case.id)
        .where(Case.state.in_(OPEN_STATES), or_(*(text.contains(base, autoescape=True) for text in texts)))
    )
    rows = session.execute(query)
    named = [(row[0], row[1]) for row in rows if any(is_cited_in(text, changed) for text in row[2:] if text)]
    return list(dict.fromkeys(named))


def _answers(session: Session, reasons: Mapping[Shown, list[dict[str, Any]]], since: dt.datetime) -> Iterator[Affected]:
    query = (
        select(Enquiry.id, Enquiry.entry, Enquiry.version)
        .where(
            Enquiry.asked_at >= since,
            Enquiry.outcome.in_(_ANSWERED),
            Enquiry.entry.in_({entry for entry, _ in reasons}),
        )
        .order_by(Enquiry.asked_at, Enquiry.id)
    )
    for enquiry, entry, version in session.execute(query):
        if entry is not None and version is not None and (entry, version) in reasons:
            yield Affected(ImpactKind.ANSWER, enquiry, entry, why=list(reasons[entry, version]))
