"""Requests for ratings and the ratings: for some days by the desk's own services, else in bulk as these would do it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from desk.cases.model import Case, EntryKind
from desk.conversations.model import Conversation, Person
from desk.ratings import service
from desk.ratings.crediting import parts_of
from desk.ratings.model import Rating, RatingPart, RatingRequest
from desk.ratings.rules import For, RatingRules
from evaluation.ratings.year.people import Staff
from evaluation.ratings.year.rows import MadeCase, MadeRequest, Row, Waiting
from evaluation.ratings.year.tree import Tree


def row_of(kept: Any) -> Row:
    """All columns of an object."""
    return {column.key: getattr(kept, column.key) for column in kept.__table__.columns}


class Asking:
    """What happens to requests. ``served`` tells whether the services act at a moment."""

    def __init__(
        self,
        waiting: Waiting,
        tree: Tree,
        staff: Staff,
        rules: RatingRules,
        group_of: Mapping[str, str],
        served: Callable[[dt.datetime], bool],
    ) -> None:
        self._waiting = waiting
        self._tree = tree
        self._staff = staff
        self._rules = rules
        self._group_of = group_of
        self._served = served
        self.staff_persons: set[str] = set()
        self.by_services = 0
        self._rated: defaultdict[int, list[MadeRequest]] = defaultdict(list)

    def about_conversation(self, conversation: Row, shown: Row | None, person: Row, ask_at: dt.datetime) -> MadeRequest:
        """The request about a conversation without a case; ``shown`` is the enquiry with the entry shown last."""
        request = MadeRequest({})
        if self._served(ask_at):

            def act(session: Session) -> RatingRequest:
                kept = session.get_one(Conversation, conversation["id"])
                return service.request_for_conversation(session, kept, ask_at)

            return self._by_service(request, act)
        entry = shown["entry"] if shown else None
        request.row = self._row(conversation["id"], None, ask_at) | {
            "person_id": person["id"],
            "enterprise_id": person["enterprise"],
            "topic": self._group_of.get(entry) if entry else None,
            "entry": entry,
            "version": shown["version"] if shown else None,
            "channel": person["channel"],
            "language": conversation["language"],
            "left_out": "staff" if person["id"] in self.staff_persons else None,
        }
        self._waiting.touched(request)
        return request

    def about_case(self, case: MadeCase, at: dt.datetime) -> MadeRequest:
        """The request about a case that has just been resolved, asked at once, or asked anew."""
        request = case.request or MadeRequest({})
        case.request = request
        if self._served(at):

            def act(session: Session) -> RatingRequest:
                kept = service.request_for_case(session, session.get_one(Case, case.row["id"]), at)
                if kept.asked_at is None:
                    service.claim(session, kept, at, self._rules)
                else:
                    service.ask_anew(session, kept, at, self._rules)
                return kept

            return self._by_service(request, act)
        if not request.row:
            request.row = self._row(case.row["conversation_id"], case.row["id"], at)
            request.row["asked_at"] = at
        request.row["open_until"] = at + self._rules.changeable_for
        self._snapshot(request, case)
        self._waiting.touched(request)
        return request

    def ask(self, request: MadeRequest, at: dt.datetime) -> None:
        """A request that waited is asked."""
        if self._served(at):

            def act(session: Session) -> RatingRequest:
                kept = session.get_one(RatingRequest, request.row["id"])
                service.claim(session, kept, at, self._rules)
                return kept

            self._by_service(request, act)
            return
        request.row |= {"asked_at": at, "open_until": at + self._rules.changeable_for}
        self._waiting.touched(request)

    def remind(self, request: MadeRequest, at: dt.datetime) -> None:
        request.row["reminded_at"] = at
        self._waiting.touched(request)

    def rate(self, request: MadeRequest, stars: int, person_id: str, at: dt.datetime) -> None:
        """Stars are given or changed, while the request is open."""
        is_first = request.rating is None
        if self._served(at):

            def act(session: Session) -> RatingRequest:
                kept = session.get_one(RatingRequest, request.row["id"])
                by = session.get_one(Person, person_id)
                service.rate(session, kept, stars, at, by=by, rules=self._rules)
                return kept

            self._by_service(request, act)
        elif request.rating is None:
            request.row["left_out"] = self._mark(request, person_id, at)
            request.row["open_until"] = at + self._rules.changeable_for
            request.rating = {"request_id": request.row["id"], "person_id": person_id, "stars": stars}
            request.rating |= {"first_stars": stars, "officer_stars": None, "reasons": [], "comment": None}
            request.rating |= {"rated_at": at, "changed_at": None}
            self._count(request)
        elif request.rating["stars"] != stars:
            request.rating |= {"stars": stars, "changed_at": at}
            self._count(request)
        if is_first and request.row["enterprise_id"] is not None:
            self._rated[request.row["enterprise_id"]].append(request)

    def give_reasons(self, request: MadeRequest, reasons: Sequence[str], at: dt.datetime) -> None:
        if self._served(at):

            def act(session: Session) -> RatingRequest:
                kept = session.get_one(RatingRequest, request.row["id"])
                service.give_reasons(session, kept, reasons, at, self._rules)
                return kept

            self._by_service(request, act)
            return
        assert request.rating is not None
        request.rating["reasons"] = [name for name in self._rules.reasons if name in reasons]
        self._count(request)

    def rate_officer(self, request: MadeRequest, stars: int, at: dt.datetime) -> None:
        if self._served(at):

            def act(session: Session) -> RatingRequest:
                kept = session.get_one(RatingRequest, request.row["id"])
                service.rate_officer(session, kept, stars, at, self._rules)
                return kept

            self._by_service(request, act)
            return
        assert request.rating is not None
        request.rating["officer_stars"] = stars
        self._count(request)

    def comment(self, request: MadeRequest, words: str) -> None:
        assert request.rating is not None
        request.rating["comment"] = words
        self._waiting.touched(request)

    def _by_service(self, request: MadeRequest, act: Callable[[Session], RatingRequest]) -> MadeRequest:
        """Write what waits, let the services act on the store, and take over what they left there."""
        self._waiting.write()
        with Session(self._waiting.connection) as session:
            kept = act(session)
            session.flush()
            request.row = row_of(kept)
            request.parts = [row_of(part) for part in kept.parts]
            request.rating = row_of(kept.rating) if kept.rating is not None else None
            session.commit()
        self.by_services += 1
        self._waiting.gave("request", request.row["id"])
        for part in request.parts:
            self._waiting.gave("part", part["id"])
        self._waiting.in_step(request)
        return request

    def _row(self, conversation_id: str, case_id: int | None, ask_at: dt.datetime) -> Row:
        empty = dict.fromkeys((column.key for column in RatingRequest.__table__.columns), None)
        own = {"id": self._waiting.next_id("request"), "conversation_id": conversation_id, "case_id": case_id}
        return empty | own | {"ask_at": ask_at}

    def _snapshot(self, request: MadeRequest, case: MadeCase) -> None:
        if not request.parts:  # settled anew, all but the parts stays as it was first asked about
            quotes = [
                quote
                for entry in case.thread
                if entry.kind == EntryKind.REPLIED
                for quote in (entry.detail or {}).get("quoted", [])
            ]
            names = ("person_id", "enterprise_id", "channel", "language", "topic")
            request.row |= {name: case.row[name] for name in names}
            request.row["entry"], request.row["version"] = (
                (quotes[-1]["entry"], quotes[-1]["version"]) if quotes else (None, None)
            )
            if request.row["left_out"] is None and case.row["person_id"] in self.staff_persons:
                request.row["left_out"] = "staff"
        before = {(part["officer_id"], part["unit_id"]): part for part in request.parts}
        request.parts = [self._part(request, part, before) for part in parts_of(case.thread, case.unit)]

    def _part(self, request: MadeRequest, part: Any, before: Mapping[tuple[int, int], Row]) -> Row:
        """The part as it is now; name and place of an earlier part for the same unit stay those of then."""
        place = self._tree.places[part.unit]
        row = {"id": self._waiting.next_id("part"), "request_id": request.row["id"], "officer_id": part.officer_id}
        row |= {"officer_name": self._staff.officers[part.officer_id].name, "unit_id": place.id, "share": part.share}
        row |= {"team_id": place.team_id, "office_id": place.office_id, "region_id": place.region_id}
        assert row.keys() == {column.key for column in RatingPart.__table__.columns}
        was = before.get((part.officer_id, place.id), {})
        return row | {name: was[name] for name in ("officer_name", "team_id", "office_id", "region_id") if was}

    def _mark(self, request: MadeRequest, person_id: str, at: dt.datetime) -> str | None:
        if request.row["left_out"] is not None:
            return str(request.row["left_out"])
        if person_id in self.staff_persons:
            return "staff"
        enterprise = request.row["enterprise_id"]
        since = at - self._rules.one_account_within
        for other in self._rated[enterprise] if enterprise is not None else ():
            assert other.rating is not None
            counts = other is not request and other.row["left_out"] is None
            in_time = other.rating["rated_at"] >= since and other.rating["person_id"] != person_id
            if counts and in_time and _about_the_same(request, other):
                return "same_enterprise"
        return None

    def _count(self, request: MadeRequest) -> None:
        rating = request.rating
        assert rating is not None
        about = self._rules.count_for(rating["reasons"])
        rating |= {"for_service": For.SERVICE in about, "for_rule": For.RULE in about}
        rating["for_officer"] = rating["officer_stars"] or (rating["stars"] if For.OFFICER in about else None)
        assert rating.keys() == {column.key for column in Rating.__table__.columns}
        self._waiting.touched(request)


def _about_the_same(request: MadeRequest, other: MadeRequest) -> bool:
    if request.parts:
        return bool(request.officers & other.officers)
    return other.row["case_id"] is None and other.row["entry"] == request.row["entry"]
