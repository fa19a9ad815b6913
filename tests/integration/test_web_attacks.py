"""The known ways of attacking a web site, each tried on the console as it is served."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn
from litestar import Litestar

from bootstrap import impatience
from bootstrap.impatience import Impatient
from bootstrap.settings import BadSetting, Settings
from console.app import create_app
from console.web import hosts
from console.web.site import STATIC, local_path
from desk.desk import Desk
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, settings_in
from tests.walks.routes import Route, routes_of

Browse = Callable[[], Browser]
#: Where no form is needed, and why: no cookie gives any authority there.
WITHOUT_A_FORM = {"POST /api/chat/messages", "POST /api/chat/files"}


@pytest.fixture
def minh(browse: Browse) -> Browser:
    browser = browse()
    browser.signs_in("minh", PASSWORD)
    browser.client.follow_redirects = False
    return browser


@pytest.fixture
def routes(app: Litestar) -> list[Route]:
    return routes_of(app)


class TestSessionFixation:
    def test_a_token_that_was_planted_before_signing_in_is_no_session_after_it(self, browse: Browse) -> None:
        planted = "A" * 43
        victim, thief = browse(), browse()
        for browser in (victim, thief):
            browser.client.cookies.set("__Host-officer", planted, domain="desk.example")
        victim.signs_in("minh", PASSWORD)
        assert victim.get("/desk/me").url.path == "/desk/me"
        assert victim.client.cookies["__Host-officer"] != planted
        assert thief.get("/desk/me").url.path == "/desk/sign-in"

    def test_signing_in_again_ends_the_session_that_the_browser_had(self, browse: Browse) -> None:
        browser, thief = browse(), browse()
        browser.signs_in("minh", PASSWORD)
        thief.client.cookies.set("__Host-officer", browser.client.cookies["__Host-officer"], domain="desk.example")
        assert thief.get("/desk/me").url.path == "/desk/me"
        browser.signs_in("minh", PASSWORD)
        assert thief.get("/desk/me").url.path == "/desk/sign-in"

    def test_a_session_in_the_address_is_none(self, browse: Browse) -> None:
        browser, thief = browse(), browse()
        browser.signs_in("minh", PASSWORD)
        token = browser.client.cookies["__Host-officer"]
        for query in (f"officer={token}", f"__Host-officer={token}", f"token={token}"):
            assert thief.get(f"/desk/me?{query}").url.path == "/desk/sign-in"


class TestSigningIn:
    def test_a_password_field_hides_what_is_typed_and_takes_it_from_a_keeper_of_passwords(self, browse: Browse) -> None:
        fields = re.findall(r"<input[^>]*>", browse().get("/desk/sign-in").text)
        (password,) = [field for field in fields if 'name="password"' in field]
        assert 'type="password"' in password
        assert 'autocomplete="current-password"' in password
        assert "onpaste" not in password
        assert "maxlength" not in password

    def test_every_page_of_the_staff_has_the_way_out(self, browse: Browse, routes: list[Route]) -> None:
        minh = browse()
        minh.signs_in("minh", PASSWORD)
        for path in (
            "/desk/cases",
            "/desk/me",
            "/desk/search",
            "/desk/again",
            "/desk/figures",
            "/desk/ratings/mine",
        ):
            assert 'action="/desk/sign-out"' in minh.get(path).text, path


class TestForgedRequests:
    def test_every_unsafe_route_refuses_a_form_of_another_site(self, routes: list[Route], minh: Browser) -> None:
        unsafe = [route for route in routes if route.method != "GET" and route.name not in WITHOUT_A_FORM]
        assert len(unsafe) > 100
        minh.get("/chat")
        for route in unsafe:
            address = route.address(dict.fromkeys(route.parameters, "x"))
            for forged in ({}, {"_csrf_token": ""}, {"_csrf_token": "0" * 128}):
                answer = minh.client.request(route.method, address, data={"text": "a", **forged})
                assert answer.status_code == 403, (route.name, forged)
            answer = minh.client.request(
                route.method, address, content=b"text=a", headers={"content-type": "text/plain"}
            )
            assert answer.status_code == 403, route.name

    def test_a_token_of_another_browser_is_worth_nothing(self, browse: Browse, minh: Browser) -> None:
        page = browse().get("/desk/sign-in").text
        theirs = re.findall(r'name="_csrf_token" value="([0-9a-f]+)"', page)[0]
        minh.get("/chat")
        assert minh.client.post("/desk/sign-out", data={"_csrf_token": theirs}).status_code == 403

    def test_a_token_that_is_no_token_is_worth_nothing_and_breaks_nothing(self, minh: Browser) -> None:
        minh.get("/chat")
        letters = "0" * 64 + "é" * 64
        refused = [
            minh.client.post("/desk/sign-out", data={"_csrf_token": letters}),
            minh.client.post("/desk/sign-out", data={"_csrf_token": [letters, letters]}),
            minh.client.post("/desk/sign-out", files={"_csrf_token": ("a.txt", b"0" * 128)}),
            minh.client.post("/desk/sign-out", headers={"x-csrftoken": letters.encode("latin-1")}),
            minh.client.post("/desk/sign-out", headers={"cookie": b"__Host-form=" + letters.encode("latin-1")}),
        ]
        assert [answer.status_code for answer in refused] == [403] * len(refused)

    def test_what_needs_no_form_gives_no_cookie_authority(self, routes: list[Route], browse: Browse) -> None:
        assert {route.name for route in routes if route.method != "GET"} >= WITHOUT_A_FORM
        visitor = browse()
        visitor.asks("Tôi muốn hỏi về hồ sơ.")
        seen = visitor.get("/chat").text
        answer = visitor.client.post("/api/chat/messages", json={"text": "gửi thay"})
        assert answer.status_code == 200
        assert "gửi thay" not in visitor.get("/chat").text  # it went to a chat of its own, not to the cookie's
        assert "Tôi muốn hỏi về hồ sơ." in seen

    def test_nothing_is_done_by_a_link(self, routes: list[Route]) -> None:
        """What a GET may change: a visitor's deliveries as fetched, a session as used; acts are forms."""
        words = ("end", "delete", "remove", "publish", "close", "discard", "appoint", "password")
        acting = [route for route in routes if route.method == "GET" and route.path.rsplit("/", 1)[-1] in words]
        posted = {route.path for route in routes if route.method == "POST"}
        assert {route.path for route in acting} <= posted  # a page that asks once more, before the form

    def test_another_method_than_a_routes_own_is_refused(self, routes: list[Route], minh: Browser) -> None:
        methods = {route.path: {other.method for other in routes if other.path == route.path} for route in routes}
        for path, own in methods.items():
            for method in {"PUT", "DELETE", "PATCH", "TRACE", "CONNECT"} - own:
                answer = minh.client.request(method, re.sub(r"\{\w+\}", "x", path))
                assert answer.status_code in (403, 404, 405), (method, path)


