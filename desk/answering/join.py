"""The step for a text that is not answered by itself: it is tried once more joined to what was written before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from desk.answering.outcome import Outcome
from desk.answering.question import NOTHING_BEFORE, Progress
from desk.answering.reference import References

#: How a text may have ended alone that is worth another try.
NOT_ANSWERED = (
    Outcome.CLARIFY_ENTRIES,
    Outcome.CLARIFY_QUESTION,
    Outcome.UNANSWERABLE_NOT_COVERED,
    Outcome.UNANSWERABLE_OUT_OF_SCOPE,
)


class Step(Protocol):
    """A step before this one."""

    def take(self, progress: Progress) -> None: ...


class Join:
    """Searches the text together with the one before it, and keeps what comes of it where that is better."""

    name = "join"

    def __init__(self, references: References, steps: Sequence[Step]) -> None:
        self._references = references
        self._steps = steps

    def take(self, progress: Progress) -> None:
        if progress.outcome not in NOT_ANSWERED or progress.chosen is not None or progress.not_then is not None:
            return
        context = progress.question.context
        if self._may_be_the_rest(progress, context.unanswered) and self._betters(progress, str(context.unanswered)):
            return
        if context.asked not in (None, context.unanswered) and self._leans_on_the_last(progress):
            # The entry that the person has just read says nothing on what they ask now.
            self._betters(progress, str(context.asked), known=context.shown)

    def _may_be_the_rest(self, progress: Progress, unanswered: str | None) -> bool:
        """Of two texts without a subject neither tells what is asked about."""
        if unanswered is None:
            return False
        return not (progress.parts and self._references.of(unanswered).is_follow_up)

    def _leans_on_the_last(self, progress: Progress) -> bool:
        points_back = self._references.of(progress.question.wording).points_back
        return points_back or progress.outcome is Outcome.CLARIFY_QUESTION

    def _betters(self, progress: Progress, earlier: str, known: str | None = None) -> bool:
        """Take what comes of both texts together where it is better than what came of the last one alone."""
        joined = self._walk(progress, f"{earlier} {progress.question.wording}")
        progress.searched += joined.searched
        if not _is_better(joined, progress, known):
            return False
        if joined.chosen is not None:
            progress.parts = ()  # an entry that was not shown before is shown as a whole
        progress.outcome, progress.chosen = joined.outcome, joined.chosen
        progress.question = replace(progress.question, as_of=joined.question.as_of)
        progress.candidates, progress.law = joined.candidates, joined.law
        progress.publication_no, progress.considered = joined.publication_no, joined.considered
        progress.decided_by = self.name
        return True

    def _walk(self, progress: Progress, text: str) -> Progress:
        question = replace(progress.question.leaning(), text=text, context=NOTHING_BEFORE, without_day="")
        joined = Progress(question)
        for step in self._steps:
            step.take(joined)
            if joined.outcome is not None:
                break
        return joined


def _is_better(joined: Progress, alone: Progress, known: str | None) -> bool:
    """Answered, or a choice of entries where there was none."""
    if joined.outcome is Outcome.ANSWERED:
        return joined.chosen is not None and joined.chosen.entry_id != known
    return joined.outcome is Outcome.CLARIFY_ENTRIES and alone.outcome is not Outcome.CLARIFY_ENTRIES
