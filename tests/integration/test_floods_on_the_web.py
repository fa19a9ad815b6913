"""What is too much on the web: 429 with when to go on, in a person's language, and nothing taken from the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from bootstrap.settings import Settings
from console.app import create_app
from console.web import limiting
from console.web.limiting import SESSIONS, VOUCHED_FOR, Limiting
from desk.conversations.model import InboxUpdate
from desk.desk import Desk
from desk.floods import listing, network, noting
from desk.people import sign_in
from tests.conftest import PASSWORD
from tests.console_fixtures import ADDRESS, Browser, officer_named, settings_in
from tests.desk_fixtures import World

Browse = Callable[[], Browser]
Lent = Callable[[Desk, Settings], Litestar]
CHAT, REQUESTS, MESSAGES, ATTEMPTS = 4, 60, 20, 5


@pytest.fixture
def app(lent_app: Lent, world: World, tmp_path: Path) -> Litestar:
    """A console whose limits are soon reached."""
    limits = replace(world.desk.rules.limits, chat=CHAT, requests=REQUESTS, address=MESSAGES, attempts=ATTEMPTS)
    desk = replace(world.desk, rules=replace(world.desk.rules, limits=limits))
    return lent_app(desk, settings_in(tmp_path))


@pytest.fixture
def client(app: Litestar, browse: Browse) -> TestClient[Litestar]:
    return browse().client


def desk_of(app: Litestar) -> Desk:
    desk: Desk = app.state.site.desk
    return desk


def says(client: TestClient[Litestar], words: str = "xin chào", **more: Any) -> httpx.Response:
    headers = more.pop("headers", {})
    return client.post("/api/chat/messages", content=json.dumps({"text": words, "lang": "vi", **more}), headers=headers)


def in_a_chat(client: TestClient[Litestar], how_many: int, **more: Any) -> list[httpx.Response]:
    """So many messages of one visitor."""
    first = says(client, **more)
    return [first, *(says(client, conversation=first.json()["conversation"], **more) for _ in range(how_many - 1))]


def refused(app: Litestar) -> dict[tuple[str, str], int]:
    desk = desk_of(app)
    noting.note(desk)
    with desk.store.reading() as session:
        return {(row.channel, row.by_limit): row.counted for row in listing.listed(session, limit=100)}


def stored(app: Litestar) -> int:
    with desk_of(app).store.reading() as session:
        return session.scalar(select(func.count(InboxUpdate.id))) or 0


@pytest.fixture
def from_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests come from the address that they name, as if the server had seen it."""
    monkeypatch.setattr(limiting, "source_of", lambda request: network.source_of(request.headers["x-from"]))


class TestOneVisitor:
    @pytest.mark.parametrize("language", ["vi", "en"])
    def test_above_the_limit_the_program_is_told_when_to_go_on(
        self, app: Litestar, client: TestClient[Litestar], language: Any
    ) -> None:
        answers = in_a_chat(client, CHAT + 2, headers={"accept-language": language})
        assert [answer.status_code for answer in answers] == [200] * CHAT + [429] * 2
        assert answers[-1].headers["retry-after"] == "60"
        said = desk_of(app).texts.say("page.chat.too_many.chat", language, seconds=60)
        assert answers[-1].json() == {"error": said}
        assert stored(app) == CHAT
        assert refused(app) == {("web", "chat"): 2}

    def test_another_visitor_at_the_same_address_is_answered(self, client: TestClient[Litestar]) -> None:
        in_a_chat(client, CHAT + 2)
        assert says(client).status_code == 200

    def test_after_the_minute_all_is_taken_again(self, world: World, client: TestClient[Litestar]) -> None:
        last = in_a_chat(client, CHAT + 2)[0].json()["conversation"]
        world.clock.advance(seconds=60)
        assert says(client, conversation=last).status_code == 200

    def test_on_the_page_what_was_typed_is_still_there(self, app: Litestar, browse: Browse) -> None:
        lan = browse()
        for _ in range(CHAT):
            assert lan.asks("xin chào").status_code == 200
        answer = lan.asks("Thuế nhập khẩu cà phê là bao nhiêu?")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
        assert desk_of(app).texts.say("page.chat.too_many.chat", "vi", seconds=60) in answer.text
        assert "Thuế nhập khẩu cà phê là bao nhiêu?</textarea>" in answer.text

    def test_the_script_of_the_page_is_told_too(self, app: Litestar, browse: Browse) -> None:
        lan = browse()
        for _ in range(CHAT):
            lan.asks("xin chào")
        lan.client.headers["accept"] = "application/json"
        answer = lan.asks("còn nữa")
        assert answer.status_code == 429
        assert answer.json()["error"] == desk_of(app).texts.say("page.chat.too_many.chat", "vi", seconds=60)

    def test_files_count_as_the_messages_that_they_come_with(self, client: TestClient[Litestar]) -> None:
        conversation = in_a_chat(client, CHAT)[0].json()["conversation"]
        sent = client.post(
            "/api/chat/files", data={"conversation": conversation, "text": "ảnh"}, files={"f": ("a.pdf", b"%PDF-1.4")}
        )
        assert sent.status_code == 429


