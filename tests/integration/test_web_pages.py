"""The pages of enterprises without a script: the chat, and a person's own case behind its private link."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from desk.cases.model import Case
from desk.conversations.model import Message, Person
from desk.deliveries.model import Delivery
from desk.ratings.model import Rating
from tests.console_fixtures import (
    ADDRESS,
    Browser,
    newest_case,
    officer_replies,
    open_case,
)
from tests.desk_fixtures import World

Browse = Callable[[], Browser]


class TestTheChatPage:
    def test_a_question_is_asked_answered_and_still_there_after_a_reload(self, browse: Browse, world: World) -> None:
        world.search.finds("dossier_import")
        lan = browse()
        answer = lan.asks("Hồ sơ nhập khẩu gồm gì?")
        assert (answer.url.path, answer.status_code) == ("/chat", 200)
        assert "Nguyên văn dossier_import" in answer.text
        assert "Nguyên văn dossier_import" in lan.get("/").text
        assert world.text("feedback.helpful") in lan.presses("Hữu ích").text

    def test_visitors_do_not_see_each_other(self, browse: Browse) -> None:
        browse().asks("Chuyện riêng của lan")
        assert "Chuyện riêng của lan" not in browse().get("/chat").text

    def test_what_a_person_wrote_is_shown_as_text(self, browse: Browse) -> None:
        page = browse().asks("<script>alert(1)</script><b>hàng</b>").text
        assert "<script>alert(1)" not in page
        assert "&lt;b&gt;hàng&lt;/b&gt;" in page

    def test_a_form_sent_twice_is_one_message_and_two_texts_are_two(self, browse: Browse, world: World) -> None:
        lan = browse()
        for text in ("xin chào", "xin chào", "cảm ơn"):
            lan.posts("/chat", {"text": text, "message_id": "one-page"}, form_on="/chat")
        with world.store.reading() as session:
            said = session.scalars(select(Message.text).where(Message.author == "person").order_by(Message.order_no))
            assert said.all() == ["xin chào", "cảm ơn"]

    def test_the_language_that_was_chosen_is_that_of_page_and_answers(self, browse: Browse, world: World) -> None:
        lan = browse()
        lan.asks("xin chào")
        page = lan.posts("/language", {"lang": "en", "to": "/chat"}, form_on="/chat")
        assert '<html lang="en">' in page.text
        assert world.text("small_talk.thanks", "en") in lan.asks("cảm ơn").text
        with world.store.reading() as session:
            assert session.scalars(select(Person.language_choice)).all() == ["en"]

    def test_the_language_switch_leads_to_no_other_site(self, browse: Browse) -> None:
        for away in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
            answer = browse().posts("/language", {"lang": "en", "to": away}, form_on="/chat")
            assert (answer.url.host, answer.url.path) == ("desk.example", "/chat")

    def test_only_the_desks_own_addresses_become_links(self, browse: Browse, world: World) -> None:
        lan = browse()
        lan.asks("Hàng quá khổ ở https://evil.example/ thì khai thế nào?")
        with world.store.writing() as session:
            session.scalars(select(Person)).one().contact = "lan@example.vn"
        lan.presses("Hỏi cán bộ")
        page = lan.presses("Gửi luôn câu hỏi này").text
        assert re.findall(r'href="(https?://[^"]+)"', page) == [f"{ADDRESS}/case/{newest_case(world.desk).key}"]


class TestThePersonsCase:
    def test_the_private_link_shows_how_the_case_stands_and_delivers_the_reply(
        self, browse: Browse, world: World
    ) -> None:
        case = open_case(world, chat="web")
        officer_replies(world, "Bạn làm theo Điều 24.")
        page = browse().get(f"/case/{case.key}")
        assert page.status_code == 200
        for part in (case.number or "", case.question, "đã trả lời", "Bạn làm theo Điều 24."):
            assert part in page.text
        with world.store.reading() as session:
            of_case = select(Delivery.state).join(Message).where(Message.case_id == case.id)
            assert set(session.scalars(of_case)) == {"delivered"}
            elsewhere = select(Delivery.state).join(Message).where(Message.case_id.is_(None))
            assert set(session.scalars(elsewhere)) == {"created"}  # what the page does not show still waits in the chat

    def test_a_forged_key_is_not_found(self, browse: Browse) -> None:
        assert browse().get("/case/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404

    def test_the_person_adds_to_the_open_case_once(self, browse: Browse, world: World) -> None:
        case = open_case(world)
        lan = browse()
        for _ in range(2):
            page = lan.posts(
                f"/case/{case.key}/messages", {"text": "Thêm số B/L", "seen": "1"}, form_on=f"/case/{case.key}"
            )
        assert page.text.count("Thêm số B/L") == 1
        assert [entry.kind for entry in _case(world).entries] == ["opened", "person_wrote"]

    @pytest.mark.parametrize("text", ["", "  ", "?!", "a" * 8001])
    def test_what_cannot_be_added_is_refused_with_a_sentence(self, browse: Browse, world: World, text: str) -> None:
        case = open_case(world)
        lan = browse()
        page = lan.posts(f"/case/{case.key}/messages", {"text": text, "seen": "1"}, form_on=f"/case/{case.key}")
        assert page.status_code == 409
        assert 'role="alert"' in page.text
        assert len(_case(world).entries) == 1

    def test_a_settled_case_is_rated_and_opened_again_by_more_words(self, browse: Browse, world: World) -> None:
        case = open_case(world)
        officer_replies(world, "Xong.", resolve=True)
        lan = browse()
        path = f"/case/{case.key}"
        page = lan.posts(f"{path}/rating", {"stars": "4", "comment": "Nhanh"}, form_on=path)
        assert "Bạn đã đánh giá 4 sao" in page.text
        lan.posts(f"{path}/rating", {"stars": "5", "comment": ""}, form_on=path)
        with world.store.reading() as session:
            rating = session.scalars(select(Rating)).one()
            assert (rating.stars, rating.first_stars, rating.comment) == (5, 4, "Nhanh")
        assert lan.posts(f"{path}/rating", {"stars": "6"}, form_on=path).status_code == 409
        assert world.text("page.case.reopen_title") in lan.get(path).text
        page = lan.posts(f"{path}/messages", {"text": "Vẫn còn vướng", "seen": "0"}, form_on=path)
        assert world.text("case.state.waiting") in page.text
        assert world.text("page.case.entry.reopened") in page.text

    def test_all_of_a_rating_is_given_and_changed_in_one_form(self, browse: Browse, world: World) -> None:
        case = open_case(world)
        officer_replies(world, "Xong.", resolve=True)
        lan, path = browse(), f"/case/{case.key}"
        page = lan.posts(f"{path}/rating", {"stars": "2"}, form_on=path).text
        assert all(f'name="about-{name}"' in page for name in world.desk.rules.ratings.reasons)
        whole = {"whole": "yes", "stars": "2", "about-rule": "yes", "about-speed": "yes", "officer": "5"}
        page = lan.posts(f"{path}/rating", {**whole, "comment": "Thuế cao"}, form_on=path).text
        assert re.search(r'name="about-rule"[^>]* checked', page)
        assert re.search(r'name="officer"[^>]* value="5" checked', page)
        assert not re.search(r'name="about-clarity"[^>]* checked', page)
        rating = _rating(world)
        assert (rating.reasons, rating.officer_stars, rating.comment) == (["speed", "rule"], 5, "Thuế cao")
        world.clock.advance(days=13)
        lan.posts(f"{path}/rating", {"whole": "yes", "stars": "4", "officer": "", "comment": " "}, form_on=path)
        rating = _rating(world)
        assert (rating.stars, rating.first_stars, rating.reasons) == (4, 2, [])
        assert (rating.officer_stars, rating.comment) == (None, None)

    @pytest.mark.parametrize("wrong", [{"about-weather": "yes"}, {"officer": "6"}, {"stars": "0"}])
    def test_a_forged_rating_changes_nothing(self, browse: Browse, world: World, wrong: dict[str, str]) -> None:
        case = open_case(world)
        officer_replies(world, "Xong.", resolve=True)
        lan, path = browse(), f"/case/{case.key}"
        lan.posts(f"{path}/rating", {"stars": "2"}, form_on=path)
        assert lan.posts(f"{path}/rating", {"whole": "yes", "stars": "4", **wrong}, form_on=path).status_code == 409
        assert (_rating(world).stars, _rating(world).reasons) == (2, [])

    def test_after_two_weeks_a_rating_is_only_told(self, browse: Browse, world: World) -> None:
        case = open_case(world)
        officer_replies(world, "Xong.", resolve=True)
        lan, path = browse(), f"/case/{case.key}"
        form = lan.posts(f"{path}/rating", {"stars": "2"}, form_on=path)
        world.clock.advance(days=14, seconds=1)
        page = lan.get(path).text
        assert world.text("page.case.rated_before", stars=2) in page
        assert 'name="stars"' not in page
        late = lan.posts(f"{path}/rating", {"stars": "5"}, form_on=path)
        assert (form.status_code, late.status_code, _rating(world).stars) == (200, 409, 2)

    def test_a_rating_is_not_asked_before_the_case_is_settled(self, browse: Browse, world: World) -> None:
        case = open_case(world)
        assert 'name="stars"' not in browse().get(f"/case/{case.key}").text


def _case(world: World) -> Case:
    with world.store.reading() as session:
        return session.scalars(select(Case)).one()


def _rating(world: World) -> Rating:
    with world.store.reading() as session:
        return session.scalars(select(Rating)).one()
