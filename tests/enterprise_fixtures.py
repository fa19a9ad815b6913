"""What tests of enterprises share: two of them, people who act for them, and a post that keeps what it was given."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Chat, Person
from desk.conversations.service import chat_of
from desk.enterprises import officer_desk as membership_desk
from desk.enterprises import service as enterprises
from desk.enterprises.model import Enterprise, Membership, MembershipKind
from desk.letters import service as letters
from desk.people import service as people
from desk.people.model import Officer
from tests.desk_fixtures import Chatter, World

A, B = "0100109106", "0300260030"
NAMES = {A: "Công ty An Bình", B: "Công ty Bắc Hà"}
STAFF, BROKER = MembershipKind.STAFF, MembershipKind.BROKER


@dataclass
class KeptPost:
    """desk.ports.Post in memory. ``fails`` is raised instead of taking a letter."""

    letters: list[tuple[str, str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    fails: Exception | None = None

    def send(self, to: str, subject: str, text: str, *, name: str) -> None:
        self.names.append(name)
        if self.fails is not None:
            raise self.fails
        self.letters.append((to, subject, text))


def with_post(world: World, post: KeptPost) -> World:
    """The same world with a mail server."""
    return dataclasses.replace(world, desk=dataclasses.replace(world.desk, post=post))


def on_record(world: World, tax_code: str = A, contact: str | None = "lienhe@anbinh.example") -> None:
    """An enterprise that the authority has loaded."""
    with world.store.writing() as session:
        made = enterprises.find_or_make(session, tax_code, NAMES.get(tax_code, tax_code), world.clock.now())
        made.contact = contact


def asks(chatter: Chatter, tax_code: str = A, kind: MembershipKind = STAFF, name: str | None = None) -> str:
    """Ask to act for an enterprise the whole way through the chat; returns what is said in the end."""
    chatter.commands("enterprise", tax_code)
    chatter.taps("ask_as", kind)
    chatter.writes(name or NAMES[tax_code])
    return chatter.writes("Nguyễn Văn Lan, kế toán, 0912345678")[-1].text


def person_of(world: World, chatter: Chatter) -> Person:
    with world.store.writing() as session:
        return chat_of(session, Incoming(chatter.channel, chatter.address, Kind.TEXT), world.clock.now()).person


def membership_of(world: World, chatter: Chatter, tax_code: str = A) -> Membership:
    """The newest membership of the chat's person for an enterprise."""
    with world.store.reading() as session:
        query = (
            select(Membership)
            .join(Enterprise)
            .join(Chat, Chat.person_id == Membership.person_id)
            .where(Enterprise.tax_code == tax_code, Chat.address == chatter.address, Chat.channel == chatter.channel)
        )
        return session.scalars(query.order_by(Membership.id.desc())).first() or _missing(chatter)


def _missing(chatter: Chatter) -> Membership:
    raise AssertionError(f"{chatter.address} never asked")


def verified(world: World, chatter: Chatter, tax_code: str = A, kind: MembershipKind = STAFF) -> None:
    """minh verifies that the person acts for an enterprise; they asked in the chat before."""
    asks(chatter, tax_code, kind)
    with world.store.writing() as session:
        held = session.get_one(Membership, membership_of(world, chatter, tax_code).id)
        membership_desk.verify(world.desk, session, held, officer(session))


def acts_for(chatter: Chatter, tax_code: str | None) -> None:
    """Choose for whom one acts; None for nobody."""
    chatter.commands("enterprise")
    chatter.taps("act_for", f"Đại diện {NAMES[tax_code]}" if tax_code else "Hỏi cho riêng tôi")


def ends(world: World, chatter: Chatter, tax_code: str = A) -> None:
    """minh ends somebody's membership."""
    with world.store.writing() as session:
        held = session.get_one(Membership, membership_of(world, chatter, tax_code).id)
        membership_desk.end(world.desk, session, held, officer(session))


def opens(world: World, chatter: Chatter, question: str) -> Case:
    """Send a question to an officer, in whatever capacity the person acts now."""
    said = chatter.writes(question)
    if "new_question" in said[-1].acts:
        chatter.taps("new_question")
    chatter.taps("ask_officer")
    chatter.taps("send_as_is")
    with world.store.reading() as session:
        return session.scalars(select(Case).where(Case.question == question)).one()


def replies(world: World, case: Case, text: str) -> None:
    """minh answers a case."""
    with world.store.writing() as session:
        mine, who = session.get_one(Case, case.id), officer(session)
        officer_desk.claim(world.desk, session, mine, who)
        officer_desk.reply(world.desk, session, mine, who, text)


def now(world: World, case: Case) -> Case:
    with world.store.reading() as session:
        return session.get_one(Case, case.id)


def officer(session: Session, username: str = "minh") -> Officer:
    found = people.by_username(session, username)
    assert found is not None
    return found


def code_in(world: World, post: KeptPost) -> str:
    """Have the letters sent; the code in the last one."""
    letters.send_due(world.desk)
    found = re.search(r"^\d{8}$", post.letters[-1][2], re.MULTILINE)
    assert found is not None, post.letters[-1][2]
    return found.group()