class TestOneAddress:
    def test_above_its_limit_of_messages_new_visitors_are_refused_too(
        self, app: Litestar, client: TestClient[Litestar]
    ) -> None:
        answers = [says(client) for _ in range(MESSAGES + 3)]
        assert [answer.status_code for answer in answers] == [200] * MESSAGES + [429] * 3
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert answers[-1].json() == {"error": desk_of(app).texts.say("page.error.too_many", "vi")}
        assert client.get("/chat").status_code == 200
        assert refused(app) == {("web", "address"): 3}

    def test_whoever_opens_page_after_page_is_refused_with_a_page(
        self, app: Litestar, client: TestClient[Litestar]
    ) -> None:
        answers = [client.get("/sign-in") for _ in range(REQUESTS + 2)]
        assert {answer.status_code for answer in answers[:REQUESTS]} == {200}
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert desk_of(app).texts.say("page.error.too_many", "vi") in answers[-1].text
        assert client.get("/chat", headers={"accept-language": "en"}).text.count(
            desk_of(app).texts.say("page.error.too_many", "en")
        )
        assert refused(app) == {("web", "requests"): 3}

    def test_addresses_that_lead_nowhere_count_as_well(self, client: TestClient[Litestar]) -> None:
        answers = [client.get(f"/nowhere/{n}").status_code for n in range(REQUESTS + 1)]
        assert answers == [404] * REQUESTS + [429]

    def test_an_address_that_a_stranger_writes_into_a_header_makes_no_difference(
        self, client: TestClient[Litestar]
    ) -> None:
        answers = [
            says(client, headers={"X-Forwarded-For": f"198.51.100.{n}", "X-Real-IP": f"198.51.100.{n}"})
            for n in range(MESSAGES + 1)
        ]
        assert answers[-1].status_code == 429

    def test_another_address_goes_on(self, client: TestClient[Litestar], from_addresses: None) -> None:
        for _ in range(MESSAGES + 1):
            refused = says(client, headers={"x-from": "203.0.113.6"})
        assert refused.status_code == 429
        assert says(client, headers={"x-from": "203.0.113.7"}).status_code == 200

    def test_a_household_of_ipv6_is_one_address_and_only_a_masked_one_is_kept(
        self, app: Litestar, client: TestClient[Litestar], from_addresses: None
    ) -> None:
        for n in range(MESSAGES + 1):
            status = says(client, headers={"x-from": f"2001:db8:5:6::{n:x}"}).status_code
        assert status == 429
        noting.note(desk_of(app))
        with desk_of(app).store.reading() as session:
            assert [row.source for row in listing.listed(session, limit=9)] == ["2001:db8:5::/48"]

    def test_while_the_store_is_away_the_limit_is_the_one_that_ships(self, desk: Desk) -> None:
        class Away:
            observer = desk.store.observer

            def reading(self) -> Any:
                raise OperationalError("SELECT", {}, Exception("away"))

        away = replace(desk, store=Away())  # type: ignore[arg-type]
        assert Limiting(away)._of_an_address() == desk.rules.limits.address


