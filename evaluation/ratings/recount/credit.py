"""Who had which part in a case and where, read forwards from the threads, and what ratings are to be marked with."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evaluation.ratings.recount.raw import Raw, Row, content_of

#: Shares are whole numbers of this, which up to sixteen officers divide without a rest.
WHOLE = 720_720


@dataclass(frozen=True)
class Part:
    """An officer's part, with the units in which its unit lay at the snapshot, by kind; ``path`` has their ids."""

    officer: int
    unit: int
    path: tuple[int, ...]
    team: int | None
    office: int | None
    region: int | None
    share: int


@dataclass
class Request:
    """A request with what it is to count as; ``row`` is as it is in the store."""

    row: Row
    parts: list[Part] = field(default_factory=list)
    left_out: str | None = None
    rating: Row | None = None
    service: int | None = None
    officer: int | None = None
    rule: bool = False


class Units:
    """The tree at any moment: from what it is now, and the moves that the audit has."""

    def __init__(self, raw: Raw) -> None:
        self.by_code = {unit["code"]: unit for unit in raw["units"]}
        self.by_id = {unit["id"]: unit for unit in raw["units"]}
        self._moves = defaultdict(list)
        for at, code, before, after in raw.moves:
            self._moves[code].append((at, before, after))

    def chain(self, code: str, at: dt.datetime) -> list[Row]:
        """The unit and those above it, as they lay then."""
        chain = [self.by_code[code]]
        while (above := self._above(chain[-1], at)) is not None:
            chain.append(above)
        return chain

    def _above(self, unit: Row, at: dt.datetime) -> Row | None:
        moves = self._moves[unit["code"]]
        done = [after for when, _, after in moves if when <= at]
        if done:
            return self.by_code[done[-1]]
        if moves:
            return self.by_code[moves[0][1]]
        return self.by_id[unit["parent_id"]] if unit["parent_id"] is not None else None


