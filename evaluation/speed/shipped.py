"""The guidance that ships, and exactly ten thousand passages: how long a search takes with the model and without.

`python -m evaluation.speed.shipped MATERIAL` prints one line of JSON. In a process of its own, so that every run finds
the same conditions.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bootstrap.settings import Settings, read_settings
from desk.ports import Corpus
from evaluation.retrieval.setting import corpus_of, embedder
from evaluation.speed.engines import engine_over, filled_up
from evaluation.speed.material import Asked, Material
from evaluation.speed.synthetic import Source
from evaluation.speed.timing import Figures, timed_searches
from knowledge.engine.engine import Engine
from knowledge.engine.model.embedding import Embedder
from knowledge.engine.snapshot import Snapshot

#: The size at which the goals are held.
FULL = 10_000
#: Numbers of tokens up to which questions are told apart; the last is any number.
TOKENS_UP_TO = (8, 12, 16, 24, 512)
_WARMING = 20


def measure(settings: Settings, material: Material) -> dict[str, Any]:
    """Figures of the guidance alone and filled up with law, of one embedding, and of making the index.

    The vectors of the guidance are in the vectors that are kept: making the material has put them there.
    """
    model = embedder(settings)
    model.load()
    guidance = corpus_of(material.records)
    refresh = _refresh(settings, model, guidance)  # first, while nothing is kept in memory from an earlier index
    alone = Snapshot.of(guidance, material.embed, material.embed)
    corpus, law, of_guidance = filled_up(material, Source.of(material.records, material.passages), FULL)
    full = Snapshot.of(corpus, material.embed, law.embed)
    return {
        "questions": len(material.asked),
        "guidance": {
            "records": len(material.records),
            "passages": sum(material.counts.values()),
            **_searched(alone, model, material.asked),
        },
        "full": {"passages": FULL, "of_guidance": of_guidance, **_searched(full, model, material.asked)},
        "embedding_by_tokens": _by_tokens(settings, material.asked),
        "refresh_s": refresh,
    }


def _searched(snapshot: Snapshot, model: Embedder, asked: Sequence[Asked]) -> dict[str, Figures]:
    """Every question twice: a model that has not seen it embeds it; then its vectors are known."""
    fresh = Embedder(model.name)
    engine = engine_over(snapshot, fresh)
    for one in asked[:_WARMING]:
        engine.search(f"{one.text} xin hỏi thêm", one.language)
    with_embedding = timed_searches(engine.search, asked).figures()
    return {"with_embedding": with_embedding, "without_embedding": timed_searches(engine.search, asked).figures()}


def _by_tokens(settings: Settings, asked: Sequence[Asked]) -> list[dict[str, float]]:
    """Milliseconds of one embedding, by the number of tokens of the question."""
    model = embedder(settings)
    spent: dict[int, list[float]] = defaultdict(list)
    model.queries([one.text for one in asked[:1]])
    for place, one in enumerate(asked):
        text = f"{one.text} {place % 10}"
        began = time.perf_counter()
        tokens = len(model.queries([text])[0].ids)
        spent[next(most for most in TOKENS_UP_TO if tokens <= most)].append((time.perf_counter() - began) * 1000)
    return [
        {"up_to": most, "questions": len(of), "p50": round(float(np.median(of)), 2)}
        for most, of in sorted(spent.items())
    ]


def _refresh(settings: Settings, model: Embedder, corpus: Corpus) -> dict[str, float]:
    """Seconds of a first refresh with all vectors kept on disk, and of one after a publication changed nothing."""
    numbered = [corpus]
    engine = Engine(lambda: numbered[0], lambda: numbered[0].publication_no, model, settings.var_dir / "index")
    found = {}
    for name in ("first", "again"):
        began = time.perf_counter()
        engine.refresh()
        found[name] = round(time.perf_counter() - began, 2)
        numbered[0] = Corpus(numbered[0].publication_no + 1, corpus.entries)
    return found


def main() -> int:
    print(json.dumps(measure(read_settings(), Material.read(Path(sys.argv[1])))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
