"""The publish gate: before a change is published, the golden questions of its entry and neighbours are tried with it.

The search is asked with no transaction open; what it found is kept with the draft (passing.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desk.answering.judge import decided
from desk.desk import Desk
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.gate import asking
from desk.guidance.gate.passing import fresh, keep
from desk.guidance.gate.verdict import Asked, Ended, Gate, GateState, compared
from desk.guidance.record import Language
from desk.ports import Hit, SearchUnavailable, Trial


def look(desk: Desk, draft_id: int) -> Gate | None:
    """Try a draft, with no transaction open; None where there is no such draft, or its record is not whole yet."""
    today, at = desk.today(), desk.now()
    with desk.store.reading() as session:
        draft = draft_standing.by_id(session, draft_id)
        if draft is None or draft_standing.problems(session, draft, desk.instruments, desk.today()):
            return None
        plan = asking.plan(session, draft, today)
    try:
        near = asking.neighbours(plan, _tried(desk, plan, plan.probes))
        with desk.store.reading() as session:
            questions = (*plan.own, *asking.asked_of(session, near))
        trials = _tried(desk, plan, [(asked.text, asked.language) for asked in questions])
    except SearchUnavailable:
        return Gate(GateState.NOT_RUN, plan.revision, plan.publication_no, at)
    right, changes = compared(plan.entry, questions, trials, lambda asked, hits: _ended(desk, asked, hits))
    gate = Gate(
        GateState.PASSED, plan.revision, plan.publication_no, at, len(questions), right, tuple(sorted(near)), changes
    )
    return replace(gate, state=GateState.STOPPED) if gate.stopping else gate


def run(desk: Desk, draft_id: int) -> Gate | None:
    """Try a draft and keep what was found; None as ``look``. Opens transactions of its own."""
    gate = look(desk, draft_id)
    if gate is not None:
        with desk.store.writing() as session:
            draft = draft_standing.by_id(session, draft_id, to_change=True)
            if draft is not None:
                keep(session, draft, gate)
    return gate


def run_if_stale(desk: Desk, draft_id: int) -> None:
    """Try a draft again where what was tried no longer holds, or could not be tried."""
    with desk.store.reading() as session:
        draft = draft_standing.by_id(session, draft_id)
        gate = fresh(session, draft) if draft is not None else None
    if gate is None or gate.state is GateState.NOT_RUN:
        run(desk, draft_id)


def _tried(desk: Desk, plan: asking.Plan, questions: Sequence[tuple[str, Language]]) -> list[Trial]:
    return desk.search.trial(plan.candidate, plan.entry, questions, plan.as_of) if questions else []


def _ended(desk: Desk, asked: Asked, hits: Sequence[Hit]) -> Ended:
    """What a person who asks this would get: as the steps of an answer decide it, by the thresholds in force."""
    patterns = desk.rules.words.patterns
    if patterns.certain_matter_of(asked.text) is not None:
        return Ended("neither")
    first = _one_an_entry(hits)
    despite_matter = patterns.matter_of(asked.text) is not None
    is_sure, offered = decided([hit.confidence for hit in first], desk.thresholds, despite_matter=despite_matter)
    if is_sure:
        return Ended("answered", (first[0].entry,))
    return Ended("offered", tuple(first[place].entry for place in offered)) if offered else Ended("neither")


def _one_an_entry(hits: Sequence[Hit]) -> list[Hit]:
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.entry, hit)
    return list(best.values())
