"""What a draft is tried with: the text in its place, the day, and the entries whose questions it could take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.guidance import service as guidance
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.gate import golden
from desk.guidance.gate.verdict import Asked
from desk.guidance.model import DraftKind, GuidanceDraft, GuidanceVersion
from desk.guidance.record import LANGUAGES, GuidanceRecord, Language
from desk.ports import Trial

#: So many of the entries found nearest to each of a draft's own texts are its neighbours.
NEAREST = 5


@dataclass(frozen=True)
class Plan:
    """What is tried, taken from the store in one look.

    ``candidate`` is None where the entry is to be taken out. ``own`` are the entry's golden questions; ``probes`` the
    texts by which entries near to it are found, ``related`` those that are named as related, one way or the other.
    """

    entry: str
    candidate: GuidanceRecord | None
    as_of: dt.date
    revision: int
    publication_no: int
    own: tuple[Asked, ...]
    probes: tuple[tuple[str, Language], ...]
    related: frozenset[str]


def plan(session: Session, draft: GuidanceDraft, today: dt.date) -> Plan:
    """What to try for a draft whose record is whole."""
    base = draft_standing.base_of(session, draft)
    entry = draft.entry_id or str(draft.content["id"])
    candidate = None if draft.kind == DraftKind.RETIRE else GuidanceRecord.model_validate(draft.content)
    own = asked_of(session, [entry])
    return Plan(
        entry=entry,
        candidate=candidate,
        as_of=_day(candidate, draft, today),
        revision=draft.revision,
        publication_no=guidance.publication_no(session),
        # An entry that is taken out is not to answer anything: its own questions cannot be lost.
        own=own if candidate is not None else (),
        probes=_probes(candidate or GuidanceRecord.model_validate(draft.content), base, own),
        related=_related(session, entry, candidate, base),
    )


def asked_of(session: Session, entries: Iterable[str]) -> tuple[Asked, ...]:
    """The open golden questions of entries."""
    rows = golden.of_entries(session, sorted(set(entries)))
    return tuple(Asked(row.entry_id, next(one for one in LANGUAGES if one == row.language), row.text) for row in rows)


def neighbours(plan: Plan, trials: Sequence[Trial]) -> frozenset[str]:
    """The entries whose questions the change could take, by what was found for the probes."""
    found = {hit.entry for trial in trials for hit in trial.before[:NEAREST]}
    return (plan.related | found) - {plan.entry}


def _day(candidate: GuidanceRecord | None, draft: GuidanceDraft, today: dt.date) -> dt.date:
    """The first day from today on for which the change counts."""
    if candidate is None:
        return today if draft.last_day is None else max(today, draft.last_day + dt.timedelta(days=1))
    in_force = candidate.in_force
    if in_force.to is not None and in_force.to < today:
        return in_force.to
    return max(today, in_force.from_)


def _probes(record: GuidanceRecord, base: dict[str, object], own: Sequence[Asked]) -> tuple[tuple[str, Language], ...]:
    """The title, the ways to ask that are new, and the golden questions of the entry."""
    before = base.get("questions") or {}
    assert isinstance(before, dict)
    found: list[tuple[str, Language]] = []
    for language in LANGUAGES:
        old = set(before.get(language) or [])
        found += [(record.title[language], language)]
        found += [(text, language) for text in record.questions[language] if text not in old]
    found += [(asked.text, asked.language) for asked in own]
    return tuple(dict.fromkeys(found))


def _related(session: Session, entry: str, candidate: GuidanceRecord | None, base: dict[str, object]) -> frozenset[str]:
    named = {*(candidate.related if candidate is not None else ()), *_names(base.get("related"))}
    related = GuidanceVersion.content["related"].as_string()
    query = select(GuidanceVersion.entry_id).where(
        GuidanceVersion.withdrawn_at.is_(None), related.contains(f'"{entry}"', autoescape=True)
    )
    return frozenset({*named, *session.scalars(query)} - {entry})


def _names(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
