"""Puts questions into groups one after another, as the clock does, and tells how well the groups fit the true ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sklearn.metrics import adjusted_rand_score, homogeneity_completeness_v_measure

from desk.gaps import grouping
from desk.gaps.grouping import Placed, as_bytes, choose, nearest
from desk.ports import Knowledge
from evaluation.gaps.material import Mixed


@dataclass(frozen=True)
class Figures:
    """``purity``: the share of questions that stand in a group most of which asks the same; ``several``: the groups
    of more than one question; ``stand_alone``: the share of questions without a true group that are alone."""

    questions: int
    true_groups: int
    groups: int
    several: int
    purity: float
    homogeneity: float
    completeness: float
    v_measure: float
    adjusted_rand: float
    stand_alone: float


@dataclass(frozen=True)
class LookedAt:
    """The earlier questions that one is held against, by their places, with the likeness of each."""

    places: Sequence[int]
    likeness: Sequence[float]


def looked_at(search: Knowledge, questions: Sequence[Mixed]) -> Iterator[LookedAt]:
    """What each question in turn is held against."""
    texts = [question.text for question in questions]
    vectors = [as_bytes(vector) for vector in search.vectors(texts)]
    for place, vector in enumerate(vectors):
        near = nearest(vector, vectors[:place])
        yield LookedAt(near, search.likeness(texts[place], [texts[other] for other in near]) if near else [])


def grouped(found: Sequence[LookedAt], same: float = grouping.SAME) -> list[int]:
    """The group of each question, numbered as they begin."""
    groups: list[int] = []
    sizes: Counter[int] = Counter()
    for one in found:
        placed = choose([Placed(groups[place], "") for place in one.places], one.likeness, sizes, same)
        groups.append(placed.group if placed is not None else len(sizes))
        sizes[groups[-1]] += 1
    return groups


def figures(questions: Sequence[Mixed], groups: Sequence[int]) -> Figures:
    true = [question.group for question in questions]
    members: dict[int, Counter[str]] = defaultdict(Counter)
    for group, of in zip(groups, true, strict=True):
        members[group][of] += 1
    homogeneity, completeness, v_measure = homogeneity_completeness_v_measure(true, groups)
    singles = [group for group, of in zip(groups, true, strict=True) if of.startswith("alone ")]
    return Figures(
        questions=len(questions),
        true_groups=len(set(true)),
        groups=len(members),
        several=sum(counts.total() > 1 for counts in members.values()),
        purity=sum(max(counts.values()) for counts in members.values()) / len(questions),
        homogeneity=float(homogeneity),
        completeness=float(completeness),
        v_measure=float(v_measure),
        adjusted_rand=float(adjusted_rand_score(true, groups)),
        stand_alone=sum(members[group].total() == 1 for group in singles) / max(1, len(singles)),
    )
