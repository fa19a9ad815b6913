"""The house rules of the web door: who is let in, which forms are taken, what every answer carries."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from console.app import create_app
from console.web import guard
from desk.cases import queries
from desk.cases.model import Case
from desk.desk import Desk
from desk.people.model import Role
from tests.conftest import PASSWORD
from tests.console_fixtures import (
    Browser,
    settings_in,
)
from tests.desk_fixtures import World

Browse = Callable[[], Browser]


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
        assert {path for _, path, roles in routes if roles == guard.ANYBODY} == {
            "/desk/sign-in",
            "/desk/sign-in/code",
            "/desk/sign-in/authority",
            "/desk/sign-in/authority/return",
            "/desk/sign-in/authority/leave",
        }

    def test_every_route_says_what_its_address_names(self, app: Litestar) -> None:
        """Of an address without a parameter the form may name something, and then the route may say so."""
        for route in app.routes:
            if isinstance(route, HTTPRoute) and route.path.startswith("/desk"):
                for handler in route.route_handlers:
                    if route.path_parameters and "OPTIONS" not in handler.http_methods:
                        assert handler.opt.get("of"), route.path

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
        assert hoa.get("/desk/figures").status_code == 403


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
        assert browse().get("/desk/figures").url.query == b"next=/desk/figures"
        for way, reached in (("/desk/figures", "/desk/figures"), ("https://evil.example/", "/desk/cases")):
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

        monkeypatch.setattr(queries, "by_key", fails)
        answer = browse().get("/case/x")
        assert (answer.status_code, "inner detail" in answer.text) == (500, False)
        assert world.text("page.error.failed") in answer.text

    def test_static_files_may_be_kept_for_ever(self, browse: Browse) -> None:
        browser = browse()
        found = re.search(r'href="(/static/css/base\.css\?v=\w+)"', browser.get("/chat").text)
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
