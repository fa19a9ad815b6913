"""FAISS over the embedded passages, with nothing beside it: an entry is as near as its nearest passage."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import faiss
import numpy as np

from desk.guidance.record import GuidanceRecord, Language
from evaluation.peers.material import passages
from evaluation.peers.peer import Found
from evaluation.peers.versions import installed
from knowledge.engine.model.embedding import Embedded, Vectors

Embed = Callable[[Sequence[str]], Sequence[Embedded]]


class MeaningAlone:
    """Implements Peer; scores are cosines."""

    name = "FAISS, the model alone"
    set_up = (
        "IndexFlatIP over the same passages of both languages, embedded by the same model with its prompts; the "
        "question as it is typed; an entry counts by its best passage."
    )

    def __init__(self, queries: Embed, of_passages: Embed) -> None:
        """Both embed texts; of each only the vector of the whole is used."""
        self._queries = queries
        self._of_passages = of_passages
        self._entries: list[str] = []
        self._of_entry: list[int] = []
        self._index: faiss.IndexFlatIP | None = None

    def prepare(self, records: Sequence[GuidanceRecord]) -> Mapping[str, str]:
        self._entries = [record.id for record in records]
        of_records = [passages(record) for record in records]
        self._of_entry = [position for position, texts in enumerate(of_records) for _ in texts]
        vectors = _wholes(self._of_passages([text for texts in of_records for text in texts]))
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)
        return installed("faiss-cpu", "sentence-transformers", "torch")

    def search(self, text: str, language: Language, limit: int) -> Found:
        if self._index is None:
            raise RuntimeError("prepare comes before search")
        start = time.perf_counter()
        # All of them: the ten nearest passages may be of fewer entries.
        cosines, positions = self._index.search(_wholes(self._queries([text])), len(self._of_entry))
        best: dict[int, float] = {}
        for position, cosine in zip(positions[0].tolist(), cosines[0].tolist(), strict=True):
            best.setdefault(self._of_entry[position], cosine)
            if len(best) == limit:
                break
        milliseconds = (time.perf_counter() - start) * 1000
        return Found([(self._entries[position], cosine) for position, cosine in best.items()], milliseconds)

    def close(self) -> None:
        self._index = None


def _wholes(embedded: Sequence[Embedded]) -> Vectors:
    """Unit vectors, one row a text."""
    return np.stack([one.whole for one in embedded])
