"""The web door without a script: the chat page, a person's case, and the officers' console with its guard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from sqlalchemy import select

from console import guard
from console.app import create_app
from desk.audit.model import AuditEntry
from desk.cases import officer_desk
from desk.cases import service as cases
from desk.cases.model import Case, CaseState
from desk.conversations.model import Message, Person
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.people import service as people
from desk.people.model import Officer, Role
from desk.ratings.model import Rating
from tests.conftest import PASSWORD
from tests.console_fixtures import ADDRESS, Browser, newest_case, open_case, settings_in
from tests.desk_fixtures import World

Browse = Callable[[], Browser]


@pytest.fixture
def app(desk: Desk, tmp_path: Path) -> Litestar:
    return create_app(desk, settings_in(tmp_path))


@pytest.fixture
def browse(app: Litestar) -> Iterator[Browse]:
    """Open a browser of one person; each has its own cookies."""
    with TestClient(app, base_url=ADDRESS) as first:
        first.headers["accept-language"] = "vi"

        def another() -> Browser:
            client = TestClient(app, base_url=ADDRESS)
            client.blocking_portal = first.blocking_portal
            client.headers["accept-language"] = "vi"
            return Browser(client)

        yield another


@pytest.fixture
def minh(browse: Browse) -> Browser:
    """An officer who is signed in."""
    browser = browse()
    browser.signs_in("minh", PASSWORD)
    return browser


def staff_routes(app: Litestar) -> list[tuple[str, str, object]]:
    """Every method, path and role of the staff console."""
    return [
        (method, re.sub(r"\{[^}]+\}", "2026-00001", route.path), handler.opt.get("roles"))
        for route in app.routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/desk")
        for handler in route.route_handlers
        for method in handler.http_methods - {"OPTIONS", "HEAD"}
    ]


class TestTheGuard:
    def test_every_route_of_the_staff_console_names_its_roles(self, app: Litestar) -> None:
        routes = staff_routes(app)
        assert len(routes) > 15
        for method, path, roles in routes:
            assert roles == guard.ANYBODY or (isinstance(roles, frozenset) and roles <= set(Role)), (method, path)
        assert {path for _, path, roles in routes if roles == guard.ANYBODY} == {"/desk/sign-in"}

    def test_a_stranger_is_sent_to_sign_in_from_every_page_and_act(self, app: Litestar, browse: Browse) -> None:
        stranger = browse()
        for method, path, roles in staff_routes(app):
            if roles == guard.ANYBODY:
                continue
            if method == "GET":
                answer = stranger.client.get(path, follow_redirects=False)
            else:
                stranger.client.follow_redirects = False
                answer = stranger.posts(path, {"text": "a"}, form_on="/chat")
            assert answer.status_code == 302, (method, path)
            assert answer.headers["location"].startswith("/desk/sign-in"), (method, path)

    def test_no_form_is_taken_without_its_token(self, app: Litestar, minh: Browser) -> None:
        posts = [
            (re.sub(r"\{[^}]+\}", "x", route.path))
            for route in app.routes
            if isinstance(route, HTTPRoute) and "POST" in route.methods and not route.path.startswith("/api/")
        ]
        assert len(posts) > 12
        for path in posts:
            answer = minh.client.post(path, data={"text": "a"})
            assert answer.status_code == 403, path
            assert "mở quá lâu" in answer.text

    def test_a_role_sees_only_its_own_pages(self, browse: Browse) -> None:
        hoa = browse()
        hoa.signs_in("hoa", PASSWORD)
        assert hoa.get("/desk/me").status_code == 200
        assert hoa.get("/desk/cases").status_code == 403
        assert hoa.get("/desk/ratings").status_code == 403


class TestSigningIn:
    def test_an_officer_comes_in_and_out(self, browse: Browse) -> None:
        browser = browse()
        assert "Hồ sơ" in browser.signs_in("minh", PASSWORD).text
        assert browser.get("/desk/").url.path == "/desk/cases"
        out = browser.posts("/desk/sign-out", {}, form_on="/desk/me")
        assert out.url.path == "/desk/sign-in"
        assert browser.get("/desk/cases").url.path == "/desk/sign-in"

    def test_a_signed_out_token_is_worth_nothing(self, minh: Browser) -> None:
        token = minh.client.cookies["__Host-officer"]
        minh.posts("/desk/sign-out", {}, form_on="/desk/me")
        minh.client.cookies.set("__Host-officer", token, domain="desk.example")
        assert minh.get("/desk/cases").url.path == "/desk/sign-in"

    def test_the_way_back_is_kept_and_leads_nowhere_else(self, browse: Browse) -> None:
        assert browse().get("/desk/ratings").url.query == b"next=/desk/ratings"
        for way, reached in (("/desk/ratings", "/desk/ratings"), ("https://evil.example/", "/desk/cases")):
            browser = browse()
            form = {"username": "minh", "password": PASSWORD, "next": way}
            answer = browser.posts("/desk/sign-in", form, form_on="/desk/sign-in")
            assert (answer.url.host, answer.url.path) == ("desk.example", reached)

    def test_a_refusal_is_the_same_for_a_wrong_name_a_wrong_password_and_a_lockout(
        self, browse: Browse, world: World
    ) -> None:
        told = world.text("page.sign_in.refused")
        assert told in browse().signs_in("nobody", PASSWORD).text
        for _ in range(5):
            assert told in browse().signs_in("minh", "wrong").text
        locked = browse().signs_in("minh", PASSWORD)
        assert (locked.status_code, told in locked.text) == (401, True)
        world.clock.advance(minutes=16)
        assert browse().signs_in("minh", PASSWORD).status_code == 200

    def test_attempts_from_one_address_are_limited(self, browse: Browse) -> None:
        browser = browse()
        statuses = [browser.signs_in(f"name{n}", "wrong").status_code for n in range(31)]
        assert statuses == [401] * 30 + [429]

    def test_cookies_are_out_of_reach_of_scripts_other_sites_and_plain_http(self, browse: Browse) -> None:
        browser = browse()
        browser.get("/desk/sign-in")
        browser.client.follow_redirects = False
        answer = browser.signs_in("minh", PASSWORD)
        set_cookie = answer.headers["set-cookie"]
        assert set_cookie.startswith("__Host-officer=")
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert part in set_cookie


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
        lan.asks("Tờ khai của tôi ở https://evil.example/ bị treo?")
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
        _replies(world, "Bạn làm theo Điều 24.")
        page = browse().get(f"/case/{case.key}")
        assert page.status_code == 200
        for part in (case.number or "", case.question, "đã trả lời", "Bạn làm theo Điều 24."):
            assert part in page.text
        with world.store.reading() as session:
            assert set(session.scalars(select(Delivery.state).where(Delivery.channel == "web"))) == {"delivered"}

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

    def test_a_settled_case_is_rated_and_takes_no_more_words(self, browse: Browse, world: World) -> None:
        case = open_case(world)
        _replies(world, "Xong.", resolve=True)
        lan = browse()
        path = f"/case/{case.key}"
        page = lan.posts(f"{path}/rating", {"stars": "4", "comment": "Nhanh"}, form_on=path)
        assert "Bạn đã đánh giá 4 sao" in page.text
        lan.posts(f"{path}/rating", {"stars": "5", "comment": ""}, form_on=path)
        with world.store.reading() as session:
            rating = session.scalars(select(Rating)).one()
            assert (rating.stars, rating.first_stars, rating.comment) == (5, 4, "Nhanh")
        assert lan.posts(f"{path}/rating", {"stars": "6"}, form_on=path).status_code == 409
        assert lan.posts(f"{path}/messages", {"text": "nữa", "seen": "0"}, form_on=path).status_code == 409

    def test_a_rating_is_not_asked_before_the_case_is_settled(self, browse: Browse, world: World) -> None:
        case = open_case(world)
        assert 'name="stars"' not in browse().get(f"/case/{case.key}").text


class TestTheOfficersWork:
    def test_a_case_is_claimed_answered_and_resolved(self, minh: Browser, world: World) -> None:
        case = open_case(world)
        path = f"/desk/cases/{case.number}"
        assert case.question in minh.get("/desk/cases?view=waiting").text
        assert "Bạn đã nhận hồ sơ này" in minh.posts(f"{path}/claim", {}, form_on=path).text
        page = minh.posts(f"{path}/reply", {"text": "Bạn làm theo Điều 24.", "seen": "2"}, form_on=path)
        assert "Bạn làm theo Điều 24." in page.text
        assert "Đang gửi" in page.text
        assert "Kết thúc" in minh.posts(f"{path}/resolve", {}, form_on=path).text
        assert _case(world).state is CaseState.RESOLVED
        assert case.question in minh.get("/desk/cases?view=resolved").text
        with world.store.reading() as session:
            acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject == case.number))
            assert acts.all() == ["case.opened", "case.claimed", "case.replied", "case.resolved"]

    def test_a_reply_sent_twice_from_one_page_is_one_reply(self, minh: Browser, world: World) -> None:
        path = f"/desk/cases/{open_case(world).number}"
        minh.posts(f"{path}/claim", {}, form_on=path)
        for _ in range(2):
            minh.posts(f"{path}/reply", {"text": "Một lần", "seen": "2"}, form_on=path)
        assert [entry.kind for entry in _case(world).entries] == ["opened", "claimed", "replied"]

    def test_what_the_desk_refuses_is_said_and_the_draft_kept(self, minh: Browser, world: World) -> None:
        case = open_case(world)
        path = f"/desk/cases/{case.number}"
        early = minh.posts(f"{path}/reply", {"text": "Bản nháp", "seen": "1"}, form_on=path)
        assert (early.status_code, world.text("officer.claim_first", number=case.number) in early.text) == (409, True)
        with world.store.writing() as session:
            officer_desk.claim(world.desk, session, _fresh(session), _officer(session, "binh"))
        held = minh.posts(f"{path}/claim", {}, form_on=path)
        assert world.text("officer.held_by_another", number=case.number) in held.text
        minh.posts(f"{path}/return", {}, form_on=path)
        assert _case(world).holder is not None

    def test_the_draft_of_a_refused_reply_is_kept(self, minh: Browser, world: World) -> None:
        path = f"/desk/cases/{open_case(world).number}"
        minh.posts(f"{path}/claim", {}, form_on=path)
        page = minh.posts(f"{path}/reply", {"text": "a" * 8001, "seen": "2"}, form_on=path)
        assert page.status_code == 409
        assert "a" * 8001 in page.text

    def test_a_reply_shows_what_became_of_it_and_an_uncertain_one_can_be_sent_again(
        self, minh: Browser, world: World
    ) -> None:
        case = open_case(world)
        _replies(world, "Xin xem lại.")
        path = f"/desk/cases/{case.number}"
        delivery = _reply_delivery(world)
        assert "send-again" not in minh.get(path).text
        with world.store.writing() as session:
            deliveries.cut_off(session, delivery.id, "connection lost")
        page = minh.get(path).text
        assert "Chưa chắc đã đến" in page
        assert "send-again" in page
        again = minh.posts(f"{path}/send-again", {"delivery": str(delivery.id)}, form_on=path)
        assert "sẽ được gửi lại" in again.text
        assert _reply_delivery(world).state == "created"
        twice = minh.posts(f"{path}/send-again", {"delivery": str(delivery.id)}, form_on=path)
        assert twice.status_code == 409

    def test_a_reply_to_a_web_chat_waits_to_be_read(self, minh: Browser, world: World) -> None:
        case = open_case(world, chat="web")
        _replies(world, "Xin xem lại.")
        assert "Chờ doanh nghiệp mở xem" in minh.get(f"/desk/cases/{case.number}").text

    def test_an_overdue_case_is_marked_until_it_is_answered(self, minh: Browser, world: World) -> None:
        open_case(world)
        assert "quá hạn" not in minh.get("/desk/cases?view=waiting").text
        world.clock.advance(hours=11)
        assert "quá hạn" not in minh.get("/desk/cases?view=waiting").text
        world.clock.advance(hours=38)
        minh.signs_in("minh", PASSWORD)
        assert "quá hạn" in minh.get("/desk/cases?view=waiting").text
        _replies(world, "Đã xem.")
        assert "quá hạn" not in minh.get("/desk/cases?view=answered").text

    @pytest.mark.parametrize(
        ("wanted", "found"), [("2026-00001", True), ("TO KHAI", True), ("bị treo", True), ("xe máy", False)]
    )
    def test_cases_are_found_by_number_and_text_with_and_without_marks(
        self, minh: Browser, world: World, wanted: str, found: bool
    ) -> None:
        case = open_case(world)
        assert (case.question in minh.get("/desk/cases", params={"q": wanted}).text) is found

    def test_an_unknown_case_is_not_found(self, minh: Browser) -> None:
        assert minh.get("/desk/cases/2026-99999").status_code == 404


class TestTheOfficersAccount:
    def test_a_link_code_is_shown_once_and_links_the_telegram_account(self, minh: Browser, world: World) -> None:
        page = minh.posts("/desk/me/link-code", {}, form_on="/desk/me").text
        found = re.search(r"/start ([A-Za-z0-9_-]{22})", page)
        assert found is not None
        assert found.group(1) not in minh.get("/desk/me").text
        world.chatter("501").commands("start", found.group(1))
        assert "Đã liên kết" in minh.get("/desk/me").text
        assert "Đã bỏ liên kết" in minh.posts("/desk/me/unlink", {}, form_on="/desk/me").text

    def test_a_new_password_ends_the_other_sessions(self, minh: Browser, browse: Browse) -> None:
        elsewhere = browse()
        elsewhere.signs_in("minh", PASSWORD)
        new = "another password"
        form = {"present": PASSWORD, "new": new, "again": new}
        assert "Đã đổi mật khẩu" in minh.posts("/desk/me/password", form, form_on="/desk/me").text
        assert minh.get("/desk/cases").url.path == "/desk/cases"
        assert elsewhere.get("/desk/cases").url.path == "/desk/sign-in"
        assert browse().signs_in("minh", new).status_code == 200

    @pytest.mark.parametrize(
        ("form", "reason"),
        [
            ({"present": "wrong", "new": "a new password", "again": "a new password"}, "page.me.wrong_password"),
            ({"present": PASSWORD, "new": "a new password", "again": "another one"}, "page.me.not_the_same"),
            ({"present": PASSWORD, "new": "short", "again": "short"}, "page.me.too_short"),
        ],
    )
    def test_a_password_that_cannot_be_set_is_refused(
        self, minh: Browser, world: World, form: dict[str, str], reason: str
    ) -> None:
        page = minh.posts("/desk/me/password", form, form_on="/desk/me")
        assert (page.status_code, world.text(reason, length=10) in page.text) == (409, True)


class TestTheFigures:
    def test_no_ratings_yet_is_not_zero(self, minh: Browser) -> None:
        page = minh.get("/desk/ratings").text
        assert "chưa có đánh giá" in page
        assert "chưa mời ai" in page
        assert "0,0" not in page

    def test_figures_are_of_those_who_were_asked(self, minh: Browser, world: World) -> None:
        open_case(world)
        _replies(world, "Xong.", resolve=True)
        assert "0 %" in minh.get("/desk/ratings").text
        world.chatter("300").taps("rate", "4")
        page = minh.get("/desk/ratings").text
        assert "100 %" in page
        assert "4,0" in page


class TestTheHouse:
    def test_health_says_ok_only_when_the_store_can_be_read(self, browse: Browse, world: World) -> None:
        browser = browse()
        assert browser.get("/health").json() == {"status": "ok"}
        with world.store.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE alembic_version")
        assert browser.get("/health").status_code == 503

    @pytest.mark.parametrize("path", ["/chat", "/desk/sign-in", "/nowhere", "/health", "/api/chat/messages"])
    def test_every_answer_carries_the_strict_headers(self, browse: Browse, path: str) -> None:
        headers = browse().get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"

    def test_a_page_that_does_not_exist_is_said_so_in_the_visitors_language(self, browse: Browse, world: World) -> None:
        answer = browse().get("/nowhere", headers={"accept-language": "en"})
        assert answer.status_code == 404
        assert world.text("page.error.not_found", "en") in answer.text

    def test_a_fault_is_told_without_its_details(
        self, browse: Browse, monkeypatch: pytest.MonkeyPatch, world: World
    ) -> None:
        def fails(*_: object) -> list[Case]:
            raise RuntimeError("inner detail")

        monkeypatch.setattr(cases, "by_key", fails)
        answer = browse().get("/case/x")
        assert (answer.status_code, "inner detail" in answer.text) == (500, False)
        assert world.text("page.error.failed") in answer.text

    def test_static_files_may_be_kept_for_ever(self, browse: Browse) -> None:
        browser = browse()
        found = re.search(r'href="(/static/console\.css\?v=\w+)"', browser.get("/chat").text)
        assert found is not None
        answer = browser.get(found.group(1))
        assert "immutable" in answer.headers["cache-control"]

    def test_the_secret_of_forms_outlives_the_process(self, desk: Desk, tmp_path: Path) -> None:
        secrets = []
        for _ in range(2):
            config = create_app(desk, settings_in(tmp_path)).csrf_config
            assert config is not None
            secrets.append(config.secret)
        assert secrets[0] == secrets[1]
        assert len(secrets[0]) > 40


def _replies(world: World, text: str, *, resolve: bool = False) -> None:
    with world.store.writing() as session:
        case, officer = _fresh(session), _officer(session, "minh")
        officer_desk.claim(world.desk, session, case, officer)
        officer_desk.reply(world.desk, session, case, officer, text)
        if resolve:
            officer_desk.resolve(world.desk, session, case, officer)


def _fresh(session: object) -> Case:
    return session.scalars(select(Case)).one()  # type: ignore[attr-defined, no-any-return]


def _officer(session: object, username: str) -> Officer:
    officer = people.by_username(session, username)  # type: ignore[arg-type]
    assert officer is not None
    return officer


def _case(world: World) -> Case:
    with world.store.reading() as session:
        return session.scalars(select(Case)).one()


def _reply_delivery(world: World) -> Delivery:
    with world.store.reading() as session:
        return session.scalars(select(Delivery).join(Message).where(Message.author == "officer")).one()