class TestNulInAddresses:
    @pytest.mark.parametrize("path", ["/static/css/base.css%00.png", "/case/a%00b", "/desk/sign-in/%00", "/a%00"])
    def test_a_path_with_a_nul_is_none(self, browse: Browse, path: str) -> None:
        assert browse().get(path).status_code == 400

    def test_of_a_query_it_is_left_out(self, minh: Browser) -> None:
        assert "\0" not in minh.get("/desk/cases?q=kh%00ai").text
        assert 'value="khai"' in minh.get("/desk/cases?q=kh%00ai").text


class TestNumbersInAddresses:
    @pytest.mark.parametrize("number", ["9" * 30, "-1", "1e9", "0x10", "٣", "1_000", " 1", "NaN", "9" * 5_000])
    def test_a_number_beyond_every_bound_is_no_number(self, minh: Browser, number: str) -> None:
        for path in (
            "/my-cases?before=",
            "/my-cases?enterprise=",
            "/desk/cases?after=",
            "/desk/gaps/",
            "/consultations/",
        ):
            assert minh.get(path + quote(number)).status_code < 500, path


class TestClickjacking:
    def test_no_answer_may_be_framed(self, routes: list[Route], minh: Browser) -> None:
        pages = [route for route in routes if route.method == "GET"]
        addresses = [route.address(dict.fromkeys(route.parameters, "x")) for route in pages]
        asset = re.findall(r'"(/static/[^"]+)"', minh.get("/chat").text)[0]
        for address in (*addresses, asset, "/nowhere", "/static/nothing.css", "/desk/me?done=%00"):
            headers = minh.get(address).headers
            assert "frame-ancestors 'none'" in headers["content-security-policy"], address
            assert headers["x-frame-options"] == "DENY", address


