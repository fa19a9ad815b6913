"""The step for a text that names only a part of a procedure: it is about the entry that was shown before."""

from __future__ import annotations

from desk.answering.outcome import Outcome
from desk.answering.question import Progress
from desk.answering.reference import References
from desk.guidance import versions
from desk.store import Store


class FollowUp:
    """Answers a follow-up from the entry just shown; asks which procedure is meant where none was."""

    name = "follow_up"

    def __init__(self, references: References, store: Store) -> None:
        self._references = references
        self._store = store

    def take(self, progress: Progress) -> None:
        if progress.matter is not None:
            return
        question = progress.question.leaning()
        reference = self._references.of(question.wording)
        if not reference.is_follow_up:
            return
        progress.parts = reference.parts
        shown = question.context.shown
        if shown is None:
            progress.outcome = Outcome.CLARIFY_QUESTION
            return
        with self._store.reading() as session:
            version = versions.in_force(session, shown, question.as_of)
            present = versions.in_force(session, shown, question.present)
        if version is None and present is not None:
            progress.question, progress.not_then = question, present
            progress.outcome = Outcome.UNANSWERABLE_NOT_COVERED
            return
        if version is None:
            progress.parts = ()  # withdrawn meanwhile: the text is searched like any other
            return
        progress.question, progress.chosen = question, version
        stated = any(part.is_stated_by(version.record) for part in reference.parts)
        # What the entry is silent about is a gap in the guidance, and counts as one.
        progress.outcome = Outcome.ANSWERED_FROM_CONTEXT if stated else Outcome.UNANSWERABLE_NOT_COVERED
