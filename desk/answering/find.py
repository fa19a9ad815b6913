"""The step that searches guidance and law, and keeps only guidance in force on the asked day and law in the store."""

from __future__ import annotations

from desk.answering.ahead import SearchAhead
from desk.answering.outcome import Outcome
from desk.answering.question import Candidate, Progress, Question
from desk.guidance import versions
from desk.law import service as law
from desk.ports import GuidanceSearch, SearchUnavailable
from desk.store import Store

CANDIDATES = 5


class Find:
    """Finds candidates; the index only proposes, the store decides what may be shown and in which words."""

    name = "find"

    def __init__(self, search: GuidanceSearch, store: Store) -> None:
        self._search = SearchAhead(search)
        self._store = store

    def expect(self, question: Question) -> None:
        """Begin the search for a question that will be taken in a moment."""
        self._search.begin(question.wording, question.language, CANDIDATES, question.as_of)

    def take(self, progress: Progress) -> None:
        question = progress.question
        progress.searched.append(question.wording)
        try:
            result = self._search.search(question.wording, question.language, CANDIDATES, question.as_of)
        except SearchUnavailable:
            progress.outcome = progress.matter or Outcome.ERROR_SEARCH
            return
        progress.publication_no = result.publication_no
        progress.timings_ms |= {f"find.{step}": ms for step, ms in result.timings_ms.items()}
        with self._store.reading() as session:
            found = versions.in_force_of_each(session, [hit.entry for hit in result.hits], question.as_of)
            progress.law = law.still_there(session, result.law)
        for hit in result.hits:
            version = found.get(hit.entry)
            # An entry may be indexed in the version of today and in one that will hold later.
            if version is not None and version.entry_id not in {c.version.entry_id for c in progress.candidates}:
                progress.candidates.append(Candidate(version, hit))
