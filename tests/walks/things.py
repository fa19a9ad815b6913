"""The words in which tests/walks/table.py says what the addresses of the console name: kinds, acts, states, values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from desk.attachments.model import Attachment
from desk.cases.model import Case, Contradiction
from desk.conversations.model import Message
from desk.deliveries.model import Delivery, DeliveryState
from desk.enterprises.model import Enterprise, Membership, MembershipState


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
    #: What else may come of it for those who may, as the table test says it.
    also: str = ""


@dataclass(frozen=True)
class Public:
    """A route that everybody reaches; ``visitor`` owns what its address names."""

    values: Mapping[str, Value] = field(default_factory=dict)
    fields: Fields = field(default_factory=dict)
    json: Mapping[str, str] = field(default_factory=dict)
    #: What somebody gets who guesses a key: it is not there, or they are refused in words.
    guessed: str = "not there"
    query: Mapping[str, Value] = field(default_factory=dict)
    visitor: str = "thao"


@dataclass(frozen=True)
class State:
    """A page in another state than its plain address shows: other things in it, or a query behind it.

    ``in_words``: what is asked is not there or cannot be read, and a whole page says so (404 or 422).
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    query: str = ""
    by: str = ""
    in_words: bool = False


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


def found(query: str) -> Value:
    """What a query finds first; for things whose tables not every desk has."""
    return lambda store: str(store.session.scalar(text(query)))


def just(value: str) -> Value:
    return lambda _store: value
