"""Verification by a code that is sent to the contact which customs has on record, never to one that was typed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk import one_time
from desk.audit.service import record_act
from desk.desk import Desk
from desk.enterprises.model import Enterprise, Membership, MembershipCode, MembershipKind, MembershipState
from desk.enterprises.service import EnterpriseRefused
from desk.letters import service as letters

DIGITS = 8
LASTS = dt.timedelta(minutes=15)
TRIES = 5
#: At most so many codes in 24 hours for one person's request, and for all requests that concern one enterprise:
#: nobody shall fill a mailbox, or guess on with many accounts.
A_DAY, A_DAY_AN_ENTERPRISE = 3, 10
_DAY = dt.timedelta(days=1)


def is_offered(desk: Desk, enterprise: Enterprise) -> bool:
    """Whether a code can be sent: there is a mail server, and a contact on record."""
    return desk.post is not None and bool(enterprise.contact)


def masked(contact: str) -> str:
    """An address as it is shown to who asks: l***@example.vn."""
    name, _, domain = contact.partition("@")
    return f"{name[:1] if len(name) > 1 else ''}***@{domain}"


def send(desk: Desk, session: Session, membership: Membership) -> None:
    """Put a letter with a fresh code on its way to the enterprise's contact; raises EnterpriseRefused.

    Only the newest code of a request counts.
    """
    enterprise = membership.enterprise
    if membership.state != MembershipState.ASKED:
        raise EnterpriseRefused("enterprise.settled_before")
    if not is_offered(desk, enterprise) or enterprise.contact is None:
        raise EnterpriseRefused("enterprise.code_not_offered")
    now = desk.now()
    session.execute(select(Enterprise.id).where(Enterprise.id == enterprise.id).with_for_update())
    of_enterprise = Membership.enterprise_id == enterprise.id
    theirs = Membership.person_id == membership.person_id
    if _sent(session, now, of_enterprise, theirs) >= A_DAY or _sent(session, now, of_enterprise) >= A_DAY_AN_ENTERPRISE:
        raise EnterpriseRefused("enterprise.codes_used_up")
    code = one_time.fresh_code(DIGITS)
    made = MembershipCode(membership_id=membership.id, code_hash=one_time.hashed(code), expires_at=now + LASTS)
    session.add(made)
    _write(desk, session, membership, enterprise.contact, code, made.expires_at)
    subject, detail = enterprise.tax_code, {"membership": membership.id}
    record_act(session, actor="person", act="membership.code_sent", subject=subject, at=now, detail=detail)


def is_right(session: Session, membership: Membership, code: str, at: dt.datetime) -> bool:
    """Use up one try of the newest code; True, once, when it is right.

    Raises EnterpriseRefused when there is none that can still be tried. The try is counted before the comparison and
    by a conditional update, so that of many at once no more than TRIES are compared.
    """
    newest = select(func.max(MembershipCode.id)).where(MembershipCode.membership_id == membership.id).scalar_subquery()
    tried = session.execute(
        update(MembershipCode)
        .where(
            MembershipCode.id == newest,
            MembershipCode.used_at.is_(None),
            MembershipCode.expires_at > at,
            MembershipCode.tries < TRIES,
        )
        .values(tries=MembershipCode.tries + 1)
        .returning(MembershipCode.id, MembershipCode.code_hash)
    ).one_or_none()
    if tried is None:
        raise EnterpriseRefused("enterprise.code_void")
    if not one_time.fits(code, tried.code_hash):
        return False
    used = update(MembershipCode).where(MembershipCode.id == tried.id).values(used_at=at)
    session.execute(used)
    return True


def may_be_tried(session: Session, membership: Membership, at: dt.datetime) -> bool:
    """Whether the newest code of a request can still be given."""
    newest = session.scalar(
        select(MembershipCode)
        .where(MembershipCode.membership_id == membership.id)
        .order_by(MembershipCode.id.desc())
        .limit(1)
    )
    return newest is not None and newest.used_at is None and newest.expires_at > at and newest.tries < TRIES


def make_void(session: Session, enterprise: Enterprise, at: dt.datetime) -> None:
    """The contact on record has changed: what was sent to the old one no longer proves anything."""
    of_enterprise = select(Membership.id).where(Membership.enterprise_id == enterprise.id)
    session.execute(
        update(MembershipCode)
        .where(MembershipCode.membership_id.in_(of_enterprise), MembershipCode.expires_at > at)
        .values(expires_at=at)
    )


def _sent(session: Session, at: dt.datetime, *whose: object) -> int:
    """How many codes were sent within 24 hours, over all requests that ``whose`` holds for, ended ones too."""
    query = (
        select(func.count())
        .select_from(MembershipCode)
        .join(Membership, Membership.id == MembershipCode.membership_id)
        .where(MembershipCode.expires_at > at - _DAY + LASTS, *whose)  # type: ignore[arg-type]
    )
    return session.scalar(query) or 0


def _write(
    desk: Desk, session: Session, membership: Membership, contact: str, code: str, expires_at: dt.datetime
) -> None:
    """The letter, in both languages. Nothing that the asker typed is in it: customs would be lending them its name."""
    enterprise, say = membership.enterprise, desk.texts.say
    names = {"name": enterprise.name, "tax_code": enterprise.tax_code, "minutes": LASTS // dt.timedelta(minutes=1)}
    kind = "broker" if membership.kind == MembershipKind.BROKER else "staff"
    paragraphs = [
        say("enterprise.letter_text", language, code=code, kind=say(f"enterprise.kind.{kind}", language), **names)
        for language in ("vi", "en")
    ]
    subject = say("enterprise.letter_subject", "vi", tax_code=enterprise.tax_code)
    text = "\n\n---\n\n".join(paragraphs) + "\n"
    letters.write(session, to=contact, subject=subject, text=text, expires_at=expires_at, at=desk.now())
