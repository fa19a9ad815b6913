"""What tests of reviews share: a case in a small tree that was answered and rated, and its review."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.people.model import Role
from desk.people.service import appoint
from desk.ratings.reviews import message, service
from desk.ratings.reviews.model import RatingReview
from desk.ratings.reviews.service import Findings
from tests.desk_fixtures import NOON, Chatter, World
from tests.small_tree import a_case_at, add_people, add_units, officer, unit

FINDINGS = Findings("confirmed", "slow", "Hồ sơ nằm chờ hai ngày.", "Đã phân công lại.")
WORDS = "Chúng tôi xin lỗi vì đã để anh chị chờ. Từ nay hồ sơ loại này được phân công trong ngày."


def add_small_tree(world: World) -> None:
    with world.store.writing() as session:
        add_units(session)
        add_people(session)


def answered(world: World, person: Chatter, by: str = "thu", *, code: str = "CATLAI") -> int:
    """A case of this unit that an officer answered and resolved; returns its id."""
    case_id = a_case_at(world, code, person)
    with world.store.writing() as session:
        case, who = session.get_one(Case, case_id), officer(session, by)
        officer_desk.claim(world.desk, session, case, who)
        officer_desk.reply(world.desk, session, case, who, "Anh chị nộp hồ sơ ở đội thủ tục.")
        officer_desk.resolve(world.desk, session, case, who)
    return case_id


def rated(world: World, person: Chatter, stars: int = 1, by: str = "thu", comment: str = "") -> int:
    """A case that was answered and then rated; returns its id."""
    case_id = answered(world, person, by)
    person.taps("rate", f":{stars}")
    if comment:
        person.writes(comment)
    return case_id


def is_head(session: Session, username: str, code: str) -> None:
    """Make an officer head of a unit."""
    appoint(session, officer(session, username), Role.HEAD, unit(session, code), by="operator", at=NOON)


def reviews(world: World) -> list[RatingReview]:
    with world.store.reading() as session:
        return list(session.scalars(select(RatingReview).order_by(RatingReview.id)))


def the_review(session: Session) -> RatingReview:
    return session.scalars(select(RatingReview)).one()


def worded(world: World, head: str = "hanh") -> None:
    """The head looks into the only review, and words the answer."""
    with world.store.writing() as session:
        review, who = the_review(session), officer(session, head)
        service.look_into(world.desk, session, review, who, FINDINGS, review.revision)
        service.word(world.desk, session, review, who, WORDS, review.revision)


def told(world: World, head: str = "hanh") -> None:
    """The head sends the message of the only review as it stands."""
    with world.store.writing() as session:
        review, who = the_review(session), officer(session, head)
        seen = message.fingerprint(message.to_enterprise(world.desk, session, review))
        service.tell(world.desk, session, review, who, seen)
