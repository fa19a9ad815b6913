"""BM25 over the syllables of the guidance, with bm25s as its guide sets it up; run by the peers' Python."""

from __future__ import annotations

from importlib import metadata
from typing import Any

import bm25s
import numpy as np

#: Vietnamese is written syllable by syllable, and some have one letter.
SYLLABLE = r"(?u)\b\w+\b"


class Peer:
    """One document an entry, or one a passage; of an entry's passages the best counts."""

    def __init__(self) -> None:
        self._index = bm25s.BM25()
        self._entries: list[str] = []
        self._of_entry = np.zeros(0, dtype=np.int64)

    def prepare(self, records: list[dict[str, Any]], unit: str) -> dict[str, Any]:
        """``unit`` is "entry" or "passage"."""
        self._entries = [record["id"] for record in records]
        texts: list[str] = []
        of_entry: list[int] = []
        for position, record in enumerate(records):
            mine = record["passages"] if unit == "passage" else [_whole(record)]
            texts += mine
            of_entry += [position] * len(mine)
        self._of_entry = np.array(of_entry)
        self._index.index(_syllables(texts), show_progress=False)
        return {"versions": {"bm25s": metadata.version("bm25s")}}

    def search(self, text: str, language: str, limit: int) -> dict[str, Any]:
        """Entries without a word of the text are not found."""
        scores = self._index.get_scores(_syllables([text])[0])
        best = np.zeros(len(self._entries))
        np.maximum.at(best, self._of_entry, scores)
        order = [int(position) for position in np.argsort(-best, kind="stable")[:limit] if best[position] > 0]
        return {"found": [[self._entries[position], float(best[position])] for position in order]}


def _whole(record: dict[str, Any]) -> str:
    return "\n".join([*record["titles"], *record["questions"], *record["answers"]])


def _syllables(texts: list[str]) -> list[list[str]]:
    tokens: list[list[str]] = bm25s.tokenize(
        texts, token_pattern=SYLLABLE, stopwords=None, return_ids=False, show_progress=False
    )
    return tokens
