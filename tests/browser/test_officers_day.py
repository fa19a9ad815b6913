"""The officer's day in a real browser: the inbox by keyboard, a case with all that is beside it, and fresh pages."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from sqlalchemy import select

from desk.cases import service as cases
from desk.cases.model import Case, EntryKind
from desk.cases.officers import desk as officer_desk
from desk.conversations import service as conversations
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.desk_fixtures import UNSURE, World
from tests.e2e.running_desk import free_port
from tests.small_tree import add_people, add_units, officer, unit

pytestmark = pytest.mark.browser

WIDE: ViewportSize = {"width": 1600, "height": 1000}
QUESTIONS = (
    "Tờ khai nhập khẩu của tôi bị treo từ hôm qua, phải làm gì?",
    "Hàng hoa lan tươi đang nằm ở cảng, xin hướng dẫn hồ sơ kiểm dịch",
    "Doanh nghiệp cần sửa tên hàng trên tờ khai đã thông quan",
)
#: So many pages are open at once in one browser, which has six connections for a host.
TABS = 12


@pytest.fixture
def desk_with_cases(world: World) -> World:
    """Three cases that wait in an office, of one person."""
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
    world.search.finds("channels", "fee_rates", "dossier_import", confidence=UNSURE)
    lan = world.chatter("300")
    for question in QUESTIONS:
        lan.writes(question)
        if any(button.act == "new_question" for said in lan.read()[-1:] for button in said.buttons):
            lan.taps("new_question")
        lan.taps("ask_officer")
        lan.taps("send_as_is")
    with world.store.writing() as session:
        for number, case in enumerate(session.scalars(select(Case).order_by(Case.id))):
            case.unit, case.topic = unit(session, "CATLAI"), "declaration"
            case.enterprise_name, case.tax_code, case.contact = "Công ty TNHH Hoa Lan", "0312345678", "lan@example.vn"
            case.due_at = world.clock.now().replace(hour=(number * 3) % 24)
            case.at_risk_at = min(case.at_risk_at, case.due_at)
    return world


@pytest.fixture
def address(desk_with_cases: World, tmp_path: Path) -> Iterator[str]:
    port = free_port()
    desk = dataclasses.replace(desk_with_cases.desk, web_address=f"http://127.0.0.1:{port}")
    with serving(desk, tmp_path, port) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, SCREEN, WIDE], ids=["phone", "screen", "wide"])
def test_an_officer_works_through_the_inbox(
    browser: Browser, address: str, desk_with_cases: World, size: ViewportSize
) -> None:
    world = desk_with_cases
    with somebody(browser, address, size, script=True) as thu:
        signs_in(thu, "thu")
        expect(thu.page.locator(".case-list li")).to_have_count(3)
        thu.checks_the_page("inbox")
        thu.page.get_by_text("Bộ lọc").click()
        thu.page.get_by_label("Chủ đề").select_option("declaration")
        thu.page.get_by_role("button", name="Lọc", exact=True).click()
        expect(thu.page.locator(".case-list li")).to_have_count(3)
        thu.checks_the_page("inbox-filtered")
        thu.open("/desk/cases?q=hoa lan kiem dich")
        expect(thu.page.locator(".case-list li")).to_have_count(1)
        thu.open("/desk/cases?view=resolved")
        thu.checks_the_page("inbox-empty")
        thu.open("/desk/cases?view=waiting")
        thu.page.locator(".case-list a").first.click()
        thu.checks_the_page("day-waiting")
        thu.page.get_by_role("button", name="Nhận xử lý").click()
        expect(thu.page.get_by_role("status")).to_have_text(world.text("page.desk.done_claimed"))
        expect(thu.page.get_by_role("link", name="Mở hồ sơ tiếp theo đang chờ")).to_be_visible()
        thu.checks_the_page("day-claimed")
        thu.page.get_by_label("Nội dung trả lời").fill("Anh chị nộp tờ khai bổ sung.")
        thu.page.get_by_role("button", name="Gửi trả lời").click()
        thu.checks_the_page("day-answered")
        thu.page.get_by_role("button", name="Kết thúc hồ sơ").click()
        thu.checks_the_page("day-resolved")
        thu.page.get_by_role("link", name="Mở hồ sơ tiếp theo đang chờ").click()
        expect(thu.page.get_by_role("button", name="Nhận xử lý")).to_be_visible()
        thu.page.get_by_role("link", name="Về danh sách hồ sơ").click()
        expect(thu.page.locator(".case-list li")).to_have_count(2)


def test_the_same_in_english_and_without_a_script(browser: Browser, address: str) -> None:
    with somebody(browser, address, SCREEN, script=False) as thu:
        signs_in(thu, "thu")
        thu.page.get_by_role("button", name="English").click()
        thu.page.get_by_role("link", name="Waiting 3").click()
        thu.takes_a_picture("inbox-english")
        thu.page.get_by_role("button", name="Claim case").first.click()
        expect(thu.page.get_by_role("status")).to_have_text("You have claimed this case.")
        thu.page.get_by_label("Your reply").fill("Chào anh chị.")
        thu.takes_a_picture("day-english")
        thu.page.get_by_role("button", name="Send the reply").click()
        thu.page.get_by_role("button", name="Resolve").click()
        expect(thu.page.get_by_role("link", name="Open the next waiting case")).to_be_visible()
        expect(thu.page.get_by_role("button", name="Shortcuts")).to_be_hidden()


def test_the_inbox_and_a_case_are_worked_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    with somebody(browser, address, SCREEN, script=True) as thu:
        signs_in(thu, "thu")
        expect(thu.page.get_by_role("heading", level=1)).to_have_text("Hồ sơ")
        thu.page.wait_for_load_state("load")  # the keys are those of a script
        keyboard = thu.page.keyboard
        keyboard.press("j")
        keyboard.press("j")
        keyboard.press("k")
        keyboard.press("j")
        chosen = thu.page.evaluate("document.activeElement.textContent")
        keyboard.press("Enter")
        expect(thu.page.get_by_role("heading", level=1)).to_contain_text(chosen)
        keyboard.press("c")
        expect(thu.page.get_by_role("button", name="Gửi trả lời")).to_be_visible()
        keyboard.press("r")
        keyboard.type("jck? Chào anh chị.")
        expect(thu.page.get_by_label("Nội dung trả lời")).to_have_value("jck? Chào anh chị.")
        keyboard.press("Control+Enter")
        expect(thu.page.locator(".entry.replied")).to_contain_text("jck? Chào anh chị.")
        keyboard.press("?")
        dialog = thu.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        thu.checks_the_page("keys")
        dialog.get_by_label("Dùng phím tắt một phím").uncheck()
        dialog.get_by_role("button", name="Đóng").click()
        keyboard.press("?")
        expect(dialog).to_be_hidden()
        thu.page.get_by_role("link", name="Về danh sách").click()
        keyboard.press("/")
        expect(thu.page.get_by_label("Tìm theo số hồ sơ")).not_to_be_focused()


def test_what_happens_elsewhere_appears_by_itself_and_takes_nothing_from_who_writes(
    browser: Browser, address: str, desk_with_cases: World
) -> None:
    world = desk_with_cases
    with somebody(browser, address, SCREEN, script=True) as thu:
        signs_in(thu, "thu")
        thu.open("/desk/cases/2026-00001")
        thu.page.get_by_role("button", name="Nhận xử lý").click()
        thu.page.get_by_label("Nội dung trả lời").fill("Đang viết dở")
        adds_a_word(world, 1, "Hàng về ngày mai.")
        expect(thu.page.get_by_role("log")).to_contain_text("Hàng về ngày mai.", timeout=6_000)
        expect(thu.page.locator(".entry.person_wrote")).to_have_count(1)
        expect(thu.page.get_by_label("Nội dung trả lời")).to_have_value("Đang viết dở")
        thu.page.locator(".entry .words").first.select_text()
        adds_a_word(world, 1, "Xin trả lời sớm.")
        line = thu.page.locator(".something-new")
        expect(line).to_contain_text("Có nội dung mới.", timeout=6_000)
        expect(thu.page.get_by_role("log")).not_to_contain_text("Xin trả lời sớm.")
        thu.takes_a_picture("something-new")
        line.get_by_role("button").click()
        expect(thu.page.get_by_role("log")).to_contain_text("Xin trả lời sớm.")
        expect(thu.page.locator(".entry.person_wrote")).to_have_count(2)
        expect(thu.page.get_by_label("Nội dung trả lời")).to_have_value("Đang viết dở")


def test_whoever_is_signed_out_is_told_and_keeps_what_they_wrote(browser: Browser, address: str) -> None:
    with somebody(browser, address, SCREEN, script=True) as thu:
        signs_in(thu, "thu")
        thu.open("/desk/cases/2026-00001")
        thu.page.get_by_role("button", name="Nhận xử lý").click()
        thu.page.get_by_label("Nội dung trả lời").fill("Đang viết dở")
        thu.page.context.clear_cookies()
        expect(thu.page.get_by_role("alert")).to_contain_text("Phiên làm việc của bạn đã kết thúc", timeout=6_000)
        expect(thu.page.get_by_label("Nội dung trả lời")).to_have_value("Đang viết dở")


def test_twelve_pages_of_one_browser_show_a_reply_within_five_seconds(
    browser: Browser, address: str, desk_with_cases: World, tmp_path: Path
) -> None:
    """Half of the pages come from another process of the console over the same store."""
    world, port = desk_with_cases, free_port()
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "console.secret").write_text((tmp_path / "console.secret").read_text())
    other = dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}")
    with (
        serving(other, tmp_path / "second", port) as second,
        somebody(browser, address, SCREEN, script=True) as thu,
    ):
        signs_in(thu, "thu")
        pages = [thu.page.context.new_page() for _ in range(TABS)]
        for number, page in enumerate(pages):
            page.goto(f"{second if number % 2 else address}/desk/cases/2026-00001")
        with world.store.writing() as session:
            case, nam = session.get_one(Case, 1), officer(session, "nam")
            officer_desk.claim(world.desk, session, case, nam)
            officer_desk.reply(world.desk, session, case, nam, "Câu trả lời cho mười hai trang")
        began = time.monotonic()
        thu.open("/desk/cases/2026-00002")
        assert time.monotonic() - began < 3, "another page had to wait for the open ones"
        for page in pages:
            left = max(1, 5_000 - (time.monotonic() - began) * 1000)
            expect(page.get_by_role("log")).to_contain_text("Câu trả lời cho mười hai trang", timeout=left)
            assert page.locator(".entry.replied").count() == 1
        for page in pages:
            page.close()


def signs_in(person: Somebody, username: str) -> None:
    person.open("/desk/")
    person.page.get_by_label("Tên đăng nhập").fill(username)
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    person.page.get_by_role("button", name="Đăng nhập").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text(re.compile("Hồ sơ|Cases"))


def adds_a_word(world: World, case_id: int, text: str) -> None:
    """The person writes in the case, as from any door."""
    with world.store.writing() as session:
        case = session.get_one(Case, case_id)
        message = conversations.person_said(session, case.conversation, text, None, world.clock.now())
        cases.person_wrote(session, case, message, world.clock.now())
        assert case.entries[-1].kind == EntryKind.PERSON_WROTE
