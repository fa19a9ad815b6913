"""What the desk knows a person by, to be taken out of their words before others read them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk.accounts.model import PersonEmail
from desk.cases.model import Case
from desk.conversations.model import Person
from desk.enterprises.model import Enterprise, Membership
from desk.guidance.record import Language
from desk.privacy.masking import Masked, masked
from desk.texts import Texts


def labels_of(texts: Texts, language: Language) -> Mapping[Masked, str]:
    """What stands in the place of what is masked."""
    return {kind: texts.say(f"alike.masked.{kind}", language) for kind in Masked}


def names_of(session: Session, person_id: str) -> list[str | None]:
    """The person's own names and numbers, and those of every enterprise for which they ever acted or asked to."""
    person = session.get_one(Person, person_id)
    email = session.get(PersonEmail, person_id)
    acted_for = select(Membership.enterprise_id).where(Membership.person_id == person_id)
    enterprises = select(Enterprise).where(or_(Enterprise.id == person.acting_for_id, Enterprise.id.in_(acted_for)))
    found = [person.name, person.enterprise_name, person.tax_code, person.contact]
    found.append(email.address if email is not None else None)
    for enterprise in session.scalars(enterprises.order_by(Enterprise.id)):
        found += [enterprise.name, enterprise.tax_code]
    return found


def names_in(session: Session, case: Case) -> list[str | None]:
    """Whoever is named in a case: its person, its enterprise, and the officers who worked on it."""
    enterprise = session.get(Enterprise, case.enterprise_id) if case.enterprise_id is not None else None
    found = [case.enterprise_name, case.tax_code, case.contact, *names_of(session, case.person_id)]
    if enterprise is not None:
        found += [enterprise.name, enterprise.tax_code]
    return found + sorted({entry.officer.name for entry in case.entries if entry.officer is not None})


def masked_words(texts: Texts, session: Session, text: str, person_id: str, language: Language) -> str:
    """What a person wrote, as somebody reads it who has no part in their matter."""
    return masked(text, labels_of(texts, language), names_of(session, person_id))
