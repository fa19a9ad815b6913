"""Puts the entries of the guidance, or the articles of the law, in order for one question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.few import Scores, highest
from knowledge.engine.index.guidance_index import GuidanceIndex
from knowledge.engine.index.law_index import LawIndex
from knowledge.engine.judging.fusion import Signals, fused, mixes, standardised
from knowledge.engine.model.embedding import Embedded
from knowledge.engine.writing.query import Query

#: So many owners are looked at closer, token by token.
CANDIDATES = 15
LAW_CANDIDATES = 50


@dataclass(frozen=True)
class Ranking:
    """Positions of owners, best first, with their mixed scores and every way of measuring as it was, and standardised.

    Arrays have one number an owner, in the order of ``positions``.
    """

    positions: NDArray[np.int64]
    scores: Scores
    measured: Mapping[str, Scores]
    standardised: Mapping[str, Scores]

    @property
    def size(self) -> int:
        return len(self.positions)


def rank(index: GuidanceIndex, query: Query, embedded: Embedded, as_of: dt.date | None = None) -> Ranking:
    """The nearest of the entries that take part on the day; none when nothing is published."""
    part = index.taking_part(as_of)
    signals = index.signals(query, embedded, part)
    ways, candidates = _candidates(signals, "guidance_candidates", CANDIDATES)
    positions = candidates if part is None else part[candidates]
    tokens = index.token_signals(query, embedded, signals, positions) if candidates.size else {}
    ranking, order = _ordered(candidates, signals.of_owners, ways, tokens, "guidance")
    return replace(ranking, positions=positions[order])


def rank_law(index: LawIndex, query: Query, embedded: Embedded) -> tuple[Ranking, NDArray[np.int64]]:
    """The nearest articles, with the position of the nearest passage of each."""
    signals = index.signals(query, embedded)
    suffix = "" if query.language == "vi" else "_in_other_language"
    ways, candidates = _candidates(signals, f"law_candidates{suffix}", LAW_CANDIDATES)
    positions = candidates if signals.owners is None else signals.owners[candidates]
    tokens, passages = index.token_signals(embedded, signals, positions)
    ranking, order = _ordered(candidates, signals.of_owners, ways, tokens, f"law{suffix}")
    return replace(ranking, positions=positions[order]), passages[order]


def _candidates(signals: Signals, mix: str, count: int) -> tuple[Mapping[str, Scores], NDArray[np.int64]]:
    """All ways of measuring standardised over all owners, and the places of the most promising ones."""
    ways = signals.standardised()
    return ways, highest(fused(ways, mixes()[mix]), count)


def _ordered(
    candidates: NDArray[np.int64],
    measured: Mapping[str, Scores],
    ways: Mapping[str, Scores],
    tokens: Mapping[str, Scores],
    mix: str,
) -> tuple[Ranking, NDArray[np.int64]]:
    """The candidates in their order, and that order as places among them."""
    all_ways = {name: scores[candidates] for name, scores in ways.items()}
    all_ways |= {name: standardised(scores) for name, scores in tokens.items()}
    as_measured = {name: scores[candidates] for name, scores in measured.items()} | dict(tokens)
    scores = fused(all_ways, mixes()[mix]) if candidates.size else np.zeros(0)
    order = np.argsort(-scores, kind="stable")
    return (
        Ranking(
            candidates[order],
            scores[order],
            {name: found[order] for name, found in as_measured.items()},
            {name: found[order] for name, found in all_ways.items()},
        ),
        order,
    )
