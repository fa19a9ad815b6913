"""The step that searches the guidance, and keeps only what is published and in force on the asked day."""

from __future__ import annotations

from desk.answering.outcome import Outcome
from desk.answering.question import Candidate, Progress
from desk.guidance import service as guidance
from desk.ports import GuidanceSearch, SearchUnavailable
from desk.store import Store

CANDIDATES = 5


class Find:
    """Finds candidates; the index only proposes, the store decides what may be shown and in which words."""

    name = "find"

    def __init__(self, search: GuidanceSearch, store: Store) -> None:
        self._search = search
        self._store = store

    def take(self, progress: Progress) -> None:
        question = progress.question
        try:
            result = self._search.search(question.text, question.language, CANDIDATES)
        except SearchUnavailable:
            progress.outcome = Outcome.ERROR_SEARCH
            return
        progress.publication_no = result.publication_no
        progress.timings_ms |= {f"find.{step}": ms for step, ms in result.timings_ms.items()}
        with self._store.reading() as session:
            found = [(hit, guidance.in_force(session, hit.entry, question.as_of)) for hit in result.hits]
        progress.candidates += [Candidate(version, hit) for hit, version in found if version is not None]