def parts_of(thread: list[Row], units: Units, at: dt.datetime) -> list[Part]:
    """The parts by what happened until then."""
    there = ""
    wrote: dict[Any, str] = {}
    resolved: dict[Any, str] = {}
    for entry in thread:
        detail = entry["detail"] or {}
        if entry["at"] > at:
            break
        match entry["kind"]:
            case "opened":
                there = detail["unit"]
            case "transferred":
                there = detail["to"]
            case "asked":
                wrote[entry["officer_id"]] = there
            case "replied":
                wrote[detail.get("drafted_by", entry["officer_id"])] = there
            case "resolved":
                resolved = {entry["officer_id"]: there}
    credited = wrote or resolved
    parts = []
    for officer, code in credited.items():
        chain = units.chain(code, at)
        kinds = {unit["kind"]: unit["id"] for unit in chain}
        ids = tuple(unit["id"] for unit in chain)
        of_kinds = (kinds.get("team"), kinds.get("office"), kinds.get("region"))
        parts.append(Part(officer, chain[0]["id"], ids, *of_kinds, WHOLE // len(credited)))
    return parts


class Credit:
    """All requests with their parts and marks, found by telling again in the order of time what happened."""

    def __init__(self, raw: Raw, content: Path) -> None:
        rules = content_of(content / "ratings.yml")
        self._about = {name: set(about) for name, about in rules["reasons"].items()}
        self._within = dt.timedelta(days=rules["one_account_within_days"])
        self._units = Units(raw)
        self._threads = raw.threads()
        person_of = {chat["id"]: chat["person_id"] for chat in raw["chats"]}
        self._staff: dict[str, dt.datetime] = {}
        for link in raw["officer_links"]:
            self._staff[person_of[link["chat_id"]]] = link["linked_at"]
        self.requests = {row["id"]: Request(row) for row in raw["rating_requests"]}
        for rating in raw["ratings"]:
            self.requests[rating["request_id"]].rating = rating
        self._replay()
        for request in self.requests.values():
            self._judge(request)

    def _replay(self) -> None:
        events: list[tuple[dt.datetime, int, str, Request]] = []
        for request in self.requests.values():
            case_id, id_ = request.row["case_id"], request.row["id"]
            if case_id is None:
                events.append((request.row["ask_at"], id_, "found", request))
            else:
                ends = [entry["at"] for entry in self._threads[case_id] if entry["kind"] == "resolved"]
                events += [(at, id_, "found", request) for at in ends]
            if request.rating is not None:
                events.append((request.rating["rated_at"], id_, "rated", request))
        self._rated: defaultdict[Any, list[Request]] = defaultdict(list)
        for at, _, what, request in sorted(events, key=lambda event: event[:2]):
            if what == "found":
                self._found(request, at)
            else:
                self._was_rated(request, at)

    def _found(self, request: Request, at: dt.datetime) -> None:
        if request.row["case_id"] is not None:
            # Whoever had a part before, for the same unit, had it in the place where the unit lay then.
            before = {(part.officer, part.unit): part for part in request.parts}
            now = parts_of(self._threads[request.row["case_id"]], self._units, at)
            request.parts = [replace(before.get((p.officer, p.unit), p), share=p.share) for p in now]
        if request.left_out is None and self._is_staff(request.row["person_id"], at):
            request.left_out = "staff"

    def _was_rated(self, request: Request, at: dt.datetime) -> None:
        rating, enterprise = request.rating, request.row["enterprise_id"]
        assert rating is not None
        if request.left_out is None and self._is_staff(rating["person_id"], at):
            request.left_out = "staff"
        if enterprise is None:
            return
        others = [
            other
            for other in self._rated[enterprise]
            if other.rating is not None
            and other.left_out is None
            and other.rating["person_id"] != rating["person_id"]
            and other.rating["rated_at"] >= at - self._within
            and _same_matter(request, other)
        ]
        if request.left_out is None and others:
            request.left_out = "same_enterprise"
        self._rated[enterprise].append(request)

    def _is_staff(self, person: str, at: dt.datetime) -> bool:
        return person in self._staff and self._staff[person] <= at

    def _judge(self, request: Request) -> None:
        """Whom the stars count for, from what was said last."""
        rating = request.rating
        if rating is None:
            return
        about = {"service", "officer"}
        if rating["reasons"]:
            about = set().union(*(self._about[reason] for reason in rating["reasons"]))
        request.service = rating["stars"] if "service" in about else None
        request.rule = "rule" in about
        request.officer = rating["stars"] if "officer" in about else None
        if rating["officer_stars"] is not None:
            request.officer = rating["officer_stars"]


def _same_matter(request: Request, other: Request) -> bool:
    if request.parts:
        mine = {part.officer for part in request.parts}
        return any(part.officer in mine for part in other.parts)
    return other.row["case_id"] is None and other.row["entry"] == request.row["entry"]


def differences(credit: Credit, raw: Raw) -> list[str]:
    """Where parts and marks in the store are not what was found here."""
    found = []
    kept: dict[int, list[Any]] = defaultdict(list)
    for part in raw["rating_parts"]:
        units = (part["unit_id"], part["team_id"], part["office_id"], part["region_id"])
        kept[part["request_id"]].append((part["officer_id"], *units, round(part["share"], 9)))
    for id_, request in credit.requests.items():
        here = [(p.officer, p.unit, p.team, p.office, p.region, round(p.share / WHOLE, 9)) for p in request.parts]
        if sorted(here, key=str) != sorted(kept[id_], key=str):
            found.append(f"parts of request {id_}: {kept[id_]} in the store, {here} here")
        left_out = request.row["left_out"]
        if (str(left_out.value) if left_out is not None else None) != request.left_out:
            found.append(f"mark of request {id_}: {left_out} in the store, {request.left_out} here")
        rating = request.rating
        if rating is not None:
            there = (rating["stars"] if rating["for_service"] else None, rating["for_officer"], rating["for_rule"])
            ours = (request.service, request.officer, request.rule)
            if there != ours:
                found.append(f"what rating {id_} counts for: {there} in the store, {ours} here")
    return found
