"""What is typed in Telegram is chosen on the web, and the desk says the same; what a chat shows, and what is new."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.conversations.commands import MENU
from desk.conversations.model import Chat, Conversation, Message, Person
from desk.enterprises import access
from tests.console_fixtures import Browser, officer_named, officer_replies, only_case
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import A, B, acts_for, opens, verified

Browse = Callable[[], Browser]


def said(world: World, channel: str) -> list[str]:
    with world.store.reading() as session:
        query = select(Message.text).join(Conversation).join(Chat).where(Chat.channel == channel)
        return list(session.scalars(query.where(Message.author != "person").order_by(Message.order_no)))


@pytest.mark.parametrize("command", [name for name in MENU if name != "web"])
def test_a_choice_of_the_menu_does_what_the_command_does(
    browse: Browse, world: World, lan: Chatter, command: str
) -> None:
    visitor = browse()
    lan.writes("xin chào")
    visitor.asks("xin chào")
    lan.commands(command)
    page = visitor.posts("/chat", {"command": command, "text": "nháp"}, form_on="/chat")
    assert said(world, "web") == said(world, "telegram")
    assert world.text(f"menu.{command}") in page.text
    assert 'value="' + command + '"' in page.text


def test_a_made_up_choice_is_no_command(browse: Browse, world: World) -> None:
    browse().posts("/chat", {"command": "waiting", "text": "xin chào"}, form_on="/chat")
    assert world.text("small_talk.greet") in said(world, "web")


def a_case(browser: Browser, world: World) -> None:
    browser.asks("Tờ khai của tôi bị treo, phải làm gì?")
    with world.store.writing() as session:
        session.scalars(select(Person)).one().contact = "lan@example.vn"
    browser.presses("Hỏi cán bộ")
    browser.presses("Gửi luôn câu hỏi này")


class TestRepliesToOfficers:
    def test_a_reply_goes_to_the_case_without_asking(self, browse: Browse, world: World) -> None:
        lan = browse()
        a_case(lan, world)
        officer_replies(world, "Bạn làm theo Điều 24.")
        link = re.search(r'href="/chat\?reply=([^#"]+)#ask"', lan.get("/chat").text)
        assert link is not None
        page = lan.get("/chat", params={"reply": link.group(1)}).text
        assert world.text("page.chat.replying", case="2026-00001") in page
        lan.posts("/chat", {"text": "Xong rồi ạ", "reply_to": link.group(1)}, form_on="/chat")
        with world.store.reading() as session:
            assert "Xong rồi ạ" in [entry.text for entry in session.scalars(select(Case)).one().entries]

    def test_another_chats_message_cannot_be_replied_to(self, browse: Browse, world: World) -> None:
        lan = browse()
        a_case(lan, world)
        officer_replies(world, "Bạn làm theo Điều 24.")
        with world.store.reading() as session:
            message = session.scalars(select(Message.id).where(Message.author == "officer")).one()
        stranger = browse()
        assert 'name="reply_to"' not in stranger.get("/chat", params={"reply": message}).text
        stranger.posts("/chat", {"text": "Chen vào", "reply_to": message}, form_on="/chat")
        with world.store.reading() as session:
            assert "Chen vào" not in [entry.text for entry in session.scalars(select(Case)).one().entries]

    def test_no_reply_is_offered_once_the_case_is_settled(self, browse: Browse, world: World) -> None:
        lan = browse()
        a_case(lan, world)
        officer_replies(world, "Bạn làm theo Điều 24.")
        with world.store.writing() as session:
            officer_desk.resolve(world.desk, session, only_case(session), officer_named(session, "minh"))
        assert "/chat?reply=" not in lan.get("/chat").text


class TestWhatIsShown:
    def test_a_reply_is_new_once_and_counted(self, browse: Browse, world: World) -> None:
        lan = browse()
        a_case(lan, world)
        officer_replies(world, "Bạn làm theo Điều 24.")
        first, second = lan.get("/chat").text, lan.get("/chat").text
        assert world.text("page.chat.unread", count=1) in first
        assert "new-mark" in first
        assert "new-mark" not in second

    def test_what_was_pressed_stays_marked(self, browse: Browse, world: World) -> None:
        world.search.finds("dossier_import")
        lan = browse()
        lan.asks("Hồ sơ nhập khẩu gồm gì?")
        lan.presses("Hữu ích")
        assert re.findall(r'class="pressed">.*?</span>([^<]+)<', lan.get("/chat").text) == ["Hữu ích"]

    def test_a_new_conversation_is_seen_to_begin(self, browse: Browse, world: World) -> None:
        lan = browse()
        lan.asks("xin chào")
        lan.posts("/chat", {"command": "done"}, form_on="/chat")
        world.clock.advance(minutes=1)
        page = lan.asks("chào lại").text
        assert page.count(world.text("page.chat.begins")) == 1

    def test_only_what_a_page_shows_is_delivered_by_it(self, browse: Browse, world: World) -> None:
        lan = browse()
        for number in range(25):
            lan.asks(f"xin chào {number}")
        newest = lan.get("/chat").text
        assert "xin chào 0<" not in newest
        older = re.search(r'href="(/chat\?before=[^"]+)"', newest)
        assert older is not None
        assert "xin chào 0<" in lan.get(older.group(1)).text
        assert lan.get("/chat?before=made-up").status_code == 400

    def test_what_is_new_comes_as_a_piece_of_the_page_and_to_its_own_chat_only(
        self, browse: Browse, world: World
    ) -> None:
        lan, stranger = browse(), browse()
        lan.asks("xin chào")
        last = re.findall(r'data-id="([^"]+)"', lan.get("/chat").text)[-1]
        assert lan.get("/chat/new", params={"after": last}).status_code == 204
        lan.asks("cảm ơn")
        piece = lan.get("/chat/new", params={"after": last}).text
        assert "cảm ơn" in piece
        assert "<html" not in piece
        assert stranger.get("/chat/new").status_code == 204
        assert stranger.get("/chat/new", params={"after": last}).status_code == 409


def test_the_language_button_turns_the_pages_and_the_switch_keeps_the_conversation(
    browse: Browse, world: World
) -> None:
    lan = browse()
    lan.asks("xin chào")
    lan.posts("/chat", {"command": "language"}, form_on="/chat")
    page = lan.presses("English").text
    assert '<html lang="en">' in page
    page = lan.posts("/language", {"lang": "vi", "to": "/my-cases"}, form_on="/my-cases")
    assert '<html lang="vi">' in page.text
    with world.store.reading() as session:
        assert session.scalars(select(Conversation.language)).all() == ["vi"]


def test_cases_are_found_by_state_and_enterprise_and_no_others_appear(browse: Browse, world: World) -> None:
    visitor = browse()
    visitor.asks("xin chào")
    with world.store.writing() as session:
        chat = session.scalars(select(Chat).where(Chat.channel == "web")).one()
        chat.person.contact = "lan@example.vn"
        address = chat.address
    me, other = world.chatter(address, channel="web"), world.chatter("500")
    opens(world, me, "việc riêng của tôi")
    verified(world, me, A)
    verified(world, other, B)
    acts_for(other, B)
    opens(world, other, "việc của Bắc Hà")
    acts_for(me, A)
    opens(world, me, "việc của An Bình")
    with world.store.reading() as session:
        enterprise = {case.question: case.enterprise_id for case in session.scalars(select(Case))}
        person = session.get_one(Chat, chat.id).person
        refused = access.visible_as(session, person, enterprise["việc của Bắc Hà"])
        assert session.scalars(select(Case).where(refused)).all() == []

    def listed(**query: object) -> set[str]:
        page = visitor.get("/my-cases", params=query).text
        return {question for question in enterprise if question in page}

    assert listed() == {"việc của An Bình"}
    assert listed(enterprise="own") == {"việc riêng của tôi"}
    assert listed(enterprise=enterprise["việc của An Bình"]) == {"việc của An Bình"}
    assert listed(enterprise=enterprise["việc của Bắc Hà"]) == set()
    assert listed(stage="open") == {"việc của An Bình"}
    assert listed(stage="settled") == set()
    assert listed(q="bình") == {"việc của An Bình"}
