"""The figures of one row, by the names of docs/figures.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from desk.figures.breakdown.cases import CaseFigures
from desk.figures.breakdown.enquiries import EnquiryFigures
from desk.figures.ratings import NOBODY, RatingFigures
from desk.figures.statistics import Interval

Value = float | None

OF_REQUESTS = (
    "asked",
    "answered",
    "response_rate",
    "judged",
    *(f"stars_{level}" for level in range(1, 6)),
    "mean",
    "mean_low",
    "mean_high",
    "satisfied",
    "satisfied_low",
    "satisfied_high",
    "about_rule",
    "left_out",
)
OF_ENQUIRIES = ("enquiries", "without_officer", "gaps")
OF_CASES = (
    "cases",
    "answered_cases",
    "to_answer_p50",
    "to_answer_p90",
    "ended",
    "to_end_p50",
    "to_end_p90",
    "on_time",
    "on_time_low",
    "on_time_high",
    "overdue",
    "once_and_done",
)
#: All figures, in the order of docs/figures.md.
NAMES = (*OF_REQUESTS, *OF_ENQUIRIES, *OF_CASES)
#: Those that are a part of a whole, between 0 and 1.
SHARES = frozenset(
    {
        "response_rate",
        *(f"{name}{end}" for name in ("satisfied", "on_time") for end in ("", "_low", "_high")),
        "without_officer",
        "once_and_done",
    }
)
#: Those that have two digits after the point, and one.
MEANS, HOURS = frozenset(OF_REQUESTS[9:12]), frozenset(name for name in OF_CASES if name.endswith(("_p50", "_p90")))


@dataclass(frozen=True)
class Figures:
    """What is counted in one row; ``enquiries`` is None where they are not counted."""

    requests: RatingFigures = NOBODY
    enquiries: EnquiryFigures | None = None
    cases: CaseFigures = field(default_factory=CaseFigures)

    def values(self) -> Mapping[str, Value]:
        """All figures by their names; None where there is no value."""
        return self._values

    @cached_property
    def _values(self) -> Mapping[str, Value]:
        return {**_of_requests(self.requests), **_of_enquiries(self.enquiries), **_of_cases(self.cases)}


def _of_requests(rated: RatingFigures) -> dict[str, Value]:
    return {
        "asked": rated.asked,
        "answered": rated.answered,
        "response_rate": rated.response_rate,
        "judged": rated.judged,
        **{f"stars_{level}": count for level, count in enumerate(rated.counts, start=1)},
        **_with_interval("mean", rated.mean, rated.mean_interval),
        **_with_interval("satisfied", rated.share_satisfied, rated.share_interval),
        "about_rule": rated.about_rule,
        "left_out": rated.left_out,
    }


def _of_enquiries(asked: EnquiryFigures | None) -> dict[str, Value]:
    if asked is None:
        return dict.fromkeys(OF_ENQUIRIES)
    return {"enquiries": asked.enquiries, "without_officer": asked.share_without_officer, "gaps": asked.gaps}


def _of_cases(cases: CaseFigures) -> dict[str, Value]:
    times = cases.times
    return {
        "cases": cases.cases,
        "answered_cases": times.answered,
        "to_answer_p50": times.to_answer(0.5),
        "to_answer_p90": times.to_answer(0.9),
        "ended": times.ended,
        "to_end_p50": times.to_end(0.5),
        "to_end_p90": times.to_end(0.9),
        **_with_interval("on_time", times.share_kept, times.kept_interval),
        "overdue": cases.overdue,
        "once_and_done": cases.once_and_done,
    }


def _with_interval(name: str, value: Value, interval: Interval | None) -> dict[str, Value]:
    low, high = (interval.low, interval.high) if interval is not None else (None, None)
    return {name: value, f"{name}_low": low, f"{name}_high": high}
