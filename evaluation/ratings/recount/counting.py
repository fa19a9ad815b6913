"""Counts every figure of docs/figures.md a second time, from raw rows, parts and marks found anew."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.ratings.recount.cases import CaseFacts, facts_of_cases
from evaluation.ratings.recount.clockwork import day_of
from evaluation.ratings.recount.credit import WHOLE, Credit, Part, Request
from evaluation.ratings.recount.raw import Raw, Row
from evaluation.ratings.recount.statistics import around_mean, is_enough, percentile, wilson

PEOPLE = ("officer", "team", "office", "region")
MATTERS = ("topic", "entry", "channel", "language")
STEPS = ("day", "week", "month")
BY = (*PEOPLE, *MATTERS, *STEPS)
GAPS = ("unanswerable_not_covered", "unanswerable_out_of_scope")
#: Values of a row by the name of the figure.
Figures = dict[str, Any]


@dataclass
class Bag:
    """What one row counts: requests with the weight that falls to it, enquiries, and cases."""

    requests: list[tuple[Request, float]] = field(default_factory=list)
    enquiries: list[Row] = field(default_factory=list)
    cases: list[CaseFacts] = field(default_factory=list)


@dataclass(frozen=True)
class Counted:
    """Rows by key, None for what lies in none.

    ``ranks`` has those that are ranked: the rank, and those of the others from which the interval does not tell it.
    """

    rows: dict[Hashable, Figures]
    total: Figures
    ranks: dict[Hashable, tuple[int, tuple[int, ...]]]


class Recount:
    """All that is needed to count any period, unit and ``by`` of a store, as it is at ``now``."""

    def __init__(self, raw: Raw, content: Path, now: dt.datetime) -> None:
        self.raw = raw
        self.threads = raw.threads()
        self.credit = Credit(raw, content)
        self.cases = facts_of_cases(raw, self.credit, content, now)
        asked = [request for request in self.credit.requests.values() if request.row["asked_at"] is not None]
        self.requests = [(day_of(request.row["asked_at"]), request) for request in asked]
        self.enquiries = [(day_of(enquiry["asked_at"]), enquiry) for enquiry in raw["enquiries"]]
        self._units = {unit["id"]: unit for unit in raw["units"]}
        self._unit_of_code = {unit["code"]: unit["id"] for unit in raw["units"]}
        self._group = {entry["id"]: entry["group"] for entry in raw["guidance_entries"]}
        channel_of = {chat["id"]: chat["channel"] for chat in raw["chats"]}
        self._channel: dict[Any, str] = {talk["id"]: channel_of[talk["chat_id"]] for talk in raw["conversations"]}
        #: As they were kept with the newest part; else as they are.
        self.names: dict[Hashable, str] = {officer["id"]: officer["name"] for officer in raw["officers"]}
        self.names |= {part["officer_id"]: part["officer_name"] for part in raw["rating_parts"]}
        self._opened = {case["enquiry_id"] for case in raw["cases"]}

    def count(
        self,
        by: str,
        first: dt.date,
        last: dt.date,
        unit: str | None = None,
        only: Mapping[str, str] | None = None,
    ) -> Counted:
        """The figures of a period, both days included, of one unit or of everything; ``only`` of these matters."""
        only = only or {}
        within = self._unit_of_code[unit] if unit is not None and unit != "VN" else None
        bags: defaultdict[Hashable, Bag] = defaultdict(Bag)
        total = Bag()
        for day, request in self.requests:
            if first <= day <= last and all(request.row[name] == word for name, word in only.items()):
                parts = _of_unit(request.parts, within)
                weight = sum(part.share for part in parts) / WHOLE if within is not None else 1.0
                if weight:
                    total.requests.append((request, weight))
                for key, share in self._shares(by, day, request, parts, weight):
                    bags[key].requests.append((request, share))
        for case in self.cases:
            chosen = first <= case.day <= last and all(case.row[name] == word for name, word in only.items())
            if chosen and (keys := self._case_keys(by, case, within)):
                total.cases.append(case)
                for key in keys:
                    bags[key].cases.append(case)
        knows_enquiries = by not in PEOPLE and within is None
        if knows_enquiries:
            for day, enquiry in self.enquiries:
                if first <= day <= last and all(
                    self._enquiry_key(name, day, enquiry) == word for name, word in only.items()
                ):
                    total.enquiries.append(enquiry)
                    bags[self._enquiry_key(by, day, enquiry)].enquiries.append(enquiry)
        rows = {key: self._figures(bag, by, knows_enquiries) for key, bag in bags.items()}
        return Counted(rows, self._figures(total, by, knows_enquiries), {} if by in STEPS else ranks_of(rows))

    def _shares(
        self, by: str, day: dt.date, request: Request, parts: list[Part], weight: float
    ) -> Iterable[tuple[Hashable, float]]:
        if not weight:
            return []
        if by in PEOPLE:
            shares: defaultdict[Hashable, int] = defaultdict(int)
            for part in parts:
                shares[getattr(part, by)] += part.share
            return [(key, share / WHOLE) for key, share in shares.items()] or [(None, weight)]
        if by in STEPS:
            return [(step_of(by, day), weight)]
        return [(request.row[by], weight)]

    def _case_keys(self, by: str, case: CaseFacts, within: int | None) -> set[Hashable]:
        """The rows of a case; none where it does not belong to the unit."""
        parts = _of_unit(case.parts, within)
        if within is not None and (not parts if case.parts else within not in case.path):
            return set()
        if by in STEPS:
            return {step_of(by, case.day)}
        if by in MATTERS:
            return {case.row[by]}
        if parts:
            return {getattr(part, by) for part in parts}
        if by == "officer":
            return {case.row["holder_id"]}
        of_kind = {id_ for id_ in case.path if self._units[id_]["kind"] == by}
        return set(of_kind) or {None}

    def _enquiry_key(self, by: str, day: dt.date, enquiry: Row) -> Hashable:
        if by in STEPS:
            return step_of(by, day)
        if by == "channel":
            return self._channel[enquiry["conversation_id"]]
        if by == "language":
            return str(enquiry["language"])
        by_words_alone = enquiry["outcome"] == "clarify_entries" and enquiry["publication_no"] is None
        nearest = [] if by_words_alone else [candidate["entry"] for candidate in enquiry["candidates"]]
        entry = enquiry["entry"] if enquiry["entry"] is not None else (nearest or [None])[0]
        key: Hashable = entry if by == "entry" else self._group.get(entry)
        return key

    def _figures(self, bag: Bag, by: str, knows_enquiries: bool) -> Figures:
        figures = _of_requests(bag.requests, for_officer=by == "officer") | _of_cases(bag.cases)
        return figures | self._of_enquiries(bag.enquiries if knows_enquiries else None)

    def _of_enquiries(self, enquiries: list[Row] | None) -> Figures:
        if enquiries is None:
            return dict.fromkeys(("enquiries", "without_officer", "gaps"))
        alone = [
            enquiry
            for enquiry in enquiries
            if enquiry["outcome"].startswith("answered") and enquiry["message_id"] not in self._opened
        ]
        return {
            "enquiries": len(enquiries),
            "without_officer": len(alone) / len(enquiries) if enquiries else None,
            "gaps": sum(enquiry["outcome"] in GAPS for enquiry in enquiries),
        }


def _of_unit(parts: list[Part], within: int | None) -> list[Part]:
    return parts if within is None else [part for part in parts if within in part.path]


def step_of(by: str, day: dt.date) -> dt.date:
    """The first day of the day's week or month, or the day."""
    if by == "week":
        return day - dt.timedelta(days=day.weekday())
    return day.replace(day=1) if by == "month" else day


