"""Signing in to the console with the authority's account, at a real provider, and at one that is hostile."""

from __future__ import annotations

import base64
import dataclasses
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from litestar.testing import TestClient

from bootstrap.assembly import SystemClock
from console.app import create_app
from console.web.identity_provider import IdentityProvider
from desk.people import service as people
from desk.people.model import OfficerIdentity
from tests.conftest import PASSWORD
from tests.console_fixtures import ADDRESS, Browser, settings_in
from tests.desk_fixtures import World
from tests.oidc_providers import CLIENT, SECRET, ToldProvider, real_provider, told_provider

Browse = Callable[[], Browser]
RETURN = "/desk/sign-in/authority/return"


def browsers_of(stack: ExitStack, world: World, folder: Path, issuer: str, **more: object) -> Browse:
    """Browsers at a console that knows this provider."""
    settings = settings_in(folder, oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET, **more)
    app = create_app(world.desk, settings)
    first = stack.enter_context(TestClient(app, base_url=ADDRESS))

    def another() -> Browser:
        client = TestClient(app, base_url=ADDRESS)
        client.blocking_portal = first.blocking_portal
        client.headers["accept-language"] = "vi"
        return Browser(client)

    return another


def goes_out(browser: Browser, way_back: str = "") -> str:
    """The address at the provider to which the browser is sent."""
    path = "/desk/sign-in/authority" + (f"?next={way_back}" if way_back else "")
    return browser.client.get(path, follow_redirects=False).headers["location"]


def told(world: World, answer: httpx.Response, name: str) -> bool:
    return answer.url.path == "/desk/sign-in" and world.text(f"page.enter.told_{name}") in answer.text


def forged(algorithm: str, claims: dict[str, object], key: bytes) -> str:
    """A token of these claims; joserfc would refuse to make one."""
    parts = [json.dumps(part).encode() for part in ({"alg": algorithm, "kid": "first"}, claims)]
    signed = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    signature = hmac.new(key, signed.encode(), "sha256").digest() if key else b""
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


class TestAtARealProvider:
    @pytest.fixture
    def world(self, world: World) -> World:
        # The provider's tokens are of the machine's time.
        return dataclasses.replace(world, desk=dataclasses.replace(world.desk, clock=SystemClock()))

    @pytest.fixture
    def browse(self, world: World, tmp_path: Path) -> Iterator[Browse]:
        accounts = (
            {"sub": "s-minh", "preferred_username": "minh", "name": "Minh"},
            {"sub": "s-an", "preferred_username": "an", "name": "An"},
        )
        with ExitStack() as stack:
            issuer = stack.enter_context(real_provider(tmp_path, *accounts))
            yield browsers_of(stack, world, tmp_path, issuer)

    def signs_in_there(self, address: str, **form: str) -> str:
        """What a person does at the provider; the path to which it sends the browser back."""
        answer = httpx.post(address, data=form, trust_env=False)
        back = urlsplit(answer.headers["location"])
        assert f"{back.scheme}://{back.netloc}" == ADDRESS
        return f"{back.path}?{back.query}"

    def test_an_officer_comes_in_goes_out_and_is_offered_to_leave_there_too(self, browse: Browse, world: World) -> None:
        browser = browse()
        assert world.text("page.enter.with_authority") in browser.get("/desk/sign-in").text
        back = self.signs_in_there(goes_out(browser, "/desk/search"), sub="s-minh")
        assert browser.get(back).url.path == "/desk/search"
        assert world.text("page.sessions.by_single_sign_on") in browser.get("/desk/me").text

        out = browser.posts("/desk/sign-out", {}, form_on="/desk/me")
        assert told(world, out, "out_authority")
        assert browser.get("/desk/cases").url.path == "/desk/sign-in"
        leave = browser.client.get("/desk/sign-in/authority/leave", follow_redirects=False).headers["location"]
        assert parse_qs(urlsplit(leave).query)["post_logout_redirect_uri"] == [f"{ADDRESS}/desk/sign-in"]
        assert httpx.get(leave, trust_env=False).status_code == 200

    def test_an_answer_serves_once_and_in_the_browser_that_asked(self, browse: Browse, world: World) -> None:
        browser = browse()
        back = self.signs_in_there(goes_out(browser), sub="s-minh")
        assert told(world, browse().get(back), "too_late")
        assert browser.get(back).url.path == "/desk/cases"
        assert told(world, browser.get(back), "too_late")

    def test_who_is_no_officer_here_is_not_let_in(self, browse: Browse, world: World) -> None:
        browser = browse()
        back = self.signs_in_there(goes_out(browser), sub="s-an")
        assert told(world, browser.get(back), "no_officer")
        assert browser.get("/desk/me").url.path == "/desk/sign-in"

    def test_who_declines_there_is_told(self, browse: Browse, world: World) -> None:
        browser = browse()
        assert told(world, browser.get(self.signs_in_there(goes_out(browser), action="deny")), "refused")


