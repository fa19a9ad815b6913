"""Signing in and an officer's account in a real browser: with a code, with the authority's account, with no script."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from bootstrap.assembly import SystemClock
from desk.people import service as people
from desk.people import sign_in
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.console_fixtures import officer_named
from tests.desk_fixtures import World
from tests.e2e.running_desk import free_port
from tests.oidc_providers import CLIENT, SECRET, real_provider

pytestmark = pytest.mark.browser

GIVEN, OWN = "given by somebody", "con trâu đi trước cái cày"
SIZES = pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])


@pytest.fixture
def world(world: World) -> World:
    # The provider's tokens are of the machine's time.
    return dataclasses.replace(world, desk=dataclasses.replace(world.desk, clock=SystemClock()))


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A console that knows the authority's sign-in, where minh has an account."""
    port = free_port()
    desk = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with (
        real_provider(tmp_path, {"sub": "s-minh", "preferred_username": "minh"}) as issuer,
        serving(desk, tmp_path, port, oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET) as address,
    ):
        yield address


def signs_in(person: Somebody, password: str) -> None:
    person.open("/desk/sign-in")
    person.page.get_by_label("Tên đăng nhập").fill("minh")
    person.page.get_by_label("Mật khẩu", exact=True).fill(password)
    person.page.get_by_role("button", name="Đăng nhập", exact=True).click()


def code(secret: str, world: World, steps: int = 0) -> str:
    return pyotp.TOTP(secret.replace(" ", "")).at(world.desk.now(), counter_offset=steps)


@SIZES
def test_a_first_password_a_second_factor_and_the_account(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with world.store.writing() as session:
        people.set_password(session, officer_named(session, "minh"), GIVEN, by="operator", at=world.desk.now())
    with somebody(browser, address, size, script=True) as minh:
        minh.open("/desk/cases")
        minh.checks_the_page("sign-in")
        signs_in(minh, "wrong")
        minh.checks_the_page("sign-in-refused")
        signs_in(minh, GIVEN)
        minh.checks_the_page("first-password")
        for new, again in (("minh 1234567", "minh 1234567"), (OWN, OWN)):
            minh.page.get_by_label("Mật khẩu mới", exact=True).fill(new)
            minh.page.get_by_label("Nhập lại mật khẩu mới").fill(again)
            minh.page.get_by_role("button", name="Lưu và tiếp tục").click()
            if new != OWN:
                minh.checks_the_page("first-password-refused")
        expect(minh.page.get_by_label("Nhập lại mật khẩu mới")).to_have_count(0)
        minh.open("/desk/me")
        minh.checks_the_page("account")
        secret = _sets_up(minh, world)
        minh.checks_the_page("account-two-factors")

        minh.page.get_by_role("link", name="Tắt xác thực hai bước").click()
        minh.checks_the_page("second-factor-off")
        minh.page.locator("form[action='/desk/sign-out'] button").click()
        minh.checks_the_page("signed-out")
        signs_in(minh, OWN)
        minh.page.get_by_label("Mã xác thực").fill("123")
        minh.page.get_by_role("button", name="Tiếp tục").click()
        minh.checks_the_page("code-refused")
        minh.page.get_by_label("Mã xác thực").fill(code(secret, world, 1))
        minh.page.get_by_role("button", name="Tiếp tục").click()
        expect(minh.page).to_have_url(f"{address}/desk/cases")
        minh.overlooks_refusals(401, 422)


def _sets_up(minh: Somebody, world: World) -> str:
    minh.page.get_by_role("link", name="Thiết lập").click()
    minh.checks_the_page("second-factor-begin")
    minh.page.get_by_role("button", name="Bắt đầu thiết lập").click()
    expect(minh.page.locator("img.qr")).to_have_js_property("complete", True)
    assert minh.page.locator("img.qr").evaluate("image => image.naturalWidth > 0")
    minh.checks_the_page("second-factor-set-up")
    secret = minh.page.locator("p.code code").inner_text()
    minh.page.get_by_label("Mã đang hiện trong ứng dụng").fill(code(secret, world))
    minh.page.get_by_role("button", name="Bật xác thực hai bước").click()
    minh.checks_the_page("recovery-codes")
    minh.open("/desk/me")
    return secret


@SIZES
def test_with_the_authoritys_account_and_out_of_it(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with somebody(browser, address, size, script=True) as minh:
        minh.open("/desk/me")
        minh.page.get_by_role("link", name="Đăng nhập bằng tài khoản của cơ quan").click()
        minh.page.get_by_role("button", name="s-minh").click()
        expect(minh.page).to_have_url(f"{address}/desk/me")
        minh.complaints.clear()  # the provider's own page asks for letters from elsewhere
        minh.checks_the_page("account-of-the-authority")
        minh.page.locator("form[action='/desk/sign-out'] button").click()
        minh.checks_the_page("signed-out-of-the-desk-only")
        minh.page.get_by_role("link", name="Đăng xuất cả tài khoản của cơ quan").click()
        expect(minh.page.get_by_role("button")).not_to_have_count(0)
        assert not minh.page.url.startswith(address)
        minh.complaints.clear()


def test_in_english_and_without_a_script(browser: Browser, address: str, world: World) -> None:
    with world.store.writing() as session:
        for _ in range(2):
            assert sign_in.with_password(session, "minh", PASSWORD, world.desk.now(), browser="Edge, Windows")
    with somebody(browser, address, PHONE, script=False) as minh:
        minh.open("/desk/sign-in")
        minh.page.get_by_role("button", name="English").click()
        minh.takes_a_picture("sign-in-en")
        minh.page.get_by_label("User name").fill("minh")
        minh.page.get_by_label("Password", exact=True).fill(PASSWORD)
        minh.page.get_by_role("button", name="Sign in", exact=True).click()
        minh.open("/desk/me")
        minh.takes_a_picture("account-en")
        minh.page.get_by_role("button", name="End duty").click()
        expect(minh.page.get_by_role("status")).to_have_text(world.text("page.me.done_duty", "en"))
        minh.page.get_by_role("button", name="End all other sessions").click()
        expect(minh.page.get_by_role("status")).to_have_text(world.text("page.me.done_sessions_ended", "en"))
        minh.page.get_by_label("Present password").fill("wrong")
        minh.page.get_by_label("New password", exact=True).fill(OWN)
        minh.page.get_by_label("New password again").fill(OWN)
        minh.page.get_by_role("button", name="Change password").click()
        minh.takes_a_picture("account-refused-en")
        minh.overlooks_refusals(409)
        secret = _sets_up_in_english(minh, world)
        assert secret


def _sets_up_in_english(minh: Somebody, world: World) -> str:
    minh.page.get_by_role("link", name="Set up").click()
    minh.page.get_by_role("button", name="Begin", exact=True).click()
    minh.takes_a_picture("second-factor-set-up-en")
    secret = minh.page.locator("p.code code").inner_text()
    minh.page.get_by_label("The code that the app shows now").fill(code(secret, world))
    minh.page.get_by_role("button", name="Switch the second factor on").click()
    minh.takes_a_picture("recovery-codes-en")
    return secret
