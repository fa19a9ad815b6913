"""What the addresses of the console name, and how the acts behind them are done: the one table to add to.

A new kind of thing (``opt=roles(..., of="...")``) gets an entry in KINDS. A route whose act needs other fields or
another thing than its kind's gets one in ACTS; a public route gets one in PUBLIC. What a route does not need is left
out: an entry for a route that does not exist is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.attachments.model import Attachment
from desk.cases.model import Case, Contradiction
from desk.conversations.model import Message
from desk.deliveries.model import Delivery, DeliveryState
from desk.enterprises.model import Enterprise, Membership, MembershipState
from tests.believable import authority


class Scope(Enum):
    """Who of the right role reaches a thing.

    UNIT: officers of its unit and of those above; for others it is not there. HEADQUARTERS: officers of the department
    only; others are refused in words. AUTHORITY: all of the role.
    """

    UNIT = "unit"
    HEADQUARTERS = "headquarters"
    AUTHORITY = "authority"


@dataclass(frozen=True)
class Store:
    """The store in which things are looked up, with the numbers of the cases by the names of cases.yml."""

    session: Session
    cases: Mapping[str, str]


Value = Callable[[Store], str]
Fields = Mapping[str, str | Value]


@dataclass(frozen=True)
class Kind:
    """A kind of thing: who reaches it, and what its addresses and forms hold where ACTS says nothing else."""

    scope: Scope
    values: Mapping[str, Value]
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True)
class Act:
    """How a route's act gets done. ``by``: an officer for whom it succeeds, where not everybody's does."""

    fields: Fields = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    by: str = ""
    #: Why it never succeeds here; everybody who may is refused in words.
    never: str = ""


@dataclass(frozen=True)
class Public:
    """A route that everybody reaches; ``visitor`` owns what its address names."""

    values: Mapping[str, Value] = field(default_factory=dict)
    fields: Fields = field(default_factory=dict)
    json: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Value] = field(default_factory=dict)
    visitor: str = "thao"


def case(name: str) -> Value:
    """The number of a case of tests/believable/cases.yml."""
    return lambda store: store.cases[name]


def case_id(name: str) -> Value:
    return lambda store: str(_case(store, name).id)


def key_of(name: str) -> Value:
    """The secret of a case's private link."""
    return lambda store: _case(store, name).key


def conversation_of(name: str) -> Value:
    return lambda store: _case(store, name).conversation_id


def last_entry(name: str) -> Value:
    return lambda store: str(_case(store, name).entries[-1].id)


def _case(store: Store, name: str) -> Case:
    return store.session.scalars(select(Case).where(Case.number == store.cases[name])).one()


def file_of(name: str) -> Value:
    """A file that came with a case."""

    def found(store: Store) -> str:
        mine = _case(store, name)
        query = select(Attachment.id).join(Message, Message.order_no == Attachment.message_order)
        return store.session.scalars(query.where(Message.case_id == mine.id).order_by(Attachment.id)).first() or ""

    return found


def failed_delivery_of(name: str) -> Value:
    """A reply of a case that could not be delivered."""

    def found(store: Store) -> str:
        orders = [entry.message_order for entry in _case(store, name).entries if entry.message_order is not None]
        failed = (DeliveryState.PERMANENT_FAILURE.value, DeliveryState.UNCERTAIN.value)
        query = select(Delivery.id).where(Delivery.message_order.in_(orders), Delivery.state.in_(failed))
        return str(store.session.scalars(query).first())

    return found


def membership(tax_code: str, state: MembershipState) -> Value:
    """The newest membership of an enterprise in this state."""

    def found(store: Store) -> str:
        query = select(Membership.id).join(Enterprise).where(Enterprise.tax_code == tax_code, Membership.state == state)
        return str(store.session.scalars(query.order_by(Membership.id.desc())).first())

    return found


def open_contradiction(store: Store) -> str:
    return str(store.session.scalars(select(Contradiction.id).where(Contradiction.settled_at.is_(None))).first())


MAY_TRANG, SAO_HOM = "9900123459", "9900773182"

#: What ``of`` of a route can be.
KINDS: dict[str, Kind] = {
    "case": Kind(
        Scope.UNIT,
        {"number": case("new_seal"), "other": case("outage_elsewhere"), "file_id": file_of("new_label")},
        {"text": "Chúng tôi đã ghi nhận.", "reason": "Đúng việc của đơn vị.", "seen": "1"},
    ),
    "contradiction": Kind(
        Scope.HEADQUARTERS, {"number": open_contradiction}, {"ruling": "Làm theo hướng dẫn của Chi cục khu vực 2."}
    ),
    "enterprise": Kind(
        Scope.UNIT,
        {"tax_code": lambda _: SAO_HOM},
        {"membership": membership(SAO_HOM, MembershipState.ASKED), "reason": "Chưa có giấy giới thiệu."},
    ),
}

_HELD = {"number": case("claimed")}

