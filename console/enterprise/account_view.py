"""The page of a person's account, as plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from litestar.response import Template
from sqlalchemy.orm import Session

from console.enterprise import who
from console.enterprise.who import Who
from console.web.site import HttpRequest, Site, language_of, page
from desk.accounts import joining, overview, sessions
from desk.accounts.overview import Overview
from desk.conversations.model import Person
from desk.desk import Desk
from desk.enterprises.model import MembershipState
from desk.guidance.record import Language
from desk.subscriptions.service import TOPICS
from desk.subscriptions.words import topic_name

DONE = ("language", "news", "acting", "ended", "sign_in_ended", "email")


@dataclass(frozen=True)
class ShownMembership:
    """A right to act for an enterprise, or a request for it."""

    id: int
    enterprise: int
    name: str
    tax_code: str
    kind: str
    state: str
    is_current: bool


@dataclass(frozen=True)
class ShownSignIn:
    """A browser that is signed in."""

    id: int
    device: str
    how: str
    shared: bool
    created_at: dt.datetime
    seen_at: dt.datetime
    is_this: bool


@dataclass(frozen=True)
class ShownNews:
    """A chat with the topics of which it can be told: name, words, and whether it is."""

    chat: str
    channel: str
    topics: list[tuple[str, str, bool]]

    @property
    def is_told(self) -> bool:
        return any(wanted for _, _, wanted in self.topics)


def show(request: HttpRequest, site: Site, there: Who, *, done: str = "", refused: str = "") -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        person = who.person_of(session, there)
        found = overview.of(desk, session, person) if person is not None else None
        left = _left(session, there, person)
        fresh = who.sign_in_of(session, there)
        may_change = fresh is not None and sessions.is_fresh(fresh, desk.now())
        memberships = _memberships(found) if found is not None else []
        sign_ins = _sign_ins(found, there) if found is not None else []
    return page(
        request,
        site,
        "enterprise/account.html",
        here="/account",
        status=409 if refused else 200,
        done=done if done in DONE else "",
        refused=refused,
        signed_in=there.is_signed_in,
        ended=there.ended,
        is_known=found is not None,
        email=found.email if found is not None else None,
        telegram=found.telegram if found is not None else None,
        by_email=desk.post is not None,
        may_change_email=may_change,
        memberships=memberships,
        acts_for=found.acts_for if found is not None else None,
        answers_in=(found.language if found is not None else None) or language,
        news=_news(desk, found, language),
        sign_ins=sign_ins,
        left=left,
        bot=site.bot_name,
    )


def _left(session: Session, there: Who, person: Person | None) -> bool:
    """Whether the browser has said something as a visitor that the person did not take along."""
    if person is None or not there.is_signed_in:
        return False
    return joining.found(session, who.visitors_chat(session, there), person) is not None


def _memberships(found: Overview) -> list[ShownMembership]:
    return [
        ShownMembership(
            id=held.id,
            enterprise=held.enterprise_id,
            name=held.enterprise.name,
            tax_code=held.enterprise.tax_code,
            kind=held.kind,
            state=held.state,
            is_current=held.state == MembershipState.VERIFIED and held.enterprise_id == found.acts_for,
        )
        for held in found.memberships
    ]


def _sign_ins(found: Overview, there: Who) -> list[ShownSignIn]:
    if not there.is_signed_in:
        return []
    return [
        ShownSignIn(
            id=held.id,
            device=held.device,
            how=held.how,
            shared=held.shared,
            created_at=held.created_at,
            seen_at=held.seen_at,
            is_this=held.id == there.sign_in,
        )
        for held in found.sign_ins
    ]


def _news(desk: Desk, found: Overview | None, language: Language) -> list[ShownNews]:
    """The web chat first, also where nothing was said in it yet; of others only those that are told something."""
    if found is None:
        return []
    shown = [
        ShownNews(
            one.chat, one.channel, [(name, topic_name(desk, name, language), name in one.topics) for name in TOPICS]
        )
        for one in found.news
    ]
    web = [one for one in shown if one.channel == "web"][:1]
    if not web:
        web = [ShownNews("", "web", [(name, topic_name(desk, name, language), False) for name in TOPICS])]
    return [*web, *(one for one in shown if one.channel != "web" and one.is_told)]
