"""Pages of signing in and of an officer's account: first password, second factor, sessions, duty."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pyotp
import pytest
from litestar.testing import RequestFactory, TestClient

from console.app import create_app
from console.web.browsers import browser_of
from desk.people import service as people
from desk.people.model import Officer
from desk.people.sealing import Seal
from tests.conftest import PASSWORD
from tests.console_fixtures import ADDRESS, Browser, officer_named, settings_in
from tests.desk_fixtures import World

Browse = Callable[[], Browser]
NEW = "quite another one"
FACTOR = "/desk/me/second-factor"


@pytest.fixture
def minh(browse: Browse) -> Browser:
    """An officer who is signed in."""
    browser = browse()
    browser.signs_in("minh", PASSWORD)
    return browser


def officer(world: World, username: str = "minh") -> Officer:
    with world.store.reading() as session:
        return officer_named(session, username)


def switches_on(browser: Browser, world: World) -> tuple[str, list[str]]:
    """Set the second factor up; returns the app's secret and the recovery codes."""
    page = browser.posts(f"{FACTOR}/begin", {}, form_on="/desk/me").text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert secret is not None
    shown = app_code(secret.group(1), world)
    codes = browser.posts(f"{FACTOR}/confirm", {"code": shown}, form_on=FACTOR)
    assert codes.status_code == 200
    return secret.group(1), re.findall(r"<code>([a-z2-7-]{29})</code>", codes.text)


def app_code(secret: str, world: World) -> str:
    return pyotp.TOTP(secret.replace(" ", "")).at(world.clock.now())


def gives(browser: Browser, code: str, way_back: str = "/desk/") -> httpx.Response:
    return browser.posts("/desk/sign-in/code", {"code": code, "next": way_back}, form_on="/desk/sign-in/code")


