"""Measures how questions are put into groups: python -m evaluation.gaps.run [--fit].

Without --fit: 1,000 mixed questions of the measured sets, beside the whole guidance and, as gaps truly are, those about
one half of the guidance beside the other half. With --fit: the fitted sets, at each threshold.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bootstrap.settings import read_settings
from desk.gaps import grouping
from desk.guidance.record import GuidanceRecord
from evaluation.gaps.material import FITTED, MEASURED, Mixed, halves, mixed
from evaluation.gaps.measuring import Figures, figures, grouped, looked_at
from evaluation.retrieval.setting import corpus_of, embedder, shipped_records
from knowledge.engine.engine import Engine
from knowledge.engine.model.embedding import Embedder

COUNT = 1_000
THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8)


def measure(
    name: str, records: Sequence[GuidanceRecord], model: Embedder, index: Path, asked: Sequence[Mixed], *, fit: bool
) -> None:
    corpus = corpus_of(records)
    engine = Engine(lambda: corpus, lambda: corpus.publication_no, model, index)
    engine.refresh()
    began = time.perf_counter()
    found = list(looked_at(engine, asked))
    spent = (time.perf_counter() - began) / len(asked) * 1000
    print(f"{name} ({spent:.0f} ms a question)")
    for same in THRESHOLDS if fit else (grouping.SAME,):
        _tell(same, figures(asked, grouped(found, same)))


def _tell(same: float, found: Figures) -> None:
    print(
        f"  threshold {same}: {found.questions} questions, {found.true_groups} true groups, {found.groups} groups, "
        f"{found.several} of several questions; purity {found.purity:.3f}, homogeneity {found.homogeneity:.3f}, "
        f"completeness {found.completeness:.3f}, V {found.v_measure:.3f}, ARI {found.adjusted_rand:.3f}; "
        f"of those without a true group {found.stand_alone:.3f} stand alone"
    )


def main() -> None:
    fit = "--fit" in sys.argv[1:]
    settings = read_settings()
    records, model = shipped_records(settings), embedder(settings)
    kept, missing = halves(records)
    paths, count = (FITTED, sys.maxsize) if fit else (MEASURED, COUNT)
    index = settings.var_dir / "index"
    measure("the guidance answers them", records, model, index, mixed(paths, count), fit=fit)
    asked = mixed(paths, count, about=missing)
    measure("the guidance does not answer them", kept, model, index, asked, fit=fit)


if __name__ == "__main__":
    main()
