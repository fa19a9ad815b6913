"""The search engine: keeps an index of what is published up to date, and answers questions from it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desk.guidance.record import Language
from desk.ports import Corpus, Hit, SearchResult, SearchUnavailable
from knowledge.engine.confidence import Calibration, fitted
from knowledge.engine.embedding import Embedder
from knowledge.engine.query import prepare
from knowledge.engine.ranking import rank
from knowledge.engine.snapshot import Snapshot
from knowledge.engine.vector_cache import VectorCache

log = logging.getLogger(__name__)

#: Seconds between two looks at the publication number.
INTERVAL = 0.2
#: Seconds that the end of the watching thread is waited for.
_PATIENCE = 5.0


class Engine:
    """Implements desk.ports.GuidanceSearch in this process; safe to use from several threads."""

    def __init__(
        self,
        load_corpus: Callable[[], Corpus],
        publication_no: Callable[[], int],
        embedder: Embedder,
        cache_folder: Path,
        calibration: Calibration | None = None,
    ) -> None:
        """``load_corpus`` reads all that is published, ``publication_no`` only its number (it is called often)."""
        self._load_corpus = load_corpus
        self._read_publication_no = publication_no
        self._embedder = embedder
        self._cache = VectorCache(cache_folder, embedder)
        self._calibration = calibration or fitted()
        self._snapshot: Snapshot | None = None
        self._refreshing = threading.Lock()
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def model(self) -> str:
        return self._embedder.name

    @property
    def publication_no(self) -> int | None:
        """The publication that is searched now; None while the first is loading."""
        snapshot = self._snapshot
        return None if snapshot is None else snapshot.publication_no

    def search(self, text: str, language: Language, limit: int = 5) -> SearchResult:
        """Find the entries that may answer the text, best first; raises SearchUnavailable while loading."""
        snapshot = self._snapshot
        if snapshot is None:
            raise SearchUnavailable("The guidance is still being indexed; try again in a moment.")
        timings: dict[str, float] = {}
        with _timed(timings, "prepare"):
            query = prepare(text, language, snapshot.table)
        if not query.terms or not snapshot.entries:
            return SearchResult(snapshot.publication_no, [], timings)
        with _timed(timings, "embed"):
            vector = self._embedder.queries([query.text])[0]
        with _timed(timings, "rank"):
            ranking = rank(snapshot, query, vector, limit)
            confidences = self._calibration.probabilities(ranking.features)
        hits = []
        for position, score, confidence in zip(ranking.positions, ranking.scores, confidences, strict=True):
            entry, version = snapshot.entries[position]
            hits.append(Hit(entry, version, float(score), float(confidence)))
        return SearchResult(snapshot.publication_no, hits, timings)

    def refresh(self) -> bool:
        """Index what is published, if its number changed; whether it had. Errors of the store pass through.

        The index is made whole each time, and not as a base with a delta: with the vectors and words of unchanged
        passages reused it takes about half a second at 100 entries, and a search sees the old or the new, never both.
        """
        with self._refreshing:
            snapshot = self._snapshot
            if snapshot is not None and self._read_publication_no() == snapshot.publication_no:
                return False
            self._embedder.load()
            self._snapshot = Snapshot(self._load_corpus(), self._cache.vectors)
            return True

    def watch(self, interval: float = INTERVAL) -> None:
        """Refresh now and then every ``interval`` seconds, in a thread of its own, until ``stop``.

        A second call while watching does nothing.
        """
        if self._watcher is not None:
            return
        self._watcher = threading.Thread(target=self._watch, args=(interval,), name="guidance-watch", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """End watching; a second call does nothing. A first indexing that is under way is not waited for."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join(timeout=_PATIENCE)

    def _watch(self, interval: float) -> None:
        failing = False
        while not self._stopping.is_set():
            try:
                if self.refresh():
                    log.info("Publication %s is searchable.", self.publication_no)
                failing = False
            except Exception:
                # Whatever the store raises: what is indexed is still searched, and the next look may succeed.
                if not failing:
                    log.exception("The publication could not be read; the search goes on with %s.", self.publication_no)
                failing = True
            self._stopping.wait(interval)


@contextmanager
def _timed(timings: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[step] = (time.perf_counter() - start) * 1000