def _of_requests(requests: list[tuple[Request, float]], *, for_officer: bool) -> Figures:
    counted = [(request, weight) for request, weight in requests if request.left_out is None]
    asked = math.fsum(weight for _, weight in counted)
    answered = math.fsum(weight for request, weight in counted if request.rating is not None)
    stars = [
        (value, weight)
        for request, weight in counted
        if (value := request.officer if for_officer else request.service) is not None
    ]
    judged = math.fsum(weight for _, weight in stars)
    mean, (mean_low, mean_high) = around_mean(stars)
    satisfied = math.fsum(weight for value, weight in stars if value >= 4) / judged if judged else None
    low, high = wilson(satisfied, judged) if satisfied is not None else (None, None)
    return {
        "asked": asked,
        "answered": answered,
        "response_rate": answered / asked if asked else None,
        "judged": judged,
        **{f"stars_{n}": math.fsum(weight for value, weight in stars if value == n) for n in range(1, 6)},
        "mean": mean,
        "mean_low": mean_low,
        "mean_high": mean_high,
        "satisfied": satisfied,
        "satisfied_low": low,
        "satisfied_high": high,
        "about_rule": math.fsum(weight for request, weight in counted if request.rule),
        "left_out": math.fsum(weight for request, weight in requests if request.left_out is not None),
    }


def _of_cases(cases: list[CaseFacts]) -> Figures:
    to_answer = [case.to_answer for case in cases if case.to_answer is not None]
    to_end = [case.to_end for case in cases if case.to_end is not None]
    known = [case.on_time for case in cases if case.on_time is not None]
    on_time = sum(known) / len(known) if known else None
    low, high = wilson(on_time, len(known)) if on_time is not None else (None, None)
    ended = sum(case.ended for case in cases)
    return {
        "cases": len(cases),
        "answered_cases": len(to_answer),
        "to_answer_p50": percentile(to_answer, 0.5),
        "to_answer_p90": percentile(to_answer, 0.9),
        "ended": ended,
        "to_end_p50": percentile(to_end, 0.5),
        "to_end_p90": percentile(to_end, 0.9),
        "on_time": on_time,
        "on_time_low": low,
        "on_time_high": high,
        "overdue": sum(case.overdue for case in cases),
        "once_and_done": sum(case.once for case in cases) / ended if ended else None,
    }


def ranks_of(rows: dict[Hashable, Figures]) -> dict[Hashable, tuple[int, tuple[int, ...]]]:
    """By the mean, among those with enough judged; equal means share a rank, and one alone has none."""
    ranked = {key: each for key, each in rows.items() if key is not None and is_enough(each["judged"])}
    if len(ranked) < 2:
        return {}
    means = {key: round(figures["mean"], 9) for key, figures in ranked.items()}
    ranks = {key: 1 + sum(other > mean for other in means.values()) for key, mean in means.items()}
    found = {}
    for key, own in ranked.items():
        beside = {
            ranks[other]
            for other, figures in ranked.items()
            if other != key and figures["mean_low"] <= own["mean_high"] and own["mean_low"] <= figures["mean_high"]
        }
        found[key] = (ranks[key], tuple(sorted(beside)))
    return found