@pytest.mark.thorough
class TestAtOneThatIsHostile:
    @pytest.fixture
    def provider(self, world: World) -> Iterator[ToldProvider]:
        with told_provider(world.clock.now().timestamp()) as provider:
            yield provider

    @pytest.fixture
    def browse(self, world: World, provider: ToldProvider, tmp_path: Path) -> Iterator[Browse]:
        with ExitStack() as stack:
            yield browsers_of(stack, world, tmp_path, provider.issuer)

    def comes_back(self, browser: Browser, provider: ToldProvider, code: str = "code-1", **more: str) -> httpx.Response:
        query = provider.sees(goes_out(browser))
        return browser.get(RETURN, params={"code": code, "state": query["state"], **more})

    def test_the_way_out_asks_for_all_that_protects_it(self, browse: Browse, provider: ToldProvider) -> None:
        query = provider.sees(goes_out(browse()))
        assert query["code_challenge_method"] == "S256"
        assert query["response_type"] == "code"
        assert query["scope"].split()[0] == "openid"
        assert query["redirect_uri"] == ADDRESS + RETURN
        assert len({query["state"], query["nonce"], query["code_challenge"]}) == 3

    def test_with_nothing_changed_it_lets_in(self, browse: Browse, provider: ToldProvider) -> None:
        assert self.comes_back(browse(), provider, iss=provider.issuer).url.path == "/desk/cases"

    @pytest.mark.parametrize(
        "claims",
        [
            {"nonce": "of another sign-in"},
            {"nonce": None},
            {"aud": "another client"},
            {"aud": ["another client"]},
            {"aud": None},
            {"aud": [CLIENT, "another client"]},
            {"aud": [CLIENT, "another client"], "azp": "another client"},
            {"iss": "https://evil.example"},
            {"iss": None},
            {"sub": None},
            {"exp": None},
            {"exp": 1},
            {"at_hash": "of another token"},
        ],
        ids=str,
    )
    def test_a_token_that_is_not_for_this_sign_in_is_refused(
        self, browse: Browse, world: World, provider: ToldProvider, claims: dict[str, object]
    ) -> None:
        provider.claims = claims
        browser = browse()
        assert told(world, self.comes_back(browser, provider), "refused")
        assert browser.get("/desk/me").url.path == "/desk/sign-in"

    def test_an_expired_token_is_refused(self, browse: Browse, world: World, provider: ToldProvider) -> None:
        world.clock.advance(minutes=7)
        assert told(world, self.comes_back(browse(), provider), "refused")

    def test_a_token_that_somebody_else_signed_is_refused(
        self, browse: Browse, world: World, provider: ToldProvider
    ) -> None:
        provider.published = RSAKey.generate_key(2048, {"kid": "first"})
        assert told(world, self.comes_back(browse(), provider), "refused")

    def test_a_token_that_is_signed_with_our_secret_or_not_at_all_is_refused(
        self, browse: Browse, world: World, provider: ToldProvider
    ) -> None:
        for number, key in enumerate((SECRET.encode(), provider.key.as_pem(private=False))):
            for algorithm, signing in (("HS256", key), ("none", b"")):
                browser = browse()
                query, at = provider.sees(goes_out(browser)), int(provider.issued_at)
                claims = {"iss": provider.issuer, "aud": CLIENT, "sub": "s-minh", "preferred_username": "minh"}
                provider.token = forged(
                    algorithm, claims | {"nonce": query["nonce"], "iat": at, "exp": at + 300}, signing
                )
                given = {"code": f"{algorithm}-{number}", "state": query["state"]}
                assert told(world, browser.get(RETURN, params=given), "refused"), algorithm

    def test_new_keys_of_the_provider_are_read_after_a_while(
        self, browse: Browse, provider: ToldProvider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert self.comes_back(browse(), provider).url.path == "/desk/cases"
        provider.key = RSAKey.generate_key(2048, {"kid": "second"})
        monkeypatch.setattr("console.web.identity_provider._KEYS_AGAIN_AFTER", 0.0)
        assert self.comes_back(browse(), provider, code="code-2").url.path == "/desk/cases"

    def test_a_code_that_was_used_is_refused(self, browse: Browse, world: World, provider: ToldProvider) -> None:
        assert self.comes_back(browse(), provider).url.path == "/desk/cases"
        assert told(world, self.comes_back(browse(), provider), "refused")

    def test_a_code_of_another_way_out_is_refused(self, browse: Browse, world: World, provider: ToldProvider) -> None:
        mine = browse()
        query = provider.sees(goes_out(mine))
        provider.sees(goes_out(browse()))
        assert told(world, mine.get(RETURN, params={"code": "theirs", "state": query["state"]}), "refused")

    @pytest.mark.parametrize("state", ["", "made up"])
    def test_a_state_that_is_not_ours_is_refused(
        self, browse: Browse, world: World, provider: ToldProvider, state: str
    ) -> None:
        browser = browse()
        provider.sees(goes_out(browser))
        assert told(world, browser.get(RETURN, params={"code": "code-1", "state": state}), "too_late")

    def test_an_answer_of_another_issuer_is_refused(self, browse: Browse, world: World, provider: ToldProvider) -> None:
        assert told(world, self.comes_back(browse(), provider, iss="https://evil.example"), "refused")

    @pytest.mark.parametrize("when", ["going out", "coming back"])
    def test_one_that_is_away_is_a_sentence_and_the_password_still_works(
        self, browse: Browse, world: World, provider: ToldProvider, when: str
    ) -> None:
        browser = browse()
        if when == "going out":
            provider.fails = True
            answer = browser.get("/desk/sign-in/authority")
        else:
            query = provider.sees(goes_out(browser))
            provider.fails = True
            answer = browser.get(RETURN, params={"code": "code-1", "state": query["state"]})
        assert told(world, answer, "away")
        assert browser.signs_in("minh", PASSWORD).url.path == "/desk/cases"

    def test_one_that_calls_itself_otherwise_is_not_used(
        self, browse: Browse, world: World, provider: ToldProvider
    ) -> None:
        provider.described = {"issuer": "https://evil.example"}
        assert told(world, browse().get("/desk/sign-in/authority"), "away")

    @pytest.mark.parametrize(
        ("name", "address"),
        [
            ("token_endpoint", "http://id.example.vn/token"),
            ("jwks_uri", "http://169.254.169.254/latest/meta-data"),
            ("jwks_uri", "file:///etc/passwd"),
            ("jwks_uri", "http://10.0.0.5:8080/keys"),
            ("userinfo_endpoint", "gopher://127.0.0.1:6379/_FLUSHALL"),
            ("authorization_endpoint", "javascript:alert(1)"),
            ("end_session_endpoint", "http://evil.example/"),
            ("token_endpoint", "https://user:password@id.example.vn/token"),
            ("jwks_uri", "https:///keys"),
            ("jwks_uri", "//evil.example/keys"),
        ],
    )
    def test_no_address_is_called_that_it_names_without_tls(
        self, browse: Browse, world: World, provider: ToldProvider, name: str, address: str
    ) -> None:
        provider.described = {name: address}
        assert told(world, browse().get("/desk/sign-in/authority"), "away")

    def test_a_provider_on_the_network_cannot_send_the_desk_to_itself(self, tmp_path: Path) -> None:
        settings = settings_in(tmp_path, oidc_issuer="https://id.example.vn", oidc_client_id=CLIENT)
        there = IdentityProvider(settings, ADDRESS + RETURN)
        for address in ("https://127.0.0.1:5005/status", "https://localhost/", "https://[::1]/", "http://127.0.0.1/"):
            assert not there._may_be_called(address)
        assert there._may_be_called("https://login.example.vn/token")

    def test_an_answer_that_leads_elsewhere_is_none(
        self, browse: Browse, world: World, provider: ToldProvider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(provider, "answer", lambda *_: (302, {}))
        assert told(world, browse().get("/desk/sign-in/authority"), "away")

    @pytest.mark.parametrize(
        ("since", "is_asked"), [(0, False), (14, False), (16, True), (11 * 60, True), (None, True)]
    )
    def test_how_fresh_the_proof_is_the_provider_says(
        self, browse: Browse, world: World, provider: ToldProvider, since: int | None, is_asked: bool
    ) -> None:
        now = world.clock.now().timestamp()
        provider.claims = {"auth_time": int(now) - 60 * since if since is not None else None}
        browser = browse()
        assert self.comes_back(browser, provider).url.path == "/desk/cases"
        answer = browser.posts("/desk/me/link-code", {}, form_on="/desk/me")
        assert (answer.url.path == "/desk/again") is is_asked

    def test_a_proof_that_is_older_than_a_session_lets_nobody_in(
        self, browse: Browse, world: World, provider: ToldProvider
    ) -> None:
        provider.claims = {"auth_time": int(world.clock.now().timestamp()) - 12 * 3600 - 120}
        assert told(world, self.comes_back(browse(), provider), "refused")

    def test_it_is_asked_how_old_the_proof_is_and_to_ask_again_where_that_is_wanted(
        self, browse: Browse, provider: ToldProvider
    ) -> None:
        browser = browse()
        assert provider.sees(goes_out(browser))["max_age"] == str(12 * 3600)
        assert "prompt" not in provider.sees(goes_out(browser))
        again = browser.client.get("/desk/sign-in/authority?again=1&next=/desk/me", follow_redirects=False)
        assert provider.sees(again.headers["location"])["prompt"] == "login"

    def test_what_only_the_page_about_the_person_tells_is_taken_of_the_same_person(
        self, browse: Browse, world: World, provider: ToldProvider
    ) -> None:
        provider.claims = {"preferred_username": None}
        provider.told_apart = {"sub": "s-other", "preferred_username": "minh"}
        assert told(world, self.comes_back(browse(), provider), "no_officer")
        provider.told_apart = {"sub": "s-minh", "preferred_username": "minh"}
        assert self.comes_back(browse(), provider, code="code-2").url.path == "/desk/cases"


class TestAsTheOperatorSetsIt:
    @pytest.fixture
    def provider(self, world: World) -> Iterator[ToldProvider]:
        with told_provider(world.clock.now().timestamp()) as provider:
            yield provider

    def comes_in(self, world: World, provider: ToldProvider, folder: Path, **settings: object) -> str:
        """The path at which minh ends up."""
        with ExitStack() as stack:
            browser = browsers_of(stack, world, folder, provider.issuer, **settings)()
            query = provider.sees(goes_out(browser))
            return browser.get(RETURN, params={"code": query["state"], "state": query["state"]}).url.path

    def test_an_address_that_nobody_checked_names_nobody(
        self, world: World, provider: ToldProvider, tmp_path: Path
    ) -> None:
        provider.claims = {"email": "minh", "email_verified": False}
        assert self.comes_in(world, provider, tmp_path, oidc_claim="email") == "/desk/sign-in"
        provider.claims = {"email": "minh", "email_verified": True}
        assert self.comes_in(world, provider, tmp_path, oidc_claim="email") == "/desk/cases"

    def test_nor_does_one_that_is_told_apart_from_the_token(
        self, world: World, provider: ToldProvider, tmp_path: Path
    ) -> None:
        provider.told_apart = {"sub": "s-minh", "email": "minh", "email_verified": False}
        assert self.comes_in(world, provider, tmp_path, oidc_claim="email") == "/desk/sign-in"
        provider.told_apart = {"sub": "s-minh", "email": "minh", "email_verified": True}
        assert self.comes_in(world, provider, tmp_path, oidc_claim="email") == "/desk/cases"

    def test_a_demanded_second_factor_may_be_the_authoritys(
        self, world: World, provider: ToldProvider, tmp_path: Path
    ) -> None:
        demanded = {"second_factor_roles": "officer"}
        assert self.comes_in(world, provider, tmp_path, **demanded) == "/desk/me/second-factor"
        provider.claims = {"amr": ["pwd", "otp"]}
        assert self.comes_in(world, provider, tmp_path, **demanded) == "/desk/cases"
        assert self.comes_in(world, provider, tmp_path, **demanded, oidc_second_factor="desk") == (
            "/desk/me/second-factor"
        )
        provider.claims = {}
        assert self.comes_in(world, provider, tmp_path, **demanded, oidc_second_factor="provider") == "/desk/cases"

    def test_a_password_that_somebody_else_set_is_no_matter_of_this_way_in(
        self, world: World, provider: ToldProvider, tmp_path: Path
    ) -> None:
        with world.store.writing() as session:
            minh = people.by_username(session, "minh")
            assert minh is not None
            people.set_password(session, minh, PASSWORD, by="operator", at=world.clock.now())
        assert self.comes_in(world, provider, tmp_path) == "/desk/cases"
        with world.store.reading() as session:
            assert session.get_one(OfficerIdentity, minh.id).subject == "s-minh"


def test_without_a_provider_there_is_no_such_button_and_no_such_way(browse: Browse, world: World) -> None:
    assert world.text("page.enter.with_authority") not in browse().get("/desk/sign-in").text
    assert told(world, browse().get("/desk/sign-in/authority"), "refused")
    assert told(world, browse().get(RETURN, params={"code": "a", "state": "b"}), "refused")
    assert browse().get("/desk/sign-in/authority/leave").url.path == "/desk/sign-in"
