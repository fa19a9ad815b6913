"""The figures of a comparison: each peer's own, and how far it stands from the desk, question by question.

Shares lie between 0 and 1. A figure with an interval is {"mean", "low", "high"}.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evaluation.measures.intervals import interval, paired_interval
from evaluation.measures.ranks import first_rank, hit, reciprocal_rank
from evaluation.peers.asked import ENGLISH, OUTSIDE, WAYS, Asked
from evaluation.peers.peer import Found
from evaluation.questions.keyboard import Typing

#: So many entries are asked for; the right one beyond them counts as not found.
DEPTH = 10
MEASURES = ("hit@1", "hit@5", "mrr@10")
#: Questions as they are written, on which it is judged who answers what.
AS_WRITTEN = (Typing.ACCENTED.value, ENGLISH)


def figures(asked: Sequence[Asked], found: Sequence[Found], desk: Sequence[Found]) -> dict[str, Any]:
    """What a peer found for the questions, beside what the desk found for the same ones.

    ``ways`` has by way of typing the measures, each also less the desk's ("less_desk"); ``milliseconds`` the median
    and how many times the desk's a question takes; ``answers`` what is answered and how much of it rightly, by the
    peer's own rule (None where it has none) and held back so far that it answers as many golden questions as the desk.
    """
    return {
        "ways": {way: _way(asked, found, desk, way) for way in WAYS if any(one.way == way for one in asked)},
        "milliseconds": _times(found, desk),
        "answers": {
            "own_rule": _answers(asked, found, [one.answers is True for one in found]) if _has_rule(found) else None,
            "as_many_as_the_desk": _answers(asked, found, _as_many(asked, found, desk)),
        },
    }


def overall(of: dict[str, Any]) -> float:
    """One number to choose between two set-ups of one library: the mean of hit@1 over the ways of typing."""
    return float(np.mean([way["hit@1"]["mean"] for way in of["ways"].values()]))


def _way(asked: Sequence[Asked], found: Sequence[Found], desk: Sequence[Found], way: str) -> dict[str, Any]:
    places = [place for place, one in enumerate(asked) if one.way == way]
    own, ours = ({name: _values(asked, by, places, name) for name in MEASURES} for by in (found, desk))
    return {
        "questions": len(places),
        **{name: interval(own[name]).as_data() for name in MEASURES},
        "less_desk": {name: paired_interval(own[name], ours[name]).as_data() for name in MEASURES},
    }


def _values(asked: Sequence[Asked], found: Sequence[Found], places: Sequence[int], name: str) -> list[float]:
    ranks = [first_rank(found[place].ids, (asked[place].entry or "",)) for place in places]
    if name == "mrr@10":
        return [reciprocal_rank(rank, DEPTH) for rank in ranks]
    return [hit(rank, int(name.removeprefix("hit@"))) for rank in ranks]


def _times(found: Sequence[Found], desk: Sequence[Found]) -> dict[str, float]:
    """Ratios question by question: both were asked within the same moment, however busy the machine was."""
    ratios = [own.milliseconds / ours.milliseconds for own, ours in zip(found, desk, strict=True)]
    return {
        "p50": round(float(np.median([one.milliseconds for one in found])), 2),
        "times_desk": round(float(np.median(ratios)), 2),
    }


def _has_rule(found: Sequence[Found]) -> bool:
    return any(one.answers is not None for one in found)


def _as_many(asked: Sequence[Asked], found: Sequence[Found], desk: Sequence[Found]) -> list[bool]:
    """Which questions are answered at the highest threshold that answers as many golden ones as the desk does.

    Scores that are the same are answered or held back together, so that it may be more.
    """
    golden = [place for place, one in enumerate(asked) if one.way in AS_WRITTEN]
    wanted = sum(desk[place].answers is True for place in golden)
    scores = sorted((found[place].sure for place in golden if found[place].entries), reverse=True)
    if not wanted or not scores:
        return [False] * len(found)
    threshold = scores[min(wanted, len(scores)) - 1]
    return [bool(one.entries) and one.sure >= threshold for one in found]


def _answers(asked: Sequence[Asked], found: Sequence[Found], answered: Sequence[bool]) -> dict[str, Any]:
    golden = [place for place, one in enumerate(asked) if one.way in AS_WRITTEN]
    outside = [place for place, one in enumerate(asked) if one.way == OUTSIDE]
    of_golden = [place for place in golden if answered[place]]
    right = sum(found[place].ids[:1] == [asked[place].entry] for place in of_golden)
    return {
        "golden": len(golden),
        "golden_answered": len(of_golden),
        "golden_right": right,
        "outside": len(outside),
        "outside_answered": sum(answered[place] for place in outside),
    }
