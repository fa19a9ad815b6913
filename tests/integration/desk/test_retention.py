"""The retention does what content/privacy.yml says: each job in its time, never what is held, and tells what it did."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update

from clock.due import forget_what_is_due
from desk.accounts import sessions
from desk.accounts.model import PersonEmail, PersonSignIn, SignInLink
from desk.attachments import service as attachments
from desk.attachments.model import Attachment, FileContent
from desk.attachments.service import Upload
from desk.cases.model import Case, CaseEntry
from desk.cases.officers import desk as officer_desk
from desk.conversations.model import Chat, Conversation, InboxUpdate, Message, Person
from desk.enterprises import service as enterprises
from desk.letters import service as letters
from desk.letters.model import Letter
from desk.people import sessions as staff_sessions
from desk.people import telegram_link
from desk.people.model import LinkCode, Method, Role, SignIn
from desk.privacy import forgetting, holds, retention
from desk.privacy.model import DataRequest, Hold, RequestKind, RequestState, RetentionDay
from desk.receipts import service as receipts
from desk.receipts.model import ReceiptMiss
from desk.subscriptions import service as subscriptions
from tests.desk_fixtures import Chatter, World
from tests.file_fixtures import PDF, as_taken
from tests.privacy_fixtures import KEPT_FOR, PRIVACY, everything, found_in, linked, officer, only_case, with_staff

MARK, LAN = "bimat", "770077001"


@pytest.fixture
def town(own_world: World) -> World:
    with_staff(own_world, minh=Role.OFFICER, thu=Role.HEAD)
    return own_world


@pytest.fixture
def lan(town: World) -> Chatter:
    return town.chatter(LAN)


def opens_a_case(lan: Chatter) -> None:
    lan.writes(f"hàng của {MARK} bị giữ ở cảng thì phải làm gì", person_name=f"Lan {MARK}")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    lan.commands("done")


def a_person(town: World) -> str:
    with town.store.writing() as session:
        person = Person(contact=f"{MARK}@example.vn", created_at=town.clock.now())
        session.add(person)
        session.flush()
        session.add(PersonEmail(person_id=person.id, address=f"{MARK}@example.vn", proven_at=town.clock.now()))
        return person.id


def hold(town: World, case: Case) -> None:
    with town.store.writing() as session:
        until = town.desk.today() + dt.timedelta(days=300)
        held = session.get_one(Case, case.id)
        holds.place(town.desk, session, held, reason="khiếu nại", review_on=until, by=officer(session, "thu"))


def count(town: World, *of: object) -> int:
    with town.store.reading() as session:
        return len(session.execute(select(*of)).all())  # type: ignore[call-overload]


def test_a_dry_run_changes_nothing_and_says_what_a_run_would_forget(town: World, lan: Chatter) -> None:
    opens_a_case(lan)
    town.clock.advance(days=31)
    assert sum(done.forgotten for done in retention.run(town.desk)) > 0
    town.clock.advance(days=KEPT_FOR.days - 31)
    before = everything(town.store)
    with town.store.reading() as session:
        standings = {each.job: each for each in retention.report(town.desk, session)}
    assert everything(town.store) == before
    assert standings["conversation"].due == 1
    due = {name: each.due for name, each in standings.items()}
    assert {done.job: done.forgotten for done in retention.run(town.desk)} == due


def test_the_words_of_a_conversation_go_with_who_said_them_and_where(town: World, lan: Chatter) -> None:
    opens_a_case(lan)
    town.clock.advance(days=KEPT_FOR.days)
    forget_what_is_due(town.desk)
    assert found_in(town.store, MARK, LAN) == []
    with town.store.reading() as session:
        assert (
            session.scalars(select(Person.notice_given_at).where(Person.id == only_case(town).person_id)).one() is None
        )
    assert lan.writes("xin chào")[0].text == town.text("notice.first_contact")


def test_notices_in_officers_chats_go_with_the_case(town: World, lan: Chatter) -> None:
    minh = linked(town, "minh", "501")
    opens_a_case(lan)
    assert any(MARK in said.text for said in minh.read())
    town.clock.advance(days=KEPT_FOR.days - 1)
    minh.writes("xin chào")
    town.clock.advance(days=1)
    retention.run(town.desk)
    assert not any(MARK in said.text for said in minh.read())
    with town.store.reading() as session:
        assert session.scalar(select(Chat.address).where(Chat.address == "501")) == "501"


def test_a_case_that_is_talked_of_later_keeps_its_words_as_long_as_the_talk(town: World, lan: Chatter) -> None:
    opens_a_case(lan)
    town.clock.advance(days=KEPT_FOR.days - 10)
    with town.store.writing() as session:
        case, minh = session.scalars(select(Case)).one(), officer(session, "minh")
        officer_desk.claim(town.desk, session, case, minh)
        officer_desk.reply(town.desk, session, case, minh, "Xong rồi.")
    town.clock.advance(days=10)
    retention.run(town.desk)
    assert MARK in only_case(town).question
    town.clock.advance(days=KEPT_FOR.days)
    retention.run(town.desk)
    assert only_case(town).question == ""
    with town.store.reading() as session:
        assert not any(session.scalars(select(CaseEntry.text).where(CaseEntry.text.is_not(None))))


def test_what_is_held_is_not_forgotten_and_is_told_as_held(town: World, lan: Chatter) -> None:
    opens_a_case(lan)
    hold(town, only_case(town))
    town.clock.advance(days=KEPT_FOR.days)
    retention.run(town.desk)
    assert MARK in only_case(town).question
    with town.store.reading() as session:
        standing = next(each for each in retention.report(town.desk, session) if each.job == "conversation")
        assert (standing.due, standing.held, standing.kept) == (0, 1, 1)
        body = select(InboxUpdate.body).where(InboxUpdate.body != "")
        assert session.scalars(body).all()


def test_an_enterprises_hold_covers_its_cases(town: World, lan: Chatter) -> None:
    opens_a_case(lan)
    with town.store.writing() as session:
        enterprise = enterprises.find_or_make(session, "0100109106", "Công ty A", town.clock.now())
        session.execute(update(Case).values(enterprise_id=enterprise.id))
        until = town.desk.today() + dt.timedelta(days=300)
        holds.place(town.desk, session, enterprise, reason="thanh tra", review_on=until, by=officer(session, "thu"))
    town.clock.advance(days=KEPT_FOR.days)
    retention.run(town.desk)
    assert MARK in only_case(town).question


def test_what_channels_delivered_goes_after_a_month(town: World, lan: Chatter) -> None:
    lan.writes("xin chào")
    with town.store.writing() as session:
        session.execute(update(InboxUpdate).values(body=MARK, finished_at=town.clock.now(), state="done"))
    town.clock.advance(days=30, minutes=-1)
    retention.run(town.desk)
    assert found_in(town.store, MARK)
    town.clock.advance(minutes=1)
    retention.run(town.desk)
    with town.store.reading() as session:
        assert session.execute(select(InboxUpdate.body, InboxUpdate.chat_address)).all() == [("", "")]
        assert session.scalars(select(Message.text).where(Message.author == "person")).all() == ["xin chào"]


def test_a_chat_that_gets_news_is_reached_and_one_that_gets_none_is_not_known(town: World, lan: Chatter) -> None:
    an = town.chatter("900")
    for chatter in (lan, an):
        chatter.writes("xin chào")
        chatter.commands("done")
    with town.store.writing() as session:
        chat = session.scalars(select(Chat).where(Chat.address == LAN)).one()
        subscriptions.subscribe(session, chat, "tax", town.clock.now())
    town.clock.advance(days=KEPT_FOR.days)
    retention.run(town.desk)
    with town.store.reading() as session:
        addresses = session.scalars(select(Chat.address)).all()
    assert LAN in addresses
    assert "900" not in addresses


def test_letters_codes_browsers_and_sessions_go_in_their_time(town: World, lan: Chatter) -> None:
    lan.writes("xin chào")
    person_id, at = a_person(town), town.clock.now()
    with town.store.writing() as session:
        letter = letters.write(session, to=f"{MARK}@example.vn", subject="Mã", text="1", expires_at=at, at=at)
        letter.state, letter.settled_at = "sent", at
        chat = session.scalars(select(Chat)).first()
        assert chat is not None
        session.add(SignInLink(token_hash="a", chat_id=chat.id, expires_at=at))
        receipts.note_miss(session, "somewhere", at)
        minh = officer(session, "minh")
        telegram_link.make_link_code(session, minh, by="operator", at=at)
        staff_sessions.begin(session, minh, Method.PASSWORD, two_factors=False, browser="Firefox", at=at)
        person = session.get_one(Person, person_id)
        sessions.begin(session, person, how="email", shared=False, device=f"Firefox {MARK}", at=at)
    for days, gone in (
        (2, (SignInLink.token_hash, ReceiptMiss.id, LinkCode.code_hash)),
        (29, (SignIn.token_hash,)),
        (60, (PersonSignIn.id,)),
    ):
        assert all(count(town, each) for each in gone)
        town.clock.advance(days=days)
        retention.run(town.desk)
        assert not any(count(town, each) for each in gone)
    with town.store.reading() as session:
        assert session.scalars(select(Letter.recipient)).all() == [""]
        assert session.scalars(select(PersonEmail.address)).all() == [f"{MARK}@example.vn"]


def test_that_a_browser_was_used_counts_for_the_address_after_the_browser_is_forgotten(town: World) -> None:
    person_id = a_person(town)
    town.clock.advance(days=200)
    with town.store.writing() as session:
        person = session.get_one(Person, person_id)
        sessions.begin(session, person, how="email", shared=False, device="Firefox", at=town.clock.now())
    town.clock.advance(days=100)
    retention.run(town.desk)
    town.clock.advance(days=KEPT_FOR.days - 101)
    retention.run(town.desk)
    assert count(town, PersonEmail.person_id) == 1
    town.clock.advance(days=2)
    retention.run(town.desk)
    assert count(town, PersonEmail.person_id) == 0


def test_files_that_hang_on_nothing_and_words_about_requests_go(town: World, lan: Chatter) -> None:
    lan.writes("xin chào")
    at = town.clock.now()
    with town.store.writing() as session:
        attachments.keep(session, as_taken(Upload("a.pdf", PDF)), at)
        person_id = session.scalars(select(Chat.person_id)).first()
        session.add(
            DataRequest(
                person_id=person_id,
                kind=RequestKind.EXPORT,
                state=RequestState.DONE,
                asked_by="officer:thu",
                reason=MARK,
                asked_at=at,
                settled_at=at,
                found={},
            )
        )
        session.add(
            Hold(
                person_id=person_id,
                reason=MARK,
                review_on=town.desk.today(),
                placed_by="operator",
                placed_at=at,
                lifted_by="operator",
                lifted_at=at,
                lifted_reason=MARK,
            )
        )
    town.clock.advance(days=730)
    retention.run(town.desk)
    assert found_in(town.store, MARK) == []
    assert count(town, Attachment.id) == count(town, FileContent.sha256) == 0


def test_what_was_forgotten_is_told_by_day_and_what_is_kept_by_age(town: World, lan: Chatter) -> None:
    opens_a_case(lan)
    town.clock.advance(days=400)
    town.chatter("900").writes("xin chào")
    town.chatter("900").commands("done")
    town.clock.advance(days=KEPT_FOR.days - 400)
    ended = town.clock.now() - KEPT_FOR
    with town.store.reading() as session:
        standing = next(each for each in retention.report(town.desk, session) if each.job == "conversation")
        assert (standing.kept, standing.due, standing.oldest) == (2, 1, ended)
        assert standing.by_age == (0, 1, 0, 1)
    forget_what_is_due(town.desk)
    with town.store.reading() as session:
        row = session.scalars(select(RetentionDay).where(RetentionDay.job == "conversation")).one()
        assert (row.day, row.forgotten, row.oldest) == (town.desk.today(), 1, ended)
        standing = next(each for each in retention.report(town.desk, session) if each.job == "conversation")
        assert (standing.kept, standing.due, standing.forgotten) == (1, 0, 1)


def test_much_is_forgotten_some_after_some(town: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    monkeypatch.setattr(retention, "ONE_BY_ONE", 2)
    at = town.clock.now()
    for _ in range(5):
        lan.writes("xin chào")
        lan.commands("done")
        town.clock.advance(minutes=1)
    with town.store.writing() as session:
        for number in range(5):
            session.add(ReceiptMiss(source=str(number), at=at + dt.timedelta(minutes=number)))
    town.clock.advance(days=KEPT_FOR.days)
    for left in (3, 1, 0, 0):
        forget_what_is_due(town.desk)
        assert count(town, ReceiptMiss.id) == left
    with town.store.reading() as session:
        days = {row.job: row.forgotten for row in session.scalars(select(RetentionDay))}
    assert (days["codes"], days["conversation"]) == (5, 5)
    assert [done.forgotten for done in retention.run(town.desk, ["codes", "conversation"])] == [0, 0]


def test_two_clocks_count_what_was_forgotten_once(town: World, lan: Chatter) -> None:
    opens_a_case(lan)
    with town.store.reading() as session:
        conversation = session.scalars(select(Conversation.id)).first()
    assert conversation is not None
    done = []
    for _ in range(2):
        with town.store.writing() as session:
            done.append(forgetting.forget(session, conversation, town.clock.now()))
    assert done == [True, False]


def test_a_clock_that_was_put_back_still_forgets(town: World, lan: Chatter) -> None:
    town.clock.advance(days=1)
    forget_what_is_due(town.desk)
    town.clock.advance(days=-1)
    opens_a_case(lan)
    with town.store.writing() as session:
        session.execute(update(Conversation).values(ended_at=town.clock.now() - KEPT_FOR))
        session.execute(update(CaseEntry).values(at=town.clock.now() - KEPT_FOR))
    forget_what_is_due(town.desk)
    assert found_in(town.store, MARK) == []


def test_every_job_runs_on_an_empty_store(own_world: World) -> None:
    assert [done.job for done in retention.run(own_world.desk)] == PRIVACY.jobs()
    assert all(done.forgotten == 0 for done in retention.run(own_world.desk))
