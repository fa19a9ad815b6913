"""The step that searches the guidance, and keeps only what is published and in force on the asked day."""

from __future__ import annotations

from desk.answering.outcome import Outcome
from desk.answering.question import Candidate, Progress
from desk.guidance import service as guidance
from desk.ports import GuidanceSearch, SearchUnavailable

CANDIDATES = 5


class Find:
    """Finds candidates; the index only proposes, the store decides what may be shown and in which words."""

    name = "find"

    def __init__(self, search: GuidanceSearch) -> None:
        self._search = search

    def take(self, progress: Progress) -> None:
        question = progress.question
        try:
            result = self._search.search(question.text, question.language, CANDIDATES)
        except SearchUnavailable:
            progress.outcome = Outcome.ERROR_SEARCH
            return
        progress.publication_no = result.publication_no
        progress.timings_ms |= {f"find.{step}": ms for step, ms in result.timings_ms.items()}
        for hit in result.hits:
            version = guidance.in_force(progress.session, hit.entry, question.as_of)
            if version is not None:
                progress.candidates.append(Candidate(version, hit))
