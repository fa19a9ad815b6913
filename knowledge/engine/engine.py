"""The search engine: keeps an index of what is published up to date, and answers questions from it."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from desk.guidance.record import GuidanceRecord, Language
from desk.ports import Corpus, Hit, Indexed, LawHit, SearchResult, SearchUnavailable, Trial
from knowledge.engine.alike import Alike
from knowledge.engine.judging.confidence import Calibration, features, fitted, law_features
from knowledge.engine.judging.ranking import Ranking, rank, rank_law
from knowledge.engine.model.embedding import Embedded, Embedder
from knowledge.engine.model.vector_cache import VectorCache
from knowledge.engine.snapshot import Snapshot
from knowledge.engine.trial import Trials
from knowledge.engine.writing.query import Query

log = logging.getLogger(__name__)

#: Seconds between two looks at the publication number.
INTERVAL = 0.2
#: So many entries are taken for possible answers where texts are compared.
ANSWERS = 10
#: So many changes of the index are remembered with their moments.
REMEMBERED = 1_000
#: Seconds that the end of the watching thread is waited for.
_PATIENCE = 5.0


class Engine:
    """Implements desk.ports.Knowledge in this process; safe to use from several threads."""

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
        self._guidance_vectors = VectorCache(cache_folder, embedder, "guidance")
        self._law_vectors = VectorCache(cache_folder, embedder, "law")
        self._calibration = calibration or fitted()
        self._snapshot: Snapshot | None = None
        self._model_identity = ""
        self._alike: Alike | None = None
        self._served: deque[tuple[int, dt.datetime]] = deque(maxlen=REMEMBERED)
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

    @property
    def snapshot(self) -> Snapshot | None:
        """What is searched now; None while the first is loading."""
        return self._snapshot

    def contents(self) -> Mapping[str, object]:
        """What is searched now, for those who run the desk: counts, when it was indexed, and by which model."""
        snapshot = self._snapshot
        if snapshot is None or not self._served:
            return {}
        return {
            "entries": len(snapshot.guidance.published),
            "passages": snapshot.guidance.passages,
            "articles": len(snapshot.law.articles),
            "law_passages": snapshot.law.passages,
            "indexed_at": self._served[-1][1].isoformat(timespec="seconds"),
            "model_identity": self._model_identity,
        }

    def search(self, text: str, language: Language, limit: int = 5, as_of: dt.date | None = None) -> SearchResult:
        """Find the entries that may answer the text on a day, best first; raises SearchUnavailable while loading."""
        snapshot = self._snapshot
        if snapshot is None:
            raise SearchUnavailable("The guidance is still being indexed; try again in a moment.")
        timings: dict[str, float] = {}
        with _timed(timings, "prepare"):
            query = snapshot.writing.query(text, language)
        if not query.terms:
            return SearchResult(snapshot.publication_no, [], timings)
        with _timed(timings, "embed"):
            embedded = self._embedder.queries([query.text])[0]
        with _timed(timings, "rank"):
            hits = self._hits(snapshot, query, embedded, limit, as_of)
        with _timed(timings, "rank_law"):
            law = self._law_hits(snapshot, query, embedded, limit)
        return SearchResult(snapshot.publication_no, hits, timings, law)

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """How likely each of the others asks the same as the text, 0 to 1; raises SearchUnavailable while loading."""
        alike = self._alike
        if alike is None:
            raise SearchUnavailable("The guidance is still being indexed; try again in a moment.")
        return alike.likeness(text, others)

    def trial(
        self,
        candidate: GuidanceRecord | None,
        entry: str,
        questions: Sequence[tuple[str, Language]],
        as_of: dt.date,
        limit: int = 5,
    ) -> list[Trial]:
        """What each question finds, and would find with the candidate as the entry's text of that day.

        Raises SearchUnavailable while loading.
        """
        snapshot = self._snapshot
        if snapshot is None:
            raise SearchUnavailable("The guidance is still being indexed; try again in a moment.")
        trials = Trials(snapshot, self._embedder, self._guidance_vectors.more, self._hits)
        return trials.trial(candidate, entry, questions, as_of, limit)

    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """The meaning of each text as a vector of length 1, or 0 without words; raises SearchUnavailable if loading."""
        alike = self._alike
        if alike is None:
            raise SearchUnavailable("The guidance is still being indexed; try again in a moment.")
        return [vector.tolist() for vector in alike.vectors(texts)]

    def indexed(self, publication_no: int) -> Indexed:
        """What is searched now, and since when this publication is; raises SearchUnavailable while loading."""
        present = self.publication_no
        if present is None:
            raise SearchUnavailable("The guidance is still being indexed; try again in a moment.")
        moments = (at for number, at in list(self._served) if number >= publication_no)
        return Indexed(present, next(moments, None))

    @property
    def alike(self) -> Alike | None:
        """What compares texts over the publication that is searched now."""
        return self._alike

    def _answers(self, snapshot: Snapshot, query: Query, embedded: Embedded) -> Mapping[str, float]:
        return {hit.entry: hit.confidence for hit in self._hits(snapshot, query, embedded, ANSWERS)}

    def _hits(
        self, snapshot: Snapshot, query: Query, embedded: Embedded, limit: int, as_of: dt.date | None = None
    ) -> list[Hit]:
        ranking = rank(snapshot.guidance, query, embedded, as_of)
        if not ranking.size:
            return []
        confidences = self._calibration.probabilities(features(query, embedded, snapshot.guidance, ranking))
        # The mixed score chooses which entries are judged; who comes first is the likeliest to be right.
        order = np.argsort(-confidences, kind="stable")[:limit]
        hits = []
        for place, confidence in zip(order.tolist(), confidences[order].tolist(), strict=True):
            entry, version = snapshot.guidance.entries[ranking.positions[place]]
            score = math.log(confidence / (1 - confidence))
            hits.append(Hit(entry, version, score, confidence, **_measured(ranking, place)))
        return hits

    def _law_hits(self, snapshot: Snapshot, query: Query, embedded: Embedded, limit: int) -> list[LawHit]:
        if not snapshot.law.articles:
            return []
        ranking, passages = rank_law(snapshot.law, query, embedded)
        confidences = self._calibration.law_probabilities(law_features(query, ranking))
        hits = []
        for place, (position, passage) in enumerate(
            zip(ranking.positions[:limit].tolist(), passages[:limit].tolist(), strict=True)
        ):
            article, part = snapshot.law.articles[position], snapshot.law.part(passage)
            hits.append(
                LawHit(
                    instrument=article.instrument,
                    article=article.article,
                    clause=part.clause,
                    point=part.point,
                    heading=article.heading,
                    text=part.passage,
                    score=float(ranking.scores[place]),
                    confidence=float(confidences[place]),
                )
            )
        return hits

    def refresh(self) -> bool:
        """Index what is published, if its number changed; whether it had. Errors of the store pass through.

        Only what changed is read and embedded, and put into arrays that are copied for it: the index is the same as
        one made whole, and a search sees the old or the new, never both (docs/decisions/0036).
        """
        with self._refreshing:
            before = self._snapshot
            if before is not None and self._read_publication_no() == before.publication_no:
                return False
            self._embedder.load()
            corpus = self._load_corpus()
            spliced = before.after(corpus, self._guidance_vectors.more) if before is not None else None
            self.serve(spliced or self._whole(corpus, before))
            if spliced is not None and spliced.guidance.outgrown:
                self.serve(self._whole(corpus, spliced))  # what was published is searched meanwhile
            elif spliced is not None and spliced.guidance.is_deep:
                self.serve(spliced.in_order(corpus, self._guidance_vectors.more) or self._whole(corpus, spliced))
            elif spliced is not None and self._guidance_vectors.is_untidy(spliced.guidance.passages):
                self._guidance_vectors.vectors(spliced.guidance.written())
            return True

    def _whole(self, corpus: Corpus, before: Snapshot | None) -> Snapshot:
        return Snapshot.of(corpus, self._guidance_vectors.vectors, self._law_vectors.vectors, before)

    def serve(self, snapshot: Snapshot) -> None:
        """Search this from now on; a search that has begun ends with what it began with."""
        self._alike = Alike(snapshot, self._embedder, self._answers)
        self._model_identity = self._embedder.identity
        self._snapshot = snapshot
        self._served.append((snapshot.publication_no, dt.datetime.now(dt.UTC)))

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
            is_first = self._snapshot is None
            try:
                if self.refresh():
                    if is_first:
                        # What was loaded stays: looking through it for garbage holds everything up for a second.
                        gc.freeze()
                    log.info("Publication %s is searchable.", self.publication_no)
                failing = False
            except Exception:
                # Whatever the store raises: what is indexed is still searched, and the next look may succeed.
                if not failing:
                    log.exception("The publication could not be read; the search goes on with %s.", self.publication_no)
                failing = True
            self._stopping.wait(interval)


def _measured(ranking: Ranking, place: int) -> dict[str, float]:
    """What was measured of one ranked entry, in three numbers."""

    def most(kind: str) -> float:
        return max(float(found[place]) for way, found in ranking.measured.items() if way.startswith(kind))

    return {"lexical": most("words"), "semantic": most("meaning"), "joint": float(ranking.scores[place])}


@contextmanager
def _timed(timings: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[step] = (time.perf_counter() - start) * 1000
