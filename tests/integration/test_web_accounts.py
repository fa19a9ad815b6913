"""Persons at browsers: signed in by letter or Telegram they see their cases everywhere, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from bootstrap.settings import Settings
from console.app import create_app
from desk.conversations.model import Chat, Conversation
from desk.desk import Desk
from tests.account_fixtures import AN, LAN, code_of
from tests.console_fixtures import ADDRESS, Browser, newest_case, officer_replies, settings_in
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import NAMES, A, KeptPost, acts_for, opens, verified, with_post

Browse = Callable[[], Browser]
QUESTION = "Tờ khai của tôi bị treo, phải làm gì?"


@pytest.fixture
def post() -> KeptPost:
    return KeptPost()


@pytest.fixture
def town(world: World, post: KeptPost) -> World:
    return with_post(world, post)


@pytest.fixture
def app(lent_app: Callable[[Desk, Settings], Litestar], town: World, tmp_path: Path) -> Litestar:
    return lent_app(town.desk, settings_in(tmp_path, telegram_bot_name="@customs_desk_bot"))


def enters(town: World, post: KeptPost, browser: Browser, address: str = LAN, **more: str) -> str:
    """Sign in by letter; the page after it."""
    browser.posts("/sign-in", {"email": address, **more}, form_on="/sign-in")
    return browser.posts("/sign-in/code", {"code": code_of(town, post)}, form_on="/sign-in/code").text


def sends_a_case(town: World, browser: Browser, question: str = QUESTION) -> None:
    browser.asks(question)
    with town.store.writing() as session:
        for chat in session.scalars(select(Chat).where(Chat.channel == "web")):
            chat.person.contact = chat.person.contact or "lan@example.vn"
    browser.presses("Hỏi cán bộ")
    browser.presses("Gửi luôn câu hỏi này")


def joins(browser: Browser, act: str = "join") -> str:
    return browser.posts("/sign-in/join", {"act": act}, form_on="/sign-in/join").text


class TestByLetter:
    def test_a_second_browser_shows_the_same_conversation_and_cases(
        self, browse: Browse, town: World, post: KeptPost
    ) -> None:
        first, second = browse(), browse()
        sends_a_case(town, first)
        page = enters(town, post, first)
        assert town.text("page.person_enter.join_title") in page
        assert QUESTION in joins(first)
        assert QUESTION in first.get("/my-cases").text
        enters(town, post, second)
        assert QUESTION in second.get("/chat").text
        assert QUESTION in second.get("/my-cases").text
        officer_replies(town, "Bạn làm theo Điều 24.")
        assert "Bạn làm theo Điều 24." in second.get("/chat").text
        second.asks("Xin chào từ nơi khác")
        assert "Xin chào từ nơi khác" in first.get("/chat").text

    def test_after_signing_out_nothing_is_left_in_the_browser(
        self, browse: Browse, town: World, post: KeptPost
    ) -> None:
        lan = browse()
        sends_a_case(town, lan)
        enters(town, post, lan)
        joins(lan)
        kept = dict(lan.client.cookies)
        page = lan.posts("/sign-out", {}, form_on="/account")
        assert town.text("page.person_enter.done_signed_out") in page.text
        assert QUESTION not in lan.get("/chat").text + lan.get("/my-cases").text
        lan.client.cookies.clear()
        for name, value in kept.items():
            lan.client.cookies.set(name, value)
        assert QUESTION not in lan.get("/chat").text + lan.get("/my-cases").text  # a copied cookie is worth nothing

    def test_what_was_left_apart_stays_in_the_browser_and_comes_back(
        self, browse: Browse, town: World, post: KeptPost
    ) -> None:
        lan = browse()
        sends_a_case(town, lan)
        enters(town, post, lan)
        assert QUESTION not in joins(lan, "leave")
        assert town.text("page.account.left") in lan.get("/account").text
        lan.posts("/sign-out", {}, form_on="/account")
        assert QUESTION in lan.get("/chat").text

    def test_signing_out_everywhere_ends_the_other_browser_and_what_it_sends_is_not_taken(
        self, browse: Browse, town: World, post: KeptPost
    ) -> None:
        first, second = browse(), browse()
        enters(town, post, first)
        enters(town, post, second)
        token = _token(second)
        first.posts("/sign-out", {"everywhere": "yes"}, form_on="/account")
        sent = second.client.post("/chat", data={"_csrf_token": token, "text": "Chuyện riêng"})
        assert sent.status_code == 409
        assert town.text("page.person_enter.ended") in sent.text
        assert "Chuyện riêng" in sent.text  # kept in the field
        with town.store.reading() as session:
            assert session.scalars(select(Conversation)).all() == []

    def test_the_answer_tells_nothing_of_who_is_known(self, browse: Browse, town: World, post: KeptPost) -> None:
        enters(town, post, browse())
        pages = []
        for address in (LAN, AN):
            page = browse().posts("/sign-in", {"email": address}, form_on="/sign-in")
            pages.append((page.status_code, re.sub(r'value="[^"]*"', "", page.text).replace(address, "")))
        assert pages[0] == pages[1]

    def test_a_wrong_code_a_wrong_address_and_too_many_are_said_at_the_field(
        self, browse: Browse, town: World, post: KeptPost
    ) -> None:
        lan = browse()
        page = lan.posts("/sign-in", {"email": "lan tại nhà"}, form_on="/sign-in")
        assert (page.status_code, "lan tại nhà" in page.text) == (422, True)
        lan.posts("/sign-in", {"email": LAN}, form_on="/sign-in")
        page = lan.posts("/sign-in/code", {"code": "1"}, form_on="/sign-in/code")
        assert (page.status_code, town.text("account.code_wrong") in page.text) == (422, True)
        for _ in range(3):
            page = lan.posts("/sign-in", {"email": LAN}, form_on="/sign-in")
        assert (page.status_code, town.text("account.codes_used_up") in page.text) == (429, True)

    def test_cookies_are_out_of_reach_and_end_with_the_browser_on_a_shared_computer(
        self, browse: Browse, town: World, post: KeptPost
    ) -> None:
        for shared, lasts in (({}, True), ({"shared": "yes"}, False)):
            lan = browse()
            lan.posts("/sign-in", {"email": LAN, **shared}, form_on="/sign-in")
            lan.client.follow_redirects = False
            answer = lan.posts("/sign-in/code", {"code": code_of(town, post)}, form_on="/sign-in/code")
            (cookie,) = [c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-person=")]
            assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
            assert ("Max-Age" in cookie) is lasts

    def test_the_json_door_opens_no_persons_chat(self, browse: Browse, town: World, post: KeptPost) -> None:
        lan = browse()
        sends_a_case(town, lan)
        with town.store.reading() as session:
            conversation = session.scalars(select(Conversation.id)).one()
        assert browse().get("/api/chat/messages", params={"conversation": conversation}).status_code == 200
        enters(town, post, lan)
        joins(lan)
        for browser in (browse(), lan):
            assert browser.get("/api/chat/messages", params={"conversation": conversation}).status_code == 404


class TestByTelegram:
    def link(self, lan: Chatter) -> str:
        found = re.search(r"https://desk\.example(/sign-in/link/\S+)", lan.commands("web")[-1].text)
        assert found is not None
        return found.group(1)

    def test_the_browser_sees_the_cases_of_the_enterprise_and_opening_the_link_alone_does_nothing(
        self, browse: Browse, town: World, lan: Chatter
    ) -> None:
        verified(town, lan)
        acts_for(lan, A)
        opens(town, lan, "việc của An Bình")
        path, browser = self.link(lan), browse()
        for _ in range(2):
            assert town.text("page.person_enter.link_title") in browse().get(path).text
        browser.posts(path, {}, form_on=path)
        page = browser.get("/my-cases").text
        assert "việc của An Bình" in page
        assert NAMES[A] in page
        assert NAMES[A] in browser.get("/account").text
        again = browse().get(path)
        assert (again.status_code, town.text("account.link_void") in again.text) == (422, True)

    def test_a_visitors_rights_do_not_go_along_to_the_telegram_person(
        self, browse: Browse, town: World, lan: Chatter
    ) -> None:
        browser = browse()
        sends_a_case(town, browser)
        with town.store.reading() as session:
            address = session.scalars(select(Chat.address).where(Chat.channel == "web")).one()
        visitor = town.chatter(address, channel="web")
        verified(town, visitor)
        acts_for(visitor, A)
        path = self.link(lan)
        page = browser.posts(path, {}, form_on=path).text
        assert town.text("page.person_enter.join_rights_end", names=NAMES[A]) in page
        joins(browser)
        assert NAMES[A] not in browser.get("/account").text
        assert QUESTION in browser.get("/my-cases").text

    def test_the_way_to_the_bot_is_shown_where_its_name_is_known(self, browse: Browse) -> None:
        assert 'href="https://t.me/customs_desk_bot"' in browse().get("/sign-in").text


class TestTheAccount:
    def test_acting_for_an_enterprise_and_ending_it(self, browse: Browse, town: World, lan: Chatter) -> None:
        verified(town, lan)
        path, browser = TestByTelegram().link(lan), browse()
        browser.posts(path, {}, form_on=path)
        enterprise = re.search(r'name="enterprise" value="(\d+)"', browser.get("/account").text)
        assert enterprise is not None
        page = browser.posts("/account/acting", {"enterprise": enterprise.group(1)}, form_on="/account")
        assert town.text("page.account.acts_now") in page.text
        refused = browser.posts("/account/acting", {"enterprise": "99"}, form_on="/account")
        assert (refused.status_code, town.text("enterprise.not_verified") in refused.text) == (409, True)
        end = re.search(r"/account/memberships/\d+/end", page.text)
        assert end is not None
        assert browse().get(end.group()).status_code == 404
        done = browser.posts(end.group(), {}, form_on=end.group())
        assert town.text("page.account.no_enterprises") in done.text

    def test_news_topics_are_chosen_for_the_web_and_those_of_telegram_are_there(
        self, browse: Browse, town: World, lan: Chatter
    ) -> None:
        lan.commands("news")
        lan.taps("news_on")
        path, browser = TestByTelegram().link(lan), browse()
        browser.posts(path, {}, form_on=path)
        page = browser.get("/account").text
        assert town.text("page.account.news_telegram") in page
        page = browser.posts("/account/news", {"topic_tax": "yes", "chat": ""}, form_on="/account").text
        assert page.count(" checked>") == 2
        other = browse()
        other.asks("xin chào")
        with town.store.reading() as session:
            chat = session.scalars(select(Chat.id).where(Chat.channel == "telegram")).one()
        assert other.posts("/account/news", {"chat": chat}, form_on="/account").status_code == 404

    def test_another_browser_is_listed_and_ended(self, browse: Browse, town: World, post: KeptPost) -> None:
        first, second = browse(), browse()
        second.client.headers["user-agent"] = "Mozilla/5.0 (Android 15; Mobile) Gecko/1 Firefox/150.0"
        enters(town, post, first)
        enters(town, post, second)
        page = first.get("/account").text
        assert "Firefox · Android" in page
        (end,) = re.findall(r"/account/sign-ins/\d+/end", page)
        stranger = browse()
        enters(town, post, stranger, AN)
        stranger.posts(end, {}, form_on="/account")
        assert LAN in second.get("/account").text
        first.posts(end, {}, form_on="/account")
        assert LAN not in second.get("/account").text

    def test_another_address_is_proved_first(self, browse: Browse, town: World, post: KeptPost) -> None:
        lan = browse()
        enters(town, post, lan)
        lan.posts("/account/email", {"email": AN}, form_on="/account/email")
        page = lan.posts("/account/email/code", {"code": code_of(town, post)}, form_on="/account/email/code").text
        assert AN in page
        assert LAN not in page
        town.clock.advance(minutes=16)
        late = lan.posts("/account/email", {"email": LAN}, form_on="/account/email")
        assert (late.status_code, town.text("account.prove_again") in late.text) == (422, True)

    def test_a_visitor_has_one_too_and_who_wrote_nothing_is_asked_to_sign_in(self, browse: Browse, town: World) -> None:
        nobody = browse()
        assert town.text("page.account.visitor") in nobody.get("/account").text
        assert nobody.posts("/account/acting", {}, form_on="/account").url.path == "/sign-in"
        assert nobody.get("/account/email").url.path == "/sign-in"
        assert nobody.get("/sign-in/join").url.path == "/sign-in"
        nobody.asks("xin chào")
        assert town.text("page.account.no_enterprises") in nobody.get("/account").text


class TestThePrivateLink:
    def test_who_sees_the_case_changes_it_and_who_has_only_the_link_does_not(self, browse: Browse, town: World) -> None:
        lan, stranger = browse(), browse()
        sends_a_case(town, lan)
        path = f"/case/{newest_case(town.desk).key}"
        assert f'action="{path}/link"' not in stranger.get(path).text
        assert stranger.posts(f"{path}/link", {}, form_on=path).status_code == 409
        page = lan.posts(f"{path}/link", {}, form_on=path)
        assert town.text("page.case.done_link") in page.text
        assert stranger.get(path).status_code == 404
        assert lan.get(f"/case/{newest_case(town.desk).key}").status_code == 200


def test_without_a_mail_server_the_way_by_letter_is_not_offered(world: World, tmp_path: Path) -> None:
    with TestClient(create_app(world.desk, settings_in(tmp_path)), base_url=ADDRESS) as client:
        client.headers["accept-language"] = "vi"
        lan = Browser(client)
        page = lan.get("/sign-in").text
        assert 'name="email"' not in page
        assert world.text("account.no_letters") in page
        assert world.text("page.person_enter.by_telegram_about") in page
        answer = lan.posts("/sign-in", {"email": LAN}, form_on="/chat")
        assert (answer.status_code, world.text("account.no_letters") in answer.text) == (422, True)


def _token(browser: Browser) -> str:
    found = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', browser.get("/account").text)
    assert found is not None
    return found.group(1)
