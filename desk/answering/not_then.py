"""The step that notices that an entry answers today and has no text for the day that is meant.

The search for an earlier or later day knows only what holds then; without the entry that is asked about, its neighbour
would look like the answer. So the question is searched once more as of today, and what wins there is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desk.answering.find import Find
from desk.answering.judge import Thresholds
from desk.answering.outcome import Outcome
from desk.answering.question import Candidate, Progress
from desk.guidance import versions
from desk.store import Store

_SEARCHED = (
    Outcome.ANSWERED,
    Outcome.CLARIFY_ENTRIES,
    Outcome.UNANSWERABLE_NOT_COVERED,
    Outcome.UNANSWERABLE_OUT_OF_SCOPE,
)


class NotThen:
    """Says that the desk has no text for the day, rather than answer with another entry or another day's text."""

    name = "not_then"

    def __init__(self, find: Find, thresholds: Callable[[], Thresholds], store: Store) -> None:
        self._find = find
        self._thresholds = thresholds
        self._store = store

    def take(self, progress: Progress) -> None:
        if progress.outcome not in _SEARCHED or progress.not_then is not None:
            return
        today = self._of_today(progress)
        best = today[0] if today else None
        if best is None or best.hit.confidence < self._thresholds().answer or self._holds_then(best, progress):
            return
        rivals = {candidate.version.entry_id for candidate in today}
        if progress.chosen is not None and progress.chosen.entry_id not in rivals:
            return  # what answers holds no more today, and so did not lose to the other
        progress.not_then, progress.chosen = best.version, None
        progress.outcome, progress.decided_by = Outcome.UNANSWERABLE_NOT_COVERED, self.name
        progress.candidates, progress.considered = [], today

    def _of_today(self, progress: Progress) -> list[Candidate]:
        question = progress.question
        wording = progress.searched[-1] if progress.decided_by == "join" else question.wording
        asked = Progress(replace(question, text=wording, without_day="", as_of=question.present))
        self._find.take(asked)
        return asked.candidates

    def _holds_then(self, best: Candidate, progress: Progress) -> bool:
        with self._store.reading() as session:
            return versions.in_force(session, best.version.entry_id, progress.question.as_of) is not None
