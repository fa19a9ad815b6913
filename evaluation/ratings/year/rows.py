"""What is in the making: cases, requests and their ratings as they stand, and the rows that wait to be written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, update

from desk.cases.model import Case, CaseEntry
from desk.conversations.model import Chat, Conversation, Message, Person
from desk.enquiries.model import Enquiry
from desk.ratings.model import Rating, RatingPart, RatingRequest

Row = dict[str, Any]
_AT_ONCE = 5_000


@dataclass
class MadeCase:
    """A case as a row, its thread as transient entries, and the code of the unit in which it is."""

    row: Row
    unit: str
    thread: list[CaseEntry] = field(default_factory=list)
    request: MadeRequest | None = None

    @property
    def is_open(self) -> bool:
        return self.row["state"] not in ("resolved", "closed")


@dataclass
class MadeRequest:
    """A request as a row, with its parts and its rating as rows."""

    row: Row
    parts: list[Row] = field(default_factory=list)
    rating: Row | None = None

    @property
    def officers(self) -> set[int]:
        return {part["officer_id"] for part in self.parts}


class Waiting:
    """Rows to be written: new ones of every table, and cases, requests and ratings that changed since.

    Everything is written in the order in which foreign keys allow it. Ids are given here, in the order of time.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.persons: list[Row] = []
        self.chats: list[Row] = []
        self.conversations: list[Row] = []
        self.messages: list[Row] = []
        self.enquiries: list[Row] = []
        self.entries: list[Row] = []
        self._cases: dict[int, MadeCase] = {}
        self._requests: dict[int, MadeRequest] = {}
        self._written_cases: set[int] = set()
        self._written_requests: set[int] = set()
        self._written_ratings: set[int] = set()
        self._last: dict[str, int] = {}

    def next_id(self, name: str) -> int:
        self._last[name] = self._last.get(name, 0) + 1
        return self._last[name]

    def gave(self, name: str, id_: int) -> None:
        """The database itself gave this id."""
        self._last[name] = max(self._last.get(name, 0), id_)

    def touched_case(self, case: MadeCase) -> None:
        self._cases[case.row["id"]] = case

    def touched(self, request: MadeRequest) -> None:
        self._requests[request.row["id"]] = request

    def in_step(self, request: MadeRequest) -> None:
        """A service has just written this request, with its parts and its rating."""
        id_ = request.row["id"]
        self._written_requests.add(id_)
        self._requests.pop(id_, None)
        if request.rating is not None:
            self._written_ratings.add(id_)

    def write(self) -> None:
        """Write all that waits."""
        for model, rows in (
            (Person, self.persons),
            (Chat, self.chats),
            (Conversation, self.conversations),
            (Message, self.messages),
            (Enquiry, self.enquiries),
        ):
            self._insert(model, rows)
            rows.clear()
        self._keep(Case, self._cases, self._written_cases, [case.row for case in self._cases.values()])
        self._insert(CaseEntry, self.entries)
        self.entries.clear()
        self._cases.clear()
        self._write_requests()

    def _write_requests(self) -> None:
        requests = self._requests
        self._keep(RatingRequest, requests, self._written_requests, [each.row for each in requests.values()])
        if requests:
            ids = list(requests)
            for first in range(0, len(ids), _AT_ONCE):
                some = ids[first : first + _AT_ONCE]
                self.connection.execute(delete(RatingPart).where(RatingPart.request_id.in_(some)))
        self._insert(RatingPart, [part for request in requests.values() for part in request.parts])
        rated = {id_: request.rating for id_, request in requests.items() if request.rating is not None}
        self._keep(Rating, rated, self._written_ratings, list(rated.values()), key="request_id")
        requests.clear()

    def _keep(self, model: Any, ids: Iterable[int], written: set[int], rows: list[Row], key: str = "id") -> None:
        """Insert the rows that are new, and write the others anew."""
        self._insert(model, [row for row in rows if row[key] not in written])
        old = [row for row in rows if row[key] in written]
        if old:
            columns: Row = {name: bindparam(f"new_{name}") for name in old[0] if name != key}
            changed = update(model).where(getattr(model, key) == bindparam("its_id")).values(columns)
            values = [{"its_id": row[key]} | {f"new_{name}": row[name] for name in row if name != key} for row in old]
            # Without the session's own handling of updates by key: these are rows, not objects.
            self.connection.execute(changed, values)
        written.update(ids)

    def _insert(self, model: Any, rows: list[Row]) -> None:
        for first in range(0, len(rows), _AT_ONCE):
            self.connection.execute(insert(model), rows[first : first + _AT_ONCE])


def minutes(number: float) -> dt.timedelta:
    """So many minutes, to the second."""
    return dt.timedelta(seconds=round(number * 60))