#: What a route of the staff needs beside what its kind says.
ACTS: dict[str, Act] = {
    "GET /desk/cases/{number}/files/{file_id}": Act(values={"number": case("new_label")}),
    "GET /desk/cases/{number}/contradiction/{other}": Act(values={"number": case("outage")}),
    "POST /desk/cases/{number}/contradiction/{other}": Act(
        {"note": "Hai nơi trả lời khác nhau."}, {"number": case("outage")}
    ),
    "POST /desk/cases/{number}/return": Act(values=_HELD, by="thu"),
    "POST /desk/cases/{number}/reply": Act(values=_HELD, by="thu"),
    "POST /desk/cases/{number}/ask": Act(values=_HELD, by="thu"),
    "POST /desk/cases/{number}/resolve": Act(values={"number": case("answered")}, by="thu"),
    "POST /desk/cases/{number}/transfer": Act({"unit": "KV02-SG2", "colleague": "", "reason": "Đúng nơi mở tờ khai."}),
    "POST /desk/cases/{number}/take-over": Act(values=_HELD, by="hanh"),
    "POST /desk/cases/{number}/sign": Act(values={"number": case("to_sign")}, by="hanh"),
    "POST /desk/cases/{number}/return-draft": Act(values={"number": case("to_sign")}, by="hanh"),
    "POST /desk/cases/{number}/quote": Act({"text": "", "quoted": "", "quote": "dossier_import"}, _HELD, by="thu"),
    "POST /desk/cases/{number}/send-again": Act(
        {"delivery": failed_delivery_of("blocked")}, {"number": case("blocked")}, by="thu"
    ),
    "POST /desk/cases/{number}/alike": Act({"text": "Hệ thống đã hoạt động lại."}, {"number": case("outage")}),
    "POST /desk/cases/{number}/apart": Act({"other": case_id("outage_2")}, {"number": case("outage")}, by="thu"),
    "POST /desk/cases/{number}/reply-many": Act(
        {"text_vi": "Hệ thống đã hoạt động lại.", "text_en": "The system is back.", "seen": last_entry("outage")},
        {"number": case("outage")},
        by="thu",
    ),
    "POST /desk/enterprises/{tax_code}/end": Act(
        {"membership": membership(MAY_TRANG, MembershipState.VERIFIED)}, {"tax_code": lambda _: MAY_TRANG}
    ),
    "POST /desk/sign-in": Act({"username": "thu", "password": authority.PASSWORD, "next": ""}),
    "POST /desk/me/password": Act(
        {
            "present": authority.PASSWORD,
            "new": "bon thuyen ra khoi luc 6 gio",
            "again": "bon thuyen ra khoi luc 6 gio",
        },
        by="thu",
    ),
}

#: What everybody reaches.
PUBLIC: dict[str, Public] = {
    "POST /chat": Public(fields={"text": "xin chào"}),
    "POST /language": Public(fields={"lang": "en", "to": "/chat"}),
    "GET /api/chat/messages": Public(query={"conversation": conversation_of("new_form_web")}),
    "POST /api/chat/files": Public(fields={"text": "xin chào"}),
    "POST /api/chat/messages": Public(json={"text": "xin chào"}),
    "GET /case/{key}": Public({"key": key_of("resolved")}),
    "POST /case/{key}/messages": Public({"key": key_of("new_form_web")}, {"text": "Tôi bổ sung.", "seen": "1"}),
    "POST /case/{key}/rating": Public({"key": key_of("resolved")}, {"stars": "4", "comment": ""}),
    "GET /case/{key}/files/{file_id}": Public({"key": key_of("new_label"), "file_id": file_of("new_label")}),
    "GET /files/{file_id}": Public({"file_id": file_of("new_form_web")}),
}


@dataclass(frozen=True)
class State:
    """A page in another state than its plain address shows: other things in it, or a query behind it."""

    values: Mapping[str, Value] = field(default_factory=dict)
    query: str = ""
    by: str = ""


def _cases(*names: str) -> list[State]:
    return [State({"number": case(name)}) for name in names]


#: Further states in which a page is looked at, each by the first role that may see it or by the officer ``by``.
STATES: dict[str, list[State]] = {
    "GET /desk/cases": [
        State(query="?view=waiting"),
        State(query="?view=resolved"),
        State(query="?view=to_sign", by="hanh"),
        State(query="?q=khai+b%C3%A1o"),
        State(query="?q=kh%C3%B4ng+c%C3%B3"),
    ],
    "GET /desk/cases/{number}": [
        *_cases("claimed", "asked", "outage", "blocked", "uncertain", "overdue_long", "new_form_web", "reopened"),
        *_cases("answered", "resolved_rated", "outage_here", "draft_returned"),
        State({"number": case("north")}, by="quan"),
        State({"number": case("to_sign")}, by="hanh"),
        State({"number": case("held_by_head")}, by="hanh"),
    ],
    "GET /desk/cases/{number}/alike": [State({"number": case("outage")}, by="thu")],
    "GET /desk/contradictions": [State(by="phuong")],
    "GET /desk/enterprises": [State(query="?q=m%C3%A2y", by="minh"), State(by="minh")],
    "GET /desk/enterprises/{tax_code}": [State({"tax_code": lambda _: MAY_TRANG})],
    "GET /desk/search": [State(query="?q=h%E1%BB%93+s%C6%A1"), State(query="?q=xyzzy")],
    "GET /case/{key}": [State({"key": key_of(name)}) for name in ("new_form_web", "reopened", "blocked", "asked")],
    "GET /my-cases": [State(query="?q=khai")],
}