class TestHeaders:
    @pytest.mark.parametrize("path", ["/chat", "/desk/sign-in", "/desk/me", "/nowhere", "/health", "/static/x.css"])
    def test_every_answer_has_them(self, minh: Browser, path: str) -> None:
        headers = minh.get(path).headers
        assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert {"object-src 'none'", "base-uri 'none'"} <= set(headers["content-security-policy"].split("; "))
        assert "access-control-allow-origin" not in headers
        assert headers.get("server", "") == ""

    def test_a_foreign_origin_is_allowed_nothing(self, minh: Browser) -> None:
        asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
        for answer in (minh.client.options("/api/chat/messages", headers=asked), minh.get("/desk/me", headers=asked)):
            assert not [name for name in answer.headers if name.startswith("access-control-")]

    def test_without_tls_a_browser_is_not_told_to_insist_on_it(self, desk: Desk, tmp_path: Path) -> None:
        from litestar.testing import TestClient

        settings = Settings(_env_file=None, var_dir=tmp_path)
        here = replace(desk, web_address=settings.web_address)
        with TestClient(create_app(here, settings), base_url=settings.web_address) as client:
            assert "strict-transport-security" not in client.get("/desk/sign-in").headers

    def test_every_cookie_is_of_this_host_and_out_of_reach_of_scripts(self, browse: Browse) -> None:
        browser = browse()
        browser.client.follow_redirects = False
        answers = [
            browser.get("/chat"),
            browser.asks("Xin chào"),
            browser.posts("/language", {"lang": "en", "to": "/chat"}, form_on="/chat"),
            browser.signs_in("minh", PASSWORD),
            browser.posts("/desk/sign-out", {}, form_on="/desk/me"),
        ]
        cookies = [cookie for answer in answers for cookie in answer.headers.get_list("set-cookie")]
        assert {cookie.partition("=")[0] for cookie in cookies} >= {
            "__Host-form",
            "__Host-visitor",
            "__Host-language",
            "__Host-officer",
        }
        for cookie in cookies:
            assert cookie.startswith("__Host-"), cookie
            for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
                assert part in cookie, cookie
            assert "Domain" not in cookie


class TestHostHeader:
    @pytest.mark.parametrize(
        "host",
        [
            *("evil.example", "desk.example.evil.example", "desk.example@evil.example", "evildesk.example", ""),
            *("desk.example:x", "desk.example:99999", "desk.example/", "[::1"),
        ],
    )
    def test_under_another_name_there_is_no_page(self, browse: Browse, host: str) -> None:
        browser = browse()
        browser.client.follow_redirects = False
        for path in ("/chat", "/desk/sign-in", "/api/chat/messages", "/static/css/base.css", "/nowhere"):
            answer = browser.get(path, headers={"host": host})
            assert answer.status_code == 421, path
            assert "evil.example" not in answer.text + str(answer.headers)

    def test_two_names_are_none(self, browse: Browse) -> None:
        answer = browse().client.get("/chat", headers=[("host", "desk.example"), ("host", "evil.example")])
        assert answer.status_code == 421

    @pytest.mark.parametrize("name", ["x-forwarded-host", "x-host", "forwarded", "x-original-url", "x-rewrite-url"])
    def test_no_other_header_names_the_host(self, browse: Browse, name: str) -> None:
        browser = browse()
        browser.client.follow_redirects = False
        for path in ("/chat", "/desk/", "/desk/cases"):
            answer = browser.get(path, headers={name: "evil.example"})
            assert "evil.example" not in answer.text + str(answer.headers)

    def test_the_names_are_those_of_the_settings(self, tmp_path: Path) -> None:
        settings = settings_in(tmp_path, allowed_hosts="Tra-Cuu.example.vn, 10.0.0.9,::5", host="0.0.0.0")
        expected = {"desk.example", "tra-cuu.example.vn", "10.0.0.9", "[::5]", "127.0.0.1", "localhost", "[::1]"}
        assert hosts.names_of(settings) == expected | {"0.0.0.0"}

    def test_what_is_no_name_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from bootstrap.settings import read_settings

        monkeypatch.setenv("ALLOWED_HOSTS", "https://desk.example")
        with pytest.raises(BadSetting, match=r"ALLOWED_HOSTS cannot be used: https://desk\.example is no name"):
            read_settings()


