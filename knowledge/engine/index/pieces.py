"""The texts of some versions of guidance as they are searched, and what is counted in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import LANGUAGES
from desk.ports import PublishedEntry
from knowledge.engine.index.lexical import terms
from knowledge.engine.index.measures import written_out
from knowledge.engine.index.passages import Passage, passages_of
from knowledge.engine.writing.counts import WordCounts

#: The runs of an entry's passages: asking and answering, in two languages.
RUNS = 2 * len(LANGUAGES)


class Pieces:
    """All passages of these versions, version by version, as they are searched."""

    def __init__(self, entries: Sequence[PublishedEntry]) -> None:
        passages = [
            passage for position, published in enumerate(entries) for passage in passages_of(position, published.record)
        ]
        self.entries = len(entries)
        self.written = [written_out(passage.text, passage.language) for passage in passages]
        self._languages = [passage.language for passage in passages]
        #: The run of each passage among those of its entry, and how many passages each entry has.
        self.runs: NDArray[np.int64] = np.array([_run_of(passage) for passage in passages], dtype=np.int64)
        self._owners = np.array([passage.entry for passage in passages], dtype=np.int64)
        self.sizes: NDArray[np.int64] = np.bincount(self._owners, minlength=self.entries)

    @cached_property
    def counted(self) -> list[Counter[str]]:
        """The terms of each passage with how often each occurs."""
        return [terms(text) for text in self.written]

    def counted_of_entries(self) -> list[Counter[str]]:
        """The same of each entry as a whole."""
        whole: list[Counter[str]] = [Counter() for _ in range(self.entries)]
        for owner, counted in zip(self._owners.tolist(), self.counted, strict=True):
            whole[owner].update(counted)
        return whole

    def words(self) -> WordCounts:
        """How the passages are written."""
        return WordCounts.of(zip(self._languages, self.written, strict=True))


def _run_of(passage: Passage) -> int:
    """An entry's passages in each language: first those that ask, then those that answer."""
    answers = passage.kind not in ("title", "question")
    return 2 * LANGUAGES.index(passage.language) + answers
