"""What officers do about who acts for an enterprise, from whichever door: verify, refuse, end; and what follows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desk.conversations import service as conversations
from desk.conversations.model import Chat, Person
from desk.desk import Desk
from desk.enterprises import acting, addressee
from desk.enterprises import service as enterprises
from desk.enterprises.model import Membership
from desk.people.model import Officer
from desk.speech import Choice, Utterance


def verify(desk: Desk, session: Session, membership: Membership, officer: Officer) -> None:
    """Verify a request and tell the person; raises EnterpriseRefused."""
    enterprises.verify(session, membership, officer, desk.now())
    addressee.verified(session, membership)
    act = Choice("act_for", "", str(membership.enterprise_id))
    tell(desk, session, membership.person, "enterprise.told_verified", act, name=membership.enterprise.name)


def refuse(desk: Desk, session: Session, membership: Membership, officer: Officer, reason: str) -> None:
    """Turn a request down and tell the person why; raises EnterpriseRefused."""
    enterprises.refuse(session, membership, officer, reason, desk.now())
    values = {"name": membership.enterprise.name, "reason": reason.strip()}
    tell(desk, session, membership.person, "enterprise.told_refused", **values)


def end(desk: Desk, session: Session, membership: Membership, officer: Officer) -> None:
    """End a request or a membership and tell the person; raises EnterpriseRefused."""
    enterprises.end(session, membership, desk.now(), officer=officer)
    take_away(desk, session, membership)
    tell(desk, session, membership.person, "enterprise.told_ended", name=membership.enterprise.name)


def take_away(desk: Desk, session: Session, membership: Membership) -> None:
    """What follows when a membership has ended, by whomever: its cases and what was begun for it are out of reach."""
    acting.undo(desk, session, membership.person, membership.enterprise_id)
    addressee.ended(session, membership, desk.now())


def tell(desk: Desk, session: Session, person: Person, text: str, *choices: Choice, **values: str) -> None:
    """Say something to a person in the chat where they were last; ``choices`` get their titles here."""
    last = addressee.latest_of(session, Chat.person_id == person.id)
    if last is None:
        return
    conversation = conversations.current(session, last.chat, "", desk.now())
    language = conversations.language_of(conversation)
    titled = [Choice(c.act, desk.texts.say(f"button.{c.act}", language), c.argument) for c in choices]
    told = Utterance.plain(desk.texts.say(text, language, **values), choices=titled)
    conversations.say(session, conversation, told, desk.now())