class TestTheFirstPassword:
    @pytest.fixture
    def given(self, world: World) -> str:
        """A password that an administrator gave to minh."""
        with world.store.writing() as session:
            people.set_password(
                session, officer_named(session, "minh"), "given by somebody", by="officer:hoa", at=world.clock.now()
            )
        return "given by somebody"

    def test_it_comes_before_every_other_page_and_act(self, browse: Browse, given: str) -> None:
        browser = browse()
        assert browser.signs_in("minh", given).url.path == "/desk/first-password"
        for path in ("/desk/", "/desk/cases", "/desk/me", FACTOR):
            assert browser.get(path).url.path == "/desk/first-password"
        answer = browser.posts("/desk/me/duty", {"duty": "off"}, form_on="/desk/first-password")
        assert answer.url.path == "/desk/first-password"

    def test_with_a_password_of_their_own_an_officer_goes_on(self, browse: Browse, world: World, given: str) -> None:
        browser = browse()
        browser.signs_in("minh", given)
        old = browser.client.cookies["__Host-officer"]
        done = browser.posts("/desk/first-password", {"new": NEW, "again": NEW}, form_on="/desk/first-password")
        assert done.url.path == "/desk/cases"
        assert browser.client.cookies["__Host-officer"] != old
        assert browser.get("/desk/first-password").url.path == "/desk/me"
        assert browse().signs_in("minh", given).status_code == 401
        assert not officer(world).must_change_password

    @pytest.mark.parametrize(
        ("new", "again", "error"),
        [
            ("short", "short", "too_short"),
            ("given by somebody", "given by somebody", "the_same"),
            ("matkhau123456", "matkhau123456", "common"),
            ("tôi là minh đây", "tôi là minh đây", "has_name"),
            (NEW, "another", "not_the_same"),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field(
        self, browse: Browse, world: World, given: str, new: str, again: str, error: str
    ) -> None:
        browser = browse()
        browser.signs_in("minh", given)
        told = browser.posts("/desk/first-password", {"new": new, "again": again}, form_on="/desk/first-password")
        assert told.status_code == 422
        sentence = (
            world.text("page.me.too_short", length=10) if error == "too_short" else world.text(f"page.me.{error}")
        )
        assert sentence in told.text

    def test_an_officer_may_leave_before_it(self, browse: Browse, given: str) -> None:
        browser = browse()
        browser.signs_in("minh", given)
        assert browser.posts("/desk/sign-out", {}, form_on="/desk/first-password").url.path == "/desk/sign-in"


class TestTheSecondFactor:
    def test_it_is_set_up_by_a_code_and_asked_for_from_then_on(
        self, minh: Browser, browse: Browse, world: World
    ) -> None:
        secret, codes = switches_on(minh, world)
        assert len(codes) == 10
        world.clock.advance(seconds=30)
        other = browse()
        asked = other.posts(
            "/desk/sign-in",
            {"username": "minh", "password": PASSWORD, "next": "/desk/search"},
            form_on="/desk/sign-in",
        )
        assert asked.url.path == "/desk/sign-in/code"
        assert other.get("/desk/cases").url.path == "/desk/sign-in"
        assert 'value="/desk/search"' in asked.text
        wrong = gives(other, "no code")
        assert (wrong.status_code, world.text("page.enter.code_refused") in wrong.text) == (401, True)
        assert gives(other, app_code(secret, world), "/desk/search").url.path == "/desk/search"
        assert other.get("/desk/sign-in/code").url.path == "/desk/sign-in"

    def test_a_recovery_code_stands_in_once(self, minh: Browser, browse: Browse, world: World) -> None:
        _, codes = switches_on(minh, world)
        for reached in ("/desk/cases", "/desk/sign-in/code"):
            browser = browse()
            browser.signs_in("minh", PASSWORD)
            assert gives(browser, codes[0]).url.path == reached
        assert world.text("page.factor.codes_left", count=9) in minh.get("/desk/me").text

    def test_the_picture_is_of_nobody_elses_secret_and_not_kept(
        self, minh: Browser, browse: Browse, world: World
    ) -> None:
        assert minh.get(f"{FACTOR}/code.svg").status_code == 404
        minh.posts(f"{FACTOR}/begin", {}, form_on="/desk/me")
        picture = minh.get(f"{FACTOR}/code.svg")
        assert picture.headers["content-type"] == "image/svg+xml"
        assert picture.headers["cache-control"] == "no-store"
        assert "style=" not in picture.text
        hoa = browse()
        hoa.signs_in("hoa", PASSWORD)
        assert hoa.get(f"{FACTOR}/code.svg").status_code == 404

    def test_once_it_is_on_the_secret_is_shown_no_more(self, minh: Browser, world: World) -> None:
        switches_on(minh, world)
        assert minh.get(FACTOR).url.path == "/desk/me"
        assert minh.get(f"{FACTOR}/code.svg").status_code == 404
        assert minh.posts(f"{FACTOR}/begin", {}, form_on="/desk/me").url.path == "/desk/me"
        assert minh.posts(f"{FACTOR}/confirm", {"code": "1"}, form_on="/desk/me").url.path == "/desk/me"

    def test_a_wrong_code_switches_nothing_on(self, minh: Browser, world: World) -> None:
        minh.posts(f"{FACTOR}/begin", {}, form_on="/desk/me")
        told = minh.posts(f"{FACTOR}/confirm", {"code": "no code"}, form_on=FACTOR)
        assert told.status_code == 409
        assert world.text("page.factor.code_refused") in told.text
        assert officer(world).second_factor_since is None

    def test_new_recovery_codes_take_the_place_of_the_old(self, minh: Browser, world: World) -> None:
        _, codes = switches_on(minh, world)
        page = minh.posts(f"{FACTOR}/recovery-codes", {}, form_on="/desk/me")
        new = re.findall(r"<code>([a-z2-7-]{29})</code>", page.text)
        assert len(new) == 10
        assert not set(codes) & set(new)

    def test_it_is_switched_off_with_the_password_and_a_code(self, minh: Browser, world: World) -> None:
        assert minh.get(f"{FACTOR}/off").url.path == "/desk/me"
        _, codes = switches_on(minh, world)
        for form, path, status in (
            ({"password": "wrong", "code": codes[0]}, f"{FACTOR}/off", 409),
            ({"password": PASSWORD, "code": "wrong"}, f"{FACTOR}/off", 409),
            ({"password": PASSWORD, "code": codes[1]}, "/desk/me", 200),
        ):
            answer = minh.posts(f"{FACTOR}/off", form, form_on=f"{FACTOR}/off")
            assert (answer.url.path, answer.status_code) == (path, status)
        assert officer(world).second_factor_since is None

    def test_without_it_there_is_nothing_to_be_made_or_switched_off(self, minh: Browser) -> None:
        assert minh.posts(f"{FACTOR}/recovery-codes", {}, form_on="/desk/me").url.path == "/desk/me"
        assert minh.posts(f"{FACTOR}/off", {}, form_on="/desk/me").url.path == "/desk/me"

    def test_it_ends_the_sessions_that_were_begun_without_it(self, minh: Browser, browse: Browse, world: World) -> None:
        elsewhere = browse()
        elsewhere.signs_in("minh", PASSWORD)
        switches_on(minh, world)
        assert elsewhere.get("/desk/me").url.path == "/desk/sign-in"
        assert minh.get("/desk/me").url.path == "/desk/me"

    def test_the_code_is_waited_for_five_minutes(self, minh: Browser, browse: Browse, world: World) -> None:
        secret, _ = switches_on(minh, world)
        browser = browse()
        browser.signs_in("minh", PASSWORD)
        form = browser.get("/desk/sign-in/code")
        assert form.url.path == "/desk/sign-in/code"
        world.clock.advance(minutes=5)
        late = browser.posts("/desk/sign-in/code", {"code": app_code(secret, world)}, form_on="/desk/sign-in")
        assert world.text("page.enter.told_too_late") in late.text

    def test_attempts_from_one_address_are_limited_over_both_steps(
        self, minh: Browser, browse: Browse, world: World
    ) -> None:
        browser = browse()
        statuses = [
            browser.posts("/desk/sign-in/code", {"code": str(n)}, form_on="/desk/sign-in").status_code
            for n in range(30)
        ]
        assert statuses[-1] == 429
        assert browser.signs_in("minh", PASSWORD).status_code == 429


class TestARoleThatDemandsIt:
    @pytest.fixture
    def browser(self, world: World, tmp_path: Path) -> Iterator[Browser]:
        app = create_app(world.desk, settings_in(tmp_path, second_factor_roles="officer, administrator"))
        with TestClient(app, base_url=ADDRESS) as client:
            client.headers["accept-language"] = "vi"
            yield Browser(client)

    def test_leads_to_setting_it_up_before_anything_else(self, browser: Browser, world: World) -> None:
        told = browser.signs_in("minh", PASSWORD)
        assert told.url.path == FACTOR
        assert world.text("page.factor.is_duty") in told.text
        assert browser.get("/desk/cases").url.path == FACTOR
        page = browser.posts(f"{FACTOR}/begin", {}, form_on=FACTOR).text
        secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
        assert secret is not None
        browser.posts(f"{FACTOR}/confirm", {"code": app_code(secret.group(1), world)}, form_on=FACTOR)
        assert browser.get("/desk/cases").url.path == "/desk/cases"

    def test_leaves_the_other_roles_alone(self, browser: Browser) -> None:
        browser.signs_in("hoa", PASSWORD)
        assert browser.get("/desk/search").url.path == "/desk/search"


class TestSessions:
    def test_an_officer_sees_where_they_are_signed_in_and_ends_what_is_not_theirs(
        self, minh: Browser, browse: Browse, world: World
    ) -> None:
        elsewhere = browse()
        elsewhere.client.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
        elsewhere.signs_in("minh", PASSWORD)
        page = minh.get("/desk/me").text
        assert "Firefox, Windows" in page
        assert page.count(world.text("page.sessions.this")) == 1
        ids = re.findall(r'name="session" value="([0-9a-f]+)"', page)
        ended = minh.posts("/desk/me/sessions/end", {"session": ids[1]}, form_on="/desk/me")
        assert world.text("page.me.done_session_ended") in ended.text
        assert elsewhere.get("/desk/me").url.path == "/desk/sign-in"
        out = minh.posts("/desk/me/sessions/end", {"session": ids[0]}, form_on="/desk/me")
        assert out.url.path == "/desk/sign-in"

    def test_no_session_of_another_officer_is_ended(self, minh: Browser, browse: Browse) -> None:
        hoa = browse()
        hoa.signs_in("hoa", PASSWORD)
        (foreign,) = re.findall(r'name="session" value="([0-9a-f]+)"', hoa.get("/desk/me").text)
        for session in (foreign, ""):
            minh.posts("/desk/me/sessions/end", {"session": session}, form_on="/desk/me")
        assert hoa.get("/desk/me").url.path == "/desk/me"

    def test_all_others_are_ended_at_once(self, minh: Browser, browse: Browse) -> None:
        others = [browse() for _ in range(2)]
        for other in others:
            other.signs_in("minh", PASSWORD)
        minh.posts("/desk/me/sessions/end-others", {}, form_on="/desk/me")
        assert [other.get("/desk/me").url.path for other in others] == ["/desk/sign-in"] * 2
        assert minh.get("/desk/me").url.path == "/desk/me"

    def test_signing_in_again_ends_the_session_that_the_browser_had(self, minh: Browser) -> None:
        token = minh.client.cookies["__Host-officer"]
        minh.signs_in("minh", PASSWORD)
        assert minh.client.cookies["__Host-officer"] != token
        minh.client.cookies.set("__Host-officer", token, domain="desk.example")
        assert minh.get("/desk/me").url.path == "/desk/sign-in"

    def test_work_keeps_a_session_and_what_a_tab_looks_up_by_itself_does_not(
        self, minh: Browser, browse: Browse, world: World
    ) -> None:
        idle = browse()
        idle.signs_in("minh", PASSWORD)
        for _ in range(3):
            world.clock.advance(minutes=50)
            assert minh.get("/desk/me").url.path == "/desk/me"
            idle.get("/desk/me", headers={"sec-fetch-dest": "empty"})
        assert idle.get("/desk/me").url.path == "/desk/sign-in"
        assert minh.get("/desk/me").url.path == "/desk/me"


class TestTheAccount:
    def test_duty_begins_and_ends(self, minh: Browser, world: World) -> None:
        off = minh.posts("/desk/me/duty", {"duty": "off"}, form_on="/desk/me")
        assert world.text("page.duty.off") in off.text
        assert not officer(world).on_duty
        assert world.text("page.duty.on") in minh.posts("/desk/me/duty", {"duty": "on"}, form_on="/desk/me").text

    @pytest.mark.parametrize(
        ("said", "browser"),
        [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 coc_coc_browser/140.0 Safari/537.36", "Cốc Cốc, Windows"),
            ("Mozilla/5.0 (Linux; Android 15; K) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1", "Safari, macOS"),
            ("curl/8.0", ""),
        ],
    )
    def test_a_browser_is_named_in_a_few_words(self, said: str, browser: str) -> None:
        assert browser_of(RequestFactory().get("/", headers={"user-agent": said})) == browser


class TestTheKey:
    def test_it_is_kept_beside_the_other_data_and_outlives_the_process(self, world: World, tmp_path: Path) -> None:
        create_app(world.desk, settings_in(tmp_path))
        file = tmp_path / "second_factor.key"
        first = file.read_text()
        assert file.stat().st_mode & 0o077 == 0
        create_app(world.desk, settings_in(tmp_path))
        assert file.read_text() == first
        Seal(first)

    def test_one_that_the_operator_sets_is_used_and_none_is_made(self, world: World, tmp_path: Path) -> None:
        create_app(world.desk, settings_in(tmp_path, second_factor_key=Seal.new_key()))
        assert not (tmp_path / "second_factor.key").exists()
