"""Breaks the second count on purpose, a rule or a row at a time: the comparison must then find differences.

A count that agrees with the report whatever is done to it would show nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from evaluation.ratings.recount.cases import facts_of_cases
from evaluation.ratings.recount.clockwork import day_of
from evaluation.ratings.recount.counting import Recount
from evaluation.ratings.recount.credit import WHOLE, Request, Units, parts_of
from evaluation.ratings.recount.raw import Raw, Row

#: What is done to a row; None leaves it out.
Change = Callable[[Row], Row | None]
Break = Callable[[Raw, Path, dt.datetime], Recount]


def _changed(raw: Raw, name: str, change: Change) -> Raw:
    rows = [changed for row in raw[name] if (changed := change(row)) is not None]
    return Raw({**raw.tables, name: rows}, raw.moves)


def _rows(name: str, **values: Any) -> Break:
    """Counts as if a table had these values in all its rows."""
    return lambda raw, content, now: Recount(_changed(raw, name, lambda row: {**row, **values}), content, now)


def _one_row(name: str, is_it: Callable[[Row, Recount], bool], change: Change) -> Break:
    """Counts as if one row, in the middle of those that are meant, were another."""

    def broken(raw: Raw, content: Path, now: dt.datetime) -> Recount:
        whole = Recount(raw, content, now)
        meant = [row for row in raw[name] if is_it(row, whole)]
        chosen = meant[len(meant) // 2]
        return Recount(_changed(raw, name, lambda row: change(row) if row is chosen else row), content, now)

    return broken


def _times(name: str, change: Change) -> Break:
    """Counts times as if a table had other rows; who had a part stays."""

    def broken(raw: Raw, content: Path, now: dt.datetime) -> Recount:
        recount = Recount(raw, content, now)
        recount.cases = facts_of_cases(_changed(raw, name, change), recount.credit, content, now)
        return recount

    return broken


def _requests(change: Callable[[Recount, Request], None]) -> Break:
    """Counts with something changed of every request."""

    def broken(raw: Raw, content: Path, now: dt.datetime) -> Recount:
        recount = Recount(raw, content, now)
        for request in recount.credit.requests.values():
            change(recount, request)
        parts = {request.row["case_id"]: request.parts for request in recount.credit.requests.values()}
        recount.cases = [replace(case, parts=parts.get(case.row["id"], [])) for case in recount.cases]
        return recount

    return broken


def _present_units(raw: Raw, content: Path, now: dt.datetime) -> Recount:
    return Recount(Raw(raw.tables, []), content, now)


def _present_places(raw: Raw, content: Path, now: dt.datetime) -> Recount:
    recount = Recount(raw, content, now)
    recount.cases = [replace(case, parts=[]) for case in recount.cases]
    return recount


def _by_the_day_of_the_rating(raw: Raw, content: Path, now: dt.datetime) -> Recount:
    recount = Recount(raw, content, now)
    recount.requests = [
        (day_of(request.rating["rated_at"]) if request.rating is not None else day, request)
        for day, request in recount.requests
    ]
    return recount


def _days_of_greenwich(raw: Raw, content: Path, now: dt.datetime) -> Recount:
    recount = Recount(raw, content, now)
    recount.requests = [(request.row["asked_at"].date(), request) for _, request in recount.requests]
    recount.enquiries = [(enquiry["asked_at"].date(), enquiry) for _, enquiry in recount.enquiries]
    return recount


def _signed_by_head(raw: Raw, content: Path, now: dt.datetime) -> Recount:
    def change(row: Row) -> Row:
        return {**row, "detail": {name: value for name, value in (row["detail"] or {}).items() if name != "drafted_by"}}

    return Recount(_changed(raw, "case_entries", change), content, now)


def _no_marks(_: Recount, request: Request) -> None:
    request.left_out = None


def _whole_for_each(_: Recount, request: Request) -> None:
    request.parts = [replace(part, share=WHOLE) for part in request.parts]


def _only_first_end(recount: Recount, request: Request) -> None:
    thread = recount.threads.get(request.row["case_id"], [])
    ends = [entry["at"] for entry in thread if entry["kind"] == "resolved"]
    if ends:
        request.parts = parts_of(thread, Units(recount.raw), ends[0])


def _is_judged(row: Row, recount: Recount) -> bool:
    request = recount.credit.requests[row["request_id"]]
    return request.left_out is None and bool(request.parts) and row["stars"] == 5 and not row["reasons"]


def _is_asked(row: Row, recount: Recount) -> bool:
    return row["asked_at"] is not None and recount.credit.requests[row["id"]].left_out is None


def _is_the_reply(row: Row, recount: Recount) -> bool:
    """Whether it is the only reply of its case."""
    if row["kind"] != "replied":
        return False
    kinds = [entry["kind"] for entry in recount.threads[row["case_id"]]]
    return kinds.count("replied") == 1 and "reopened" not in kinds


def _waits_for_officers(row: Row) -> Row:
    waits = row["state"] == "needs_information"
    return {**row, "state": "waiting", "paused_at": None} if waits else row


#: Each by what is then wrong.
BREAKS: Mapping[str, Break] = {
    "units as they lie now, instead of those kept with the parts": _present_units,
    "cases by their present unit and holder": _present_places,
    "marked ratings count": _requests(_no_marks),
    "every officer of a case has the whole": _requests(_whole_for_each),
    "parts as they were when a case was first resolved": _requests(_only_first_end),
    "the head who signs has the part": _signed_by_head,
    "ratings belong to the day on which they were given": _by_the_day_of_the_rating,
    "days of Greenwich": _days_of_greenwich,
    "reasons change nothing": _rows("ratings", reasons=[]),
    "stars of the officer are not apart": _rows("ratings", officer_stars=None),
    "the first stars, not the last": lambda raw, content, now: Recount(
        _changed(raw, "ratings", lambda row: {**row, "stars": row["first_stars"]}), content, now
    ),
    "time does not stand still": _times("case_entries", lambda row: None if row["kind"] == "asked" else row),
    "all units work as the authority does": _times("units", lambda row: {**row, "hours": None}),
    "no days that were added": _times("exceptional_days", lambda _: None),
    "a case that waits for the enterprise is overdue": _times("cases", _waits_for_officers),
    "no case goes on from another": _rows("cases", previous_id=None),
    "one star less of one rating": _one_row("ratings", _is_judged, lambda row: {**row, "stars": row["stars"] - 1}),
    "one rating less": _one_row("ratings", _is_judged, lambda _: None),
    "one request a year earlier": _one_row(
        "rating_requests", _is_asked, lambda row: {**row, "asked_at": row["asked_at"] - dt.timedelta(days=366)}
    ),
    "one reply a day later": _one_row(
        "case_entries", _is_the_reply, lambda row: {**row, "at": row["at"] + dt.timedelta(hours=24)}
    ),
    "one enquiry less": _one_row("enquiries", lambda row, _: row["outcome"] == "answered", lambda _: None),
}