AWAY = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%5cevil.example/../\\evil.example",
    "javascript:alert(1)",
    "/desk/\r\nLocation: https://evil.example",
    "/desk/\nSet-Cookie: a=b",
    "/\t/evil.example",
    "/.\u2215evil.example",
    "https:evil.example",
    "@evil.example",
    "",
]


class TestOpenRedirects:
    @pytest.mark.parametrize("way", AWAY)
    def test_no_way_back_leads_away_from_the_site(self, browse: Browse, way: str) -> None:
        assert local_path(way, "/safe") in ("/safe", way)
        answer = browse().get(f"/desk/sign-in?next={quote(way, safe='')}")
        assert "evil.example" not in answer.text
        entering = browse()
        entering.client.follow_redirects = False
        form = {"username": "minh", "password": PASSWORD, "next": way}
        entered = entering.posts("/desk/sign-in", form, form_on="/desk/sign-in")
        switched = browse()
        switched.client.follow_redirects = False
        switched_to = switched.posts("/language", {"lang": "en", "to": way}, form_on="/chat")
        for moved in (entered, switched_to):
            assert re.fullmatch(r"/(desk/|chat)", moved.headers["location"]), moved.headers["location"]
            assert "set-cookie: a=b" not in str(moved.headers).lower()


class TestPathTraversal:
    @pytest.mark.parametrize(
        "path",
        [
            "../app.py",
            "..%2fapp.py",
            "%2e%2e/app.py",
            "%2e%2e%2fapp.py",
            "..%252fapp.py",
            "css/../../app.py",
            "css/..%5c..%5capp.py",
            "..\\app.py",
            "/etc/passwd",
            "%2fetc%2fpasswd",
            "css/",
            "",
            ".",
            "....//app.py",
            "~root/.bashrc",
        ],
    )
    def test_no_file_but_those_that_ship_is_handed_out(self, served: str, path: str) -> None:
        """Over a real connection: a client library would tidy the address up before it is sent."""
        head, body = said_to(served, f"GET /static/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert head.split()[1] in ("400", "404", "405"), head
        assert "create_app" not in body
        assert "root:" not in body

    def test_the_files_that_ship_are_there(self, served: str) -> None:
        assert (STATIC / "css" / "base.css").exists()
        head, _ = said_to(served, "GET /static/css/base.css HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert head.split()[1] == "200"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of static files and a route, served as every process serves: by uvicorn with our protocol."""
    from litestar import Request, post
    from litestar.static_files import create_static_files_router

    @post("/takes", status_code=200)
    async def takes(request: Request) -> str:  # type: ignore[type-arg]
        return str(len(await request.body()))

    app = Litestar(
        [takes, create_static_files_router("/static", [STATIC])],
        middleware=[impatience.in_time],
        openapi_config=None,
        logging_config=None,
    )
    with serving(app) as address:
        yield address


@contextmanager
def serving(app: Litestar) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, http=Impatient, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


def said_to(address: str, *pieces: str, apart: float = 0.0) -> tuple[str, str]:
    """The first line and the rest of what comes back to these bytes; empty where the connection is closed at once."""
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        answer = b""
        try:
            for piece in pieces:
                connection.sendall(piece.encode("latin-1"))
                time.sleep(apart)
            while piece := connection.recv(65536):
                answer += piece
        except (ConnectionError, TimeoutError):
            pass
    head, _, rest = answer.decode("latin-1").partition("\r\n")
    return head, rest


class TestRequestsThatMeanTwoThings:
    """Request smuggling: what a proxy and the process could read differently is read by nobody."""

    @pytest.mark.parametrize(
        "head",
        [
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: 5, 6",
            "Content-Length: +5",
            "Content-Length: -1",
            "Content-Length: 0x5",
            "Content-Length : 5",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding\x0b: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
        ],
    )
    def test_two_lengths_or_an_odd_one_are_refused(self, served: str, head: str) -> None:
        rest = "0\r\n\r\nGET /static/css/base.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        line, body = said_to(
            served, f"POST /takes HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\nConnection: close\r\n\r\n{rest}"
        )
        assert line == "" or line.split()[1] in ("400", "408", "501"), line
        assert "HTTP/1.1 200" not in body


class TestSlowClients:
    def test_a_head_that_does_not_end_closes_the_connection(self, served: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(impatience, "HEAD_WITHIN", 0.3)
        began = time.monotonic()
        assert said_to(served, "GET /static/css/base.css HTTP/1.1\r\nX: ") == ("", "")
        assert said_to(served, "") == ("", "")
        assert time.monotonic() - began < 10

    def test_a_head_without_end_closes_the_connection(self, served: str) -> None:
        line, _ = said_to(served, "GET / HTTP/1.1\r\n", *("X: " + "a" * 8192 + "\r\n" for _ in range(32)))
        assert line == "" or line.split()[1] in ("400", "431"), line

    def test_a_second_request_on_a_connection_has_the_same_time(
        self, served: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(impatience, "HEAD_WITHIN", 1.0)
        one = "GET /static/css/base.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        began = time.monotonic()
        line, rest = said_to(served, one, one, "GET / HTTP/1.1\r\nX: ", apart=0.1)
        assert (line.split()[1], rest.count("HTTP/1.1 200")) == ("200", 1)
        assert time.monotonic() - began < 4.5  # sooner than a connection that is merely kept alive

    def test_a_body_that_does_not_come_is_not_waited_for(self, served: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(impatience, "PIECE_WITHIN", 0.3)
        head = "POST /takes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nabc"
        line, rest = said_to(served, head)
        assert line.split()[1] == "408"
        assert "connection: close" in rest.lower()

    def test_a_body_that_drips_is_not_waited_for(self, served: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(impatience, "BODY_WITHIN", 0.5)
        head = "POST /takes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n"
        line, _ = said_to(served, head, *"abcdefghij", apart=0.15)
        assert line == "" or line.split()[1] == "408"

    def test_a_body_that_comes_in_pieces_is_taken(self, served: str) -> None:
        head = "POST /takes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
        line, rest = said_to(served, head, "ab", "cd", apart=0.1)
        assert (line.split()[1], rest[-1]) == ("200", "4")

    def test_who_asks_whether_the_client_is_there_may_wait_longer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(impatience, "PIECE_WITHIN", 0.01)

        async def wait() -> str:
            messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

            async def receive() -> object:
                for message in messages:
                    return message
                await asyncio.sleep(0.1)
                return {"type": "http.disconnect"}

            received = impatience._impatient(receive)  # type: ignore[arg-type]
            await received()
            return str((await received())["type"])

        assert asyncio.run(wait()) == "http.disconnect"


class TestSizes:
    def test_a_form_that_is_too_large_is_refused_unread(self, minh: Browser) -> None:
        assert minh.client.post("/desk/sign-in", data={"username": "x" * 400_000}).status_code == 413
        answer = minh.client.post("/api/chat/messages", content=b" " * 200_000)
        assert answer.status_code == 413

    def test_what_lies_about_its_type_is_no_message(self, minh: Browser) -> None:
        for kind in ("text/plain", "application/xml", "multipart/form-data"):
            answer = minh.client.post("/api/chat/messages", content=b"<a/>", headers={"content-type": kind})
            assert answer.status_code == 400
