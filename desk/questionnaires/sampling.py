"""Who is asked: people with a matter that fits, each once, drawn so that the same draw can be made again."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk.conversations.model import Chat
from desk.desk import Desk
from desk.people.model import OfficerLink
from desk.questionnaires import matters
from desk.questionnaires.matters import Candidate
from desk.questionnaires.model import Invitation, InvitationState, Questionnaire
from desk.questionnaires.plan import sample_of


class LeftOut(StrEnum):
    """Why a chat whose matter fits is not asked; the first that holds."""

    OFFICER = "officer"
    BLOCKED = "blocked"
    ASKED_LATELY = "asked_lately"
    SAME_PERSON = "same_person"
    SAME_ENTERPRISE = "same_enterprise"
    NOT_DRAWN = "not_drawn"


@dataclass(frozen=True)
class Preview:
    """Numbers of chats: those whose matter fits, those to be asked by channel and language, those left out by rule."""

    found: int
    asked: int
    channels: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    left_out: Counter[LeftOut] = field(default_factory=Counter)


@dataclass
class _Sieve:
    """What passed so far, and how many each rule kept back."""

    left: list[Candidate]
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    def keep(self, kept: Iterable[Candidate], rule: LeftOut) -> None:
        before = len(self.left)
        self.left = list(kept)
        if before > len(self.left):
            self.left_out[rule] = before - len(self.left)


def draw(desk: Desk, session: Session, questionnaire: Questionnaire) -> list[Candidate]:
    """The chats that are asked, in the order in which they were drawn."""
    return _sifted(desk, session, questionnaire).left


def preview(desk: Desk, session: Session, questionnaire: Questionnaire) -> Preview:
    """What draw would give now, in numbers."""
    sieve = _sifted(desk, session, questionnaire)
    return Preview(
        found=len(sieve.left) + sum(sieve.left_out.values()),
        asked=len(sieve.left),
        channels=Counter(one.channel for one in sieve.left),
        languages=Counter(one.language for one in sieve.left),
        left_out=sieve.left_out,
    )


def _sifted(desk: Desk, session: Session, questionnaire: Questionnaire) -> _Sieve:
    found = [replace(one, rank=rank(questionnaire.seed, one.chat_id)) for one in matters.of(session, questionnaire)]
    officers, asked = _officers(session), _asked_since(session, questionnaire, desk)
    sieve = _Sieve(found)
    sieve.keep([one for one in sieve.left if one.person_id not in officers], LeftOut.OFFICER)
    sieve.keep([one for one in sieve.left if not one.is_blocked], LeftOut.BLOCKED)
    sieve.keep([one for one in sieve.left if one.person_id not in asked], LeftOut.ASKED_LATELY)
    newest = {one.person_id: one for one in sorted(sieve.left, key=lambda one: (one.at, one.chat_id))}
    sieve.keep(newest.values(), LeftOut.SAME_PERSON)
    drawn = sorted(sieve.left, key=lambda one: one.rank)
    first: dict[str, Candidate] = {}
    for one in drawn:
        first.setdefault(one.enterprise or one.person_id, one)
    sieve.keep(first.values(), LeftOut.SAME_ENTERPRISE)
    size = sample_of(questionnaire).size
    sieve.keep(sieve.left if size is None else sieve.left[:size], LeftOut.NOT_DRAWN)
    return sieve


def rank(seed: int, chat_id: str) -> str:
    """A chat's place in the draw of a seed: the same on every machine, and whoever else could be drawn."""
    return hashlib.sha256(f"{seed}:{chat_id}".encode()).hexdigest()


def _officers(session: Session) -> set[str]:
    """The persons of chats in which officers are told of cases, or from which they are linked."""
    accounts = select(OfficerLink.telegram_user)
    chats = or_(Chat.id.in_(select(OfficerLink.chat_id)), (Chat.channel == "telegram") & Chat.address.in_(accounts))
    return set(session.scalars(select(Chat.person_id).where(chats)))


def _asked_since(session: Session, questionnaire: Questionnaire, desk: Desk) -> set[str]:
    """The persons who got another questionnaire lately, or are about to."""
    since: dt.datetime = desk.now() - desk.rules.questionnaires.between
    waits = Invitation.state == InvitationState.WAITING.value
    other = Invitation.questionnaire_id != questionnaire.id
    query = (
        select(Chat.person_id)
        .join(Invitation, Invitation.chat_id == Chat.id)
        .where(other, or_(waits, Invitation.invited_at > since))
    )
    return set(session.scalars(query))
