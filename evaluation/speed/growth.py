"""One size of the growth curve, in a process of its own: how long a search takes in so much law, and what it holds.

`python -m evaluation.speed.growth MATERIAL PASSAGES` prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.retrieval.setting import corpus_of
from evaluation.speed.engines import KnownQuestions, engine_over
from evaluation.speed.material import Asked, Material
from evaluation.speed.memory import peak, resident
from evaluation.speed.synthetic import Source, SyntheticLaw, synthetic_law
from evaluation.speed.timing import Times, timed_searches
from knowledge.engine.index.few import Sparse, highest
from knowledge.engine.index.guidance_index import GuidanceIndex
from knowledge.engine.index.law_index import LawIndex
from knowledge.engine.index.many_articles import BY_MEANING
from knowledge.engine.judging.ranking import rank_law
from knowledge.engine.snapshot import Snapshot
from knowledge.engine.writing.query import Query, Writing

#: So many of the golden questions are asked, spread over all of them.
QUESTIONS = 200
#: Recall is of the exact index's first so many.
FIRST = 10
_WARMING = 10


def measure(material: Material, passages: int, questions: int = QUESTIONS) -> dict[str, Any]:
    """Figures of law of so many passages.

    Milliseconds by step (p50, p95) of the law alone and of a whole search, seconds to build, mebibytes, and the share
    of the nearest passages that the index finds.
    """
    asked = _spread(material.asked, questions)
    source = Source.of(material.records, material.passages)
    before = resident()
    law = synthetic_law(source, passages)
    with_texts = resident()
    began = time.perf_counter()
    index = LawIndex(law.articles, 1, law.embed)
    built = time.perf_counter() - began
    with_index = resident()
    queries = _queries(index, asked)
    alone = _alone(index, queries, asked)
    recall = _recall(index, law, queries, asked)
    whole = _whole(material, index, asked)
    return {
        "passages": passages,
        "articles": len(law.articles),
        "questions": len(asked),
        "build_s": round(built, 2),
        "memory_mb": {
            "texts": round(with_texts - before - _mebibytes(law.vectors.nbytes), 1),
            "vectors": _mebibytes(law.vectors.nbytes),
            "index": round(with_index - with_texts, 1),
            "resident": resident(),
            "peak": peak(),
        },
        "tokens_kb": round(sum(law.sentences[place].tokens.nbytes for place in law.tokens_of) / passages / 1024, 1),
        "recall": recall,
        "law": alone.figures(),
        "search": whole.figures(),
    }


def _spread(asked: Sequence[Asked], count: int) -> list[Asked]:
    places = np.linspace(0, len(asked) - 1, min(count, len(asked))).astype(int)
    return [asked[place] for place in places.tolist()]


def _queries(index: LawIndex, asked: Sequence[Asked]) -> list[Query]:
    writing = Writing(index.vietnamese, index.words)
    return [writing.query(one.text, one.language) for one in asked]


def _alone(index: LawIndex, queries: Sequence[Query], asked: Sequence[Asked]) -> Times:
    """The law's own steps: the nearest passages by their vectors, how near all articles are (these passages and the
    words), how near the candidates token by token, and the whole ranking.
    """
    times = Times()
    meaning = index._ways._meaning
    assert meaning is not None, "there is law"
    warming = queries[:_WARMING]
    for query, one in zip([*warming, *queries], [*asked[:_WARMING], *asked], strict=True):
        with times.measured("nearest"):
            if meaning.has_cells:
                meaning.nearest(one.embedded.whole, BY_MEANING)
            else:
                meaning.cosines(one.embedded.whole)
        with times.measured("signals"):
            signals = index.signals(query, one.embedded)
        candidates = rank_law(index, query, one.embedded)[0].positions
        with times.measured("tokens"):
            index.token_signals(one.embedded, signals, candidates)
        with times.measured("all"):
            rank_law(index, query, one.embedded)
    return times.without_first(len(warming))


def _recall(index: LawIndex, law: SyntheticLaw, queries: Sequence[Query], asked: Sequence[Asked]) -> float:
    """The share of the nearest passages by all vectors that are among the nearest by the index."""
    wholes = np.stack([one.embedded.whole for one in asked])
    found = 0
    for query, one, exact in zip(queries, asked, _nearest(law, wholes), strict=True):
        of_passages = index.signals(query, one.embedded).of_passages
        near = of_passages.highest(FIRST) if isinstance(of_passages, Sparse) else highest(of_passages, FIRST)
        found += len(set(near.tolist()) & set(exact))
    return round(found / (len(asked) * min(FIRST, len(law.vectors))), 4)


def _nearest(law: SyntheticLaw, wholes: np.ndarray[Any, np.dtype[np.float32]]) -> list[list[int]]:
    """Positions of the nearest passages of each question, from all vectors; some questions at a time."""
    nearest: list[list[int]] = []
    for some in np.array_split(wholes, max(1, len(wholes) // 20)):
        cosines = law.vectors @ some.T
        count = min(FIRST, len(cosines))
        nearest += np.argpartition(-cosines, count - 1, axis=0)[:count].T.tolist()
    return nearest


def _whole(material: Material, index: LawIndex, asked: Sequence[Asked]) -> Times:
    """A search of guidance and law together, without embedding."""
    guidance = GuidanceIndex(corpus_of(material.records).entries, material.embed)
    snapshot = Snapshot.over(1, guidance, index)
    embedder = KnownQuestions(asked)
    embedder.read_as(snapshot)
    engine = engine_over(snapshot, embedder)
    timed_searches(engine.search, asked[:_WARMING])
    return timed_searches(engine.search, asked)


def _mebibytes(count: int) -> float:
    return round(count / 2**20, 1)


def main() -> int:
    material, passages = sys.argv[1:]
    print(json.dumps(measure(Material.read(Path(material)), int(passages))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
