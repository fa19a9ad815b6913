"""What a case amounts to: when it was answered and ended in working time, in time or not, and to whom it belongs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from evaluation.ratings.recount.clockwork import HOUR, MINUTE, Clockwork, Sums, day_of, instant
from evaluation.ratings.recount.credit import Credit, Part
from evaluation.ratings.recount.raw import Raw, Row, content_of

_PAUSE_ENDS = {"person_wrote", "replied", "resolved", "reopened"}


@dataclass(frozen=True)
class CaseFacts:
    """``to_answer`` and ``to_end`` are working hours, None where it did not come to that; ``on_time`` None: not known.

    ``parts`` are those of its request; where there are none ``path`` is the way from the top to its present unit.
    """

    row: Row
    day: dt.date
    parts: list[Part]
    path: tuple[int, ...]
    to_answer: float | None
    to_end: float | None
    ended: bool
    on_time: bool | None
    overdue: bool
    once: bool


def facts_of_cases(raw: Raw, credit: Credit, content: Path, now: dt.datetime) -> list[CaseFacts]:
    """All cases, as they stand at this moment."""
    promises = content_of(content / "cases.yml")["promises"]
    moments = [case["opened_at"].year for case in raw["cases"]] or [now.year]
    clocks = Clockwork(content, raw, min(moments), now.year + 1)
    paths = {unit["id"]: tuple(int(id_) for id_ in unit["path"].strip(".").split(".")) for unit in raw["units"]}
    parts = {request.row["case_id"]: request.parts for request in credit.requests.values()}
    gone_on = {case["previous_id"] for case in raw["cases"]}
    threads = raw.threads()
    facts = []
    for case in raw["cases"]:
        promise = promises[case["urgency"].value]
        clock = clocks.of(case["unit_id"], duty=promise["duty"])
        thread = threads[case["id"]]
        if _is_spam(thread):
            continue
        facts.append(
            _facts(
                case,
                thread,
                clock,
                promise["answered_within"] * MINUTE,
                now,
                parts=parts.get(case["id"], []),
                path=paths[case["unit_id"]],
                goes_on=case["id"] in gone_on,
            )
        )
    return facts


def _is_spam(thread: list[Row]) -> bool:
    """Whether the last that settled or opened the case again put it away as spam."""
    turns = [entry for entry in thread if entry["kind"] in ("resolved", "reopened")]
    return bool(turns) and "spam" in (turns[-1]["detail"] or {})


def _facts(
    case: Row,
    thread: list[Row],
    clock: Sums,
    promise: int,
    now: dt.datetime,
    *,
    parts: list[Part],
    path: tuple[int, ...],
    goes_on: bool,
) -> CaseFacts:
    pauses = _pauses(thread, now)
    opened = instant(case["opened_at"])
    replies = [instant(entry["at"]) for entry in thread if entry["kind"] == "replied"]
    resolutions = [instant(entry["at"]) for entry in thread if entry["kind"] == "resolved"]
    was_reopened = any(entry["kind"] == "reopened" for entry in thread)
    ended = case["state"] in ("resolved", "closed") and bool(resolutions)

    def worked(until: int) -> int:
        still = sum(clock.between(max(a, opened), min(b, until)) for a, b in pauses if a < until)
        return clock.between(opened, until) - still

    on_time: bool | None = None
    if replies:
        on_time = worked(replies[0]) <= promise
    elif worked(instant(now)) > promise:
        on_time = False
    waits = case["state"] in ("waiting", "claimed") and case["paused_at"] is None
    return CaseFacts(
        row=case,
        day=day_of(case["opened_at"]),
        parts=parts,
        path=path,
        to_answer=worked(replies[0]) / HOUR if replies else None,
        to_end=worked(resolutions[-1]) / HOUR if ended else None,
        ended=ended,
        on_time=on_time,
        overdue=waits and case["due_at"] <= now,
        once=ended and len(replies) == 1 and not was_reopened and not goes_on,
    )


def _pauses(thread: list[Row], now: dt.datetime) -> list[tuple[int, int]]:
    """From and to of the times in which the enterprise was asked for information."""
    pauses: list[tuple[int, int]] = []
    since: int | None = None
    for entry in thread:
        at = instant(entry["at"])
        if entry["kind"] == "asked" and since is None:
            since = at
        elif entry["kind"] in _PAUSE_ENDS and since is not None:
            pauses.append((since, at))
            since = None
    if since is not None:
        pauses.append((since, instant(now)))
    return pauses