class TestOfficers:
    def test_a_flood_from_their_office_does_not_cut_them_off(self, browse: Browse) -> None:
        minh, stranger = browse(), browse()
        assert minh.signs_in("minh", PASSWORD).status_code == 200
        for _ in range(REQUESTS + 5):
            last = stranger.get("/chat").status_code
        assert last == 429
        assert minh.get("/desk/cases").status_code == 200

    def test_a_session_that_was_never_valid_is_a_strangers(self, client: TestClient[Litestar]) -> None:
        statuses = []
        for n in range(REQUESTS + 1):
            client.cookies.set("__Host-officer", f"made-up-{n}")
            statuses.append(client.get("/desk/cases", follow_redirects=False).status_code)
        assert statuses == [302] * REQUESTS + [429]

    def test_their_own_requests_have_a_limit_too(self, lent_app: Lent, world: World, tmp_path: Path) -> None:
        limits = replace(world.desk.rules.limits, staff_requests=20)
        app = lent_app(replace(world.desk, rules=replace(world.desk.rules, limits=limits)), settings_in(tmp_path))
        with TestClient(app, base_url=ADDRESS) as client:
            minh = Browser(client)
            minh.signs_in("minh", PASSWORD)
            statuses = [minh.get("/desk/me").status_code for _ in range(25)]
            assert statuses[-1] == 429
            assert minh.client.get("/chat").status_code == 429
        assert set(refused(app)) == {("staff", "staff_requests"), ("web", "staff_requests")}

    async def test_a_session_is_taken_for_valid_no_longer_than_some_minutes(self, desk: Desk) -> None:
        moments = [0.0]
        held = Limiting(desk, lambda: moments[0])
        held.vouch("token")
        assert held._session("token") is not None
        moments[0] = VOUCHED_FOR
        assert held._session("token") is None

    def test_only_so_many_sessions_are_remembered(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        assert SESSIONS > 1000
        monkeypatch.setattr(limiting, "SESSIONS", 3)
        held = Limiting(desk)
        for n in range(10):
            held.vouch(f"token {n}")
        assert [held._session(f"token {n}") is not None for n in range(10)] == [False] * 7 + [True] * 3


class TestSigningIn:
    def test_an_address_may_try_so_often_in_a_minute(self, app: Litestar, browse: Browse) -> None:
        stranger = browse()
        statuses = [stranger.signs_in(f"officer{n}", "wrong").status_code for n in range(ATTEMPTS + 2)]
        assert statuses == [401] * ATTEMPTS + [429] * 2
        assert refused(app) == {("staff", "attempts"): 2}

    def test_a_stranger_does_not_lock_an_officer_out_of_their_own_browser(
        self, lent_app: Lent, world: World, tmp_path: Path
    ) -> None:
        app = lent_app(world.desk, settings_in(tmp_path))
        with TestClient(app, base_url=ADDRESS) as first:
            second = TestClient(app, base_url=ADDRESS)
            second.blocking_portal = first.blocking_portal
            minh, stranger = Browser(first), Browser(second)
            minh.signs_in("minh", PASSWORD)
            minh.posts("/desk/sign-out", {}, form_on="/desk/me")
            for _ in range(6):
                stranger.signs_in("minh", "wrong")
            assert stranger.signs_in("minh", PASSWORD).status_code == 401
            assert minh.signs_in("minh", PASSWORD).status_code == 200
            with world.store.reading() as session:
                assert officer_named(session, "minh").locked_until is not None
            assert stranger.signs_in("minh", PASSWORD).status_code == 401

    def test_the_cookie_of_a_known_browser_signs_nobody_in(self, browse: Browse, world: World) -> None:
        minh = browse()
        minh.signs_in("minh", PASSWORD)
        known = minh.client.cookies.get("__Host-known")
        assert known
        stranger = browse()
        stranger.client.cookies.set("__Host-known", known)
        assert stranger.get("/desk/cases").url.path == "/desk/sign-in"
        with world.store.writing() as session:
            assert sign_in.with_password(session, "minh", "wrong", world.clock.now(), known=known) is None


def test_what_was_refused_is_noted_while_the_console_runs(world: World, tmp_path: Path) -> None:
    limits = replace(world.desk.rules.limits, requests=1)
    desk = replace(world.desk, rules=replace(world.desk.rules, limits=limits))
    with TestClient(create_app(desk, settings_in(tmp_path)), base_url=ADDRESS) as client:
        assert [client.get("/sign-in").status_code for _ in range(3)] == [200, 429, 429]
    noting.note(desk)
    with desk.store.reading() as session:
        assert [row.counted for row in listing.listed(session, limit=9)] == [2]
