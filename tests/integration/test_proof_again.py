"""What could lock an officer out, or let somebody else in, is done only soon after a proof of who it is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pyotp
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from desk.people import service as people
from desk.people import sessions
from desk.people.model import Role
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, officer_named
from tests.desk_fixtures import World

Browse = Callable[[], Browser]
STALE = sessions.PROVED_FOR + dt.timedelta(seconds=1)
#: Every act of the console that wants a fresh proof: who may sign in as an officer, and with which rights.
FRESHLY = {
    "/desk/me/link-code",
    "/desk/me/second-factor/begin",
    "/desk/me/second-factor/confirm",
    "/desk/me/second-factor/recovery-codes",
    "/desk/me/sessions/end",
    "/desk/me/sessions/end-others",
    "/desk/people",
    "/desk/people/{username}/activate",
    "/desk/people/{username}/appoint",
    "/desk/people/{username}/identity",
    "/desk/people/{username}/link-code",
    "/desk/people/{username}/password",
    "/desk/people/{username}/second-factor",
}


@pytest.fixture
def quan(browse: Browse, world: World) -> Browser:
    """An administrator of the department who signed in a while ago."""
    with world.store.writing() as session:
        people.add_officer(
            session,
            username="quan",
            name="Vũ Hồng Quân",
            role=Role.ADMINISTRATOR,
            password=PASSWORD,
            by="operator",
            at=world.clock.now(),
        )
    browser = browse()
    browser.signs_in("quan", PASSWORD)
    world.clock.advance(seconds=STALE.total_seconds())
    return browser


def at_rest(browser: Browser) -> Browser:
    browser.client.follow_redirects = False
    return browser


def proves(browser: Browser, password: str = PASSWORD, code: str = "", way_back: str = "/desk/me") -> str:
    form = {"password": password, "code": code, "next": way_back}
    answer = browser.posts("/desk/again", form, form_on="/desk/again")
    return answer.headers.get("location", str(answer.status_code))


def test_the_acts_that_want_a_fresh_proof_are_these(app: Litestar) -> None:
    wanted = {
        route.path_format
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.opt.get("freshly")
    }
    assert wanted == FRESHLY


@pytest.mark.parametrize("path", sorted(FRESHLY))
def test_none_is_done_in_a_session_that_is_older(quan: Browser, path: str) -> None:
    address = path.replace("{username}", "minh")
    form = {"username": "moi", "name": "Người Mới", "new_role": "officer", "new_unit": "VN", "role": "officer"}
    answer = at_rest(quan).posts(address, form, form_on="/desk/me")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/again?next=/desk/me")
    proves(quan)
    after = quan.posts(address, form, form_on="/desk/me")
    assert not after.headers.get("location", "").startswith("/desk/again")


def test_after_the_proof_the_act_is_done_and_the_token_is_another(quan: Browser, browse: Browse) -> None:
    before = quan.client.cookies["__Host-officer"]
    assert proves(at_rest(quan), way_back="/desk/people/minh") == "/desk/people/minh"
    assert quan.client.cookies["__Host-officer"] != before
    done = quan.posts("/desk/people/minh/password", {}, form_on="/desk/people/minh")
    assert done.status_code == 200
    thief = browse()
    thief.client.cookies.set("__Host-officer", before, domain="desk.example")
    assert thief.get("/desk/me").url.path == "/desk/sign-in"


def test_a_wrong_password_counts_as_a_failed_sign_in(quan: Browser, browse: Browse) -> None:
    for _ in range(5):
        assert proves(at_rest(quan), password="wrong") == "409"
    assert proves(quan) == "409"
    assert browse().signs_in("quan", PASSWORD).status_code == 401


def test_who_has_a_second_factor_needs_it_too(browse: Browse, world: World) -> None:
    minh = browse()
    minh.signs_in("minh", PASSWORD)
    page = minh.posts("/desk/me/second-factor/begin", {}, form_on="/desk/me").text
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    app = pyotp.TOTP(found[1].replace(" ", ""))
    before = minh.client.cookies["__Host-officer"]
    minh.posts("/desk/me/second-factor/confirm", {"code": app.at(world.clock.now())}, form_on="/desk/me/second-factor")
    assert minh.client.cookies["__Host-officer"] != before
    world.clock.advance(seconds=STALE.total_seconds())
    assert 'name="code"' in minh.get("/desk/again").text
    at_rest(minh)
    assert proves(minh, code="") == "409"
    assert proves(minh, code=app.at(world.clock.now())) == "/desk/me"
    codes = minh.posts("/desk/me/second-factor/recovery-codes", {}, form_on="/desk/me")
    assert len(re.findall(r"<code>[a-z2-7-]{29}</code>", codes.text)) == 10


def test_the_way_back_is_the_page_of_the_form_and_never_elsewhere(quan: Browser) -> None:
    at_rest(quan)
    for referer, back in (
        ("https://desk.example/desk/people/minh?done=renamed", "/desk/people/minh"),
        ("https://evil.example/desk/people/minh", "/desk/people/minh"),
        ("https://evil.example/", "/desk/me"),
        ("//[", "/desk/me"),
        ("", "/desk/me"),
    ):
        quan.client.headers["referer"] = referer
        answer = quan.posts("/desk/me/link-code", {}, form_on="/desk/me")
        assert answer.headers["location"] == f"/desk/again?next={back}"
    assert proves(quan, way_back="https://evil.example/") == "/desk/me"


def test_a_session_is_twelve_hours_old_at_most_however_often_it_is_proved(quan: Browser, world: World) -> None:
    with world.store.reading() as session:
        officer = officer_named(session, "quan")
        (before,) = sessions.open_sessions(session, officer, world.clock.now())
    at_rest(quan)
    proves(quan)
    with world.store.reading() as session:
        (after,) = sessions.open_sessions(session, officer_named(session, "quan"), world.clock.now())
    assert after.expires_at == world.clock.now() + sessions.LASTS
    assert after.token_hash != before.token_hash
