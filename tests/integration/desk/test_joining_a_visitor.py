"""What a visitor said goes along to a person who agrees: their cases and chat do, rights of one person never do."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.accounts import joining, sessions
from desk.accounts import service as accounts
from desk.accounts.codes import AccountRefused
from desk.cases.model import Case
from desk.conversations.incoming import Kind
from desk.conversations.model import Chat, Conversation, Person
from desk.enterprises import access
from desk.enterprises import service as enterprises
from desk.ids import new_id
from desk.subscriptions import service as subscriptions
from tests.account_fixtures import AN, chat_of, signs_in
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import BROKER, NAMES, A, B, KeptPost, acts_for, opens, replies, verified, with_post


@pytest.fixture
def post() -> KeptPost:
    return KeptPost()


@pytest.fixture
def town(world: World, post: KeptPost) -> World:
    return with_post(world, post)


@pytest.fixture
def lan(town: World) -> Chatter:
    """A visitor of the web chat."""
    return visitor(town)


def visitor(town: World) -> Chatter:
    chatter = town.chatter(new_id(), channel="web")
    chatter.writes("xin chào")
    with town.store.writing() as session:
        chat = session.scalars(select(Chat).where(Chat.address == chatter.address)).one()
        chat.person.contact = "lan@example.vn"
    return chatter


def joins(town: World, chatter: Chatter, person: Person) -> Person:
    """The visitor's chat goes along; the person who is signed in afterwards."""
    with town.store.writing() as session:
        chat = session.scalars(select(Chat).where(Chat.address == chatter.address)).one()
        return joining.join(town.desk, session, chat, session.get_one(Person, person.id))


def own(town: World, person: Person) -> Chatter:
    """The person at any browser that is signed in."""
    return town.chatter(accounts.own_address(person.id), channel="web")


def seen(session: Session, person: Person) -> set[str]:
    whose = session.get_one(Person, person.id)
    return set(session.scalars(select(Case.question).where(access.visible_to(session, whose))))


def member(town: World, post: KeptPost) -> Person:
    """Somebody who signed in before and has a case of their own."""
    chatter = visitor(town)
    opens(town, chatter, "Việc cũ của tài khoản")
    return joins(town, chatter, signs_in(town, post).person)


class TestAVisitorBecomesThePerson:
    def test_who_was_nobody_before_keeps_everything(self, town: World, lan: Chatter, post: KeptPost) -> None:
        verified(town, lan, A)
        opens(town, lan, "Việc riêng của lan")
        acts_for(lan, A)
        of_a = opens(town, lan, "Việc của An Bình")
        signed_in = signs_in(town, post)
        visitor = chat_of(town, lan).person
        person = joins(town, lan, signed_in.person)
        assert person.id == visitor.id
        with town.store.reading() as session:
            held = sessions.current(session, signed_in.token, town.clock.now())
            assert held is not None
            assert held.person_id == person.id
            assert session.get(Person, signed_in.person.id) is None
            assert accounts.email_of(session, person) == "lan@anbinh.example"
            assert seen(session, person) == {"Việc của An Bình"}
        replies(town, of_a, "Trả lời cho An Bình")
        assert own(town, person).read()[-1].text.endswith("Trả lời cho An Bình")
        assert signs_in(town, post).person.id == person.id

    def test_the_visitors_cookie_opens_nothing_afterwards(self, town: World, lan: Chatter, post: KeptPost) -> None:
        opens(town, lan, "Việc riêng của lan")
        person = joins(town, lan, signs_in(town, post).person)
        assert "Việc riêng của lan" not in "".join(said.text for said in lan.commands("cases"))
        assert chat_of(town, lan).person_id != person.id

    def test_an_open_form_goes_on(self, town: World, lan: Chatter, post: KeptPost) -> None:
        lan.writes("Tờ khai của tôi bị treo, phải làm gì?")
        lan.taps("ask_officer")
        lan.taps("add_details")
        person = joins(town, lan, signs_in(town, post).person)
        mine = own(town, person)
        assert mine.taps("form_cancel")[-1].text == town.text("case.cancelled")


class TestTwoPersons:
    def test_conversations_cases_and_news_go_along(self, town: World, lan: Chatter, post: KeptPost) -> None:
        person = member(town, post)
        case = opens(town, lan, "Việc của trình duyệt này")
        lan.commands("news")
        lan.taps("news_on")
        assert joins(town, lan, person).id == person.id
        replies(town, case, "Đã trả lời")
        assert own(town, person).read()[-1].text.endswith("Đã trả lời")
        with town.store.reading() as session:
            assert seen(session, person) == {"Việc cũ của tài khoản", "Việc của trình duyệt này"}
            mine = accounts.own_chat(session, person)
            assert mine is not None
            assert len(subscriptions.subscribed(session, mine)) == 1
            assert session.scalar(select(func.count()).where(Conversation.ended_at.is_(None))) == 1

    @pytest.mark.parametrize("kind", ["staff", "broker"])
    def test_rights_end_and_the_enterprises_cases_stay_with_it(
        self, town: World, lan: Chatter, post: KeptPost, kind: str
    ) -> None:
        colleague = town.chatter("777")
        verified(town, colleague, A)
        verified(town, lan, A, BROKER if kind == "broker" else enterprises.MembershipKind.STAFF)
        acts_for(lan, A)
        case = opens(town, lan, "Việc của An Bình")
        person = member(town, post)
        key = case.key
        joins(town, lan, person)
        with town.store.reading() as session:
            assert enterprises.of_person(session, person) == []
            assert seen(session, person) == {"Việc cũ của tài khoản"}
            now = session.get_one(Case, case.id)
            assert now.person_id != person.id
            assert now.conversation.chat_id == chat_of(town, colleague).id
            assert now.key != key  # the private link that the browser may have kept
        assert opens_nothing(town, person, case)

    def test_buttons_of_before_open_no_case_for_another_enterprise(
        self, town: World, lan: Chatter, post: KeptPost
    ) -> None:
        person = member(town, post)
        verified(town, own(town, person), B)
        lan.writes("Câu hỏi của khách")
        pressed = lan.button("ask_officer").id
        joins(town, lan, person)
        assert own(town, person).presses(pressed)[-1].text == town.text("bad_input.button")

    def test_what_is_said_beforehand_is_what_happens(self, town: World, lan: Chatter, post: KeptPost) -> None:
        verified(town, lan, A)
        opens(town, lan, "Việc riêng")
        nobody, somebody = signs_in(town, post, AN).person, member(town, post)
        with town.store.reading() as session:
            chat = session.get_one(Chat, chat_of(town, lan).id)
            of_nobody = joining.found(session, chat, session.get_one(Person, nobody.id))
            of_somebody = joining.found(session, chat, session.get_one(Person, somebody.id))
            assert of_nobody is not None
            assert of_somebody is not None
            assert (of_nobody.becomes, of_somebody.becomes) == (True, False)
            assert (of_nobody.cases, of_nobody.enterprises) == (1, (NAMES[A],))
            assert joining.found(session, None, nobody) is None


def test_while_a_message_is_worked_on_nothing_is_joined(town: World, lan: Chatter, post: KeptPost) -> None:
    signed_in = signs_in(town, post)
    lan.update(Kind.TEXT, text="đang gửi")
    with pytest.raises(AccountRefused, match=r"account\.busy"):
        joins(town, lan, signed_in.person)


def opens_nothing(town: World, person: Person, case: Case) -> bool:
    """Whether a case is out of the person's reach in chat, with buttons that they may have kept."""
    said = "".join(text.text for text in own(town, person).commands("cases"))
    return case.question not in said
