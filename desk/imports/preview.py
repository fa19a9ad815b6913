"""What bringing records in would do, record by record; nothing is changed by looking."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.guidance import versions
from desk.guidance.drafts.differences import Difference, differences
from desk.guidance.drafts.problems import Problem, problems_of
from desk.guidance.model import OPEN, DraftKind, GuidanceDraft, GuidanceEntry, GuidanceVersion
from desk.guidance.record import GuidanceRecord
from desk.imports.columns import column_of
from desk.imports.faults import Where
from desk.imports.given import Given
from desk.law.instruments import Instruments
from desk.people.model import Officer

#: ``waiting``: an open draft says just this already; ``wrong``: it cannot be brought in as it is.
How = Literal["wrong", "new", "changed", "waiting", "unchanged"]
HOWS: tuple[How, ...] = ("wrong", "new", "changed", "waiting", "unchanged")


@dataclass(frozen=True)
class Wrong:
    """Something in a record that keeps it out: its place and column, and the name of the sentence that says it."""

    where: Where
    column: str
    problem: Problem


@dataclass(frozen=True)
class Line:
    """One record of the file; ``before`` is the text of its entry in the store, empty for a new one.

    ``draft_id`` is the open draft that says this already, or into which it is written.
    """

    given: Given
    how: How
    before: Mapping[str, Any] = field(default_factory=dict)
    content: Mapping[str, Any] = field(default_factory=dict)
    wrong: tuple[Wrong, ...] = ()
    draft_id: int | None = None

    def differences(self) -> list[Difference]:
        """The fields that differ from what is in the store; none for a new entry."""
        return differences(self.before, self.content) if self.how == "changed" else []


@dataclass(frozen=True)
class Preview:
    lines: Sequence[Line]
    fingerprint: str

    @property
    def counts(self) -> dict[How, int]:
        found = Counter(line.how for line in self.lines)
        return {how: found[how] for how in HOWS}

    @property
    def may_be_carried_out(self) -> bool:
        return not self.counts["wrong"] and bool(self.counts["new"] or self.counts["changed"])


def preview(session: Session, given: Sequence[Given], officer: Officer, instruments: Instruments) -> Preview:
    """What each record would become for this officer: what others have begun is theirs."""
    ids = [one.id for one in given]
    store = _Store(
        newest=versions.newest_of_each(session, ids),
        drafts={draft.entry_id: draft for draft in _drafts(session, ids)},
        entries={*session.scalars(select(GuidanceEntry.id)), *ids} - {""},
    )
    lines = [_line(one, store, officer, instruments) for one in given]
    told = repr([(line.given.id, line.how, line.draft_id, line.before, line.content) for line in lines])
    return Preview(lines, hashlib.sha256(told.encode()).hexdigest()[:16])


@dataclass(frozen=True)
class _Store:
    newest: Mapping[str, GuidanceVersion]
    drafts: Mapping[str | None, GuidanceDraft]
    entries: set[str]


def _drafts(session: Session, ids: Sequence[str]) -> Sequence[GuidanceDraft]:
    wanted = select(GuidanceDraft).where(GuidanceDraft.state.in_(OPEN), GuidanceDraft.entry_id.in_(ids))
    return session.scalars(wanted).all()


def _line(given: Given, store: _Store, officer: Officer, instruments: Instruments) -> Line:
    problems = problems_of(given.content, instruments, store.entries)
    record = _record(given.content)
    if problems or record is None:
        problems = problems or [Problem("id", "drafting.problem.not_understood")]
        wrong = tuple(Wrong(given.place_of(p.path), column_of(p.path), p) for p in problems)
        return Line(given, "wrong", wrong=wrong)
    content, last, draft = record.as_json(), store.newest.get(given.id), store.drafts.get(given.id)
    before = last.content if last is not None else {}
    if draft is not None and _says(draft.content, record):
        return Line(given, "waiting", before, content, draft_id=draft.id)
    # What was taken out of service is not brought back by the file that it came from.
    if last is not None and last.content_hash == record.content_hash():
        return Line(given, "unchanged", before, content)
    if draft is not None and not _may_be_written(draft, officer):
        problem = Problem("id", "drafting.refused.has_draft", {"name": draft.author.name})
        return Line(given, "wrong", wrong=(Wrong(given.place_of("id"), "id", problem),), draft_id=draft.id)
    how: How = "changed" if last is not None else "new"
    return Line(given, how, before, content, draft_id=draft.id if draft is not None else None)


def _may_be_written(draft: GuidanceDraft, officer: Officer) -> bool:
    return draft.author_id == officer.id and draft.is_written and draft.kind != DraftKind.RETIRE


def _record(content: Mapping[str, Any]) -> GuidanceRecord | None:
    try:
        return GuidanceRecord.model_validate(content)
    except ValidationError:
        return None


def _says(content: Mapping[str, Any], record: GuidanceRecord) -> bool:
    other = _record(content)
    return other is not None and other.content_hash() == record.content_hash()
