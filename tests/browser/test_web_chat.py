"""What an enterprise does on the web, in a real browser: on a phone and on a screen, with and without a script."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from sqlalchemy import select

from clock.due import send_news
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.conversations.model import Person
from desk.guidance import service as guidance
from desk.letters import service as letters
from desk.ratings.model import Rating
from post.smtp import SmtpPost
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.console_fixtures import officer_named, officer_replies, only_case
from tests.desk_fixtures import World, a_record
from tests.e2e.running_desk import free_port
from tests.enterprise_fixtures import NAMES, A, on_record
from tests.file_fixtures import PDF, PNG
from tests.smtp_server import MailServer, running_mail_server

pytestmark = pytest.mark.browser

QUESTION = "Hồ sơ hải quan hàng nhập khẩu gồm những gì?"
OWN_MATTER = "Tờ khai của tôi bị treo ở bước phân luồng, phải làm gì?"
SIZES = pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[MailServer]:
    with running_mail_server(free_port(), tmp_path / "letters") as running:
        yield running


@pytest.fixture
def town(world: World, mail: MailServer) -> World:
    """The desk with a mail server, as it is reached on this machine."""
    world.search.finds("dossier_import", about="nhập khẩu")
    post = SmtpPost("127.0.0.1", mail.port, "no-reply@customs.example", security="none")
    desk = dataclasses.replace(world.desk, post=post, web_address=f"http://127.0.0.1:{free_port()}")
    world.dialogue.desk = desk
    return dataclasses.replace(world, desk=desk)


@pytest.fixture
def address(town: World, tmp_path: Path) -> Iterator[str]:
    with serving(town.desk, tmp_path, int(town.desk.web_address.rsplit(":", 1)[1])) as address:
        yield address


def code_in(town: World, mail: MailServer) -> str:
    """The code in the newest letter that the mail server was given."""
    letters.send_due(town.desk)
    found = re.search(r"^\d{8}\r?$", mail.letters()[-1].get_content(), re.MULTILINE)
    assert found is not None
    return found.group().strip()


def types(person: Somebody, text: str) -> None:
    person.page.get_by_label("Câu hỏi của bạn").fill(text)
    person.page.get_by_role("button", name="Gửi", exact=True).click()


def asks(person: Somebody, text: str) -> None:
    """Send a text and wait until the desk has it."""
    types(person, text)
    expect(person.page.locator(".message.person:not(.pending)").filter(has_text=text).last).to_be_visible()


def presses(person: Somebody, title: str, *, exact: bool = False) -> None:
    """Press the newest button of this title, and wait until that is in the conversation."""
    own = person.page.locator(".message.person:not(.pending)").filter(has_text=title)
    before = own.count()
    person.page.locator(".message").get_by_role("button", name=title, exact=exact).last.click()
    expect(own).to_have_count(before + 1)


def chooses(person: Somebody, title: str) -> None:
    """Choose from the menu of the chat."""
    person.page.locator("summary", has_text="Việc khác").click()
    person.page.locator(".menu").get_by_role("button", name=title).click()
    expect(person.page.locator(".message.person:not(.pending)").filter(has_text=title).last).to_be_visible()


def sends_a_case(town: World, lan: Somebody) -> None:
    asks(lan, OWN_MATTER)
    with town.store.writing() as session:
        for person in session.scalars(select(Person)):
            person.contact = person.contact or "lan@example.vn"
    presses(lan, "Hỏi cán bộ")
    presses(lan, "Gửi luôn câu hỏi này")
    expect(lan.page.get_by_text("Số hồ sơ: 2026-00001")).to_be_visible()


def enters(town: World, mail: MailServer, person: Somebody, script: bool, address: str = "lan@anbinh.example") -> None:
    person.open("/sign-in")
    looks_fine(person, "sign-in", script)
    person.page.get_by_label("Địa chỉ email").fill(address)
    person.page.get_by_role("button", name="Gửi mã").click()
    expect(person.page.get_by_text(f"đang được gửi đến {address}")).to_be_visible()
    looks_fine(person, "sign-in-code", script)
    person.page.get_by_label("Mã đăng nhập").fill(code_in(town, mail))
    person.page.get_by_role("button", name="Tiếp tục").click()


def looks_fine(person: Somebody, name: str, script: bool) -> None:
    if script:  # axe itself is a script
        person.checks_the_page(name)


@SIZES
@SCRIPTS
def test_an_answer_is_helpful_and_the_button_stays_pressed(
    browser: Browser, address: str, town: World, size: ViewportSize, script: bool
) -> None:
    with somebody(browser, address, size, script=script) as lan:
        lan.open("/chat")
        asks(lan, QUESTION)
        expect(lan.page.get_by_text("Nguyên văn dossier_import")).to_be_visible()
        presses(lan, "Hữu ích", exact=True)
        expect(lan.page.get_by_text(town.text("feedback.helpful"))).to_be_visible()
        for _ in range(2):
            expect(lan.page.locator(".buttons .pressed", has_text="Hữu ích")).to_have_count(1)
            lan.page.reload()
        lan.page.locator("summary", has_text="Việc khác").click()
        looks_fine(lan, "web-menu", script)


@SIZES
@SCRIPTS
def test_a_case_is_answered_replied_to_and_rated_with_a_comment(
    browser: Browser, address: str, town: World, size: ViewportSize, script: bool
) -> None:
    with somebody(browser, address, size, script=script) as lan:
        lan.open("/chat")
        sends_a_case(town, lan)
        officer_replies(town, "Bạn liên hệ Chi cục nơi mở tờ khai.")
        if not script:
            lan.open("/chat")
        expect(lan.page.locator(".message.officer.new", has_text="Bạn liên hệ Chi cục")).to_be_visible()
        looks_fine(lan, "web-reply-new", script)
        lan.page.get_by_role("link", name="Trả lời cán bộ (hồ sơ 2026-00001)").click()
        expect(lan.page.get_by_text("Bạn đang trả lời cán bộ về hồ sơ 2026-00001.")).to_be_visible()
        looks_fine(lan, "web-replying", script)
        asks(lan, "Tờ khai số 100 ạ")
        with town.store.reading() as session:
            assert "Tờ khai số 100 ạ" in [entry.text for entry in session.scalars(select(Case)).one().entries]
        with town.store.writing() as session:
            case, minh = only_case(session), officer_named(session, "minh")
            officer_desk.reply(town.desk, session, case, minh, "Tờ khai đã được thông quan.")
            officer_desk.resolve(town.desk, session, case, minh)
        if not script:
            lan.open("/chat")
        presses(lan, "★★★★ Hài lòng")
        asks(lan, "Cán bộ trả lời nhanh")
        expect(lan.page.get_by_text(town.text("rating.comment_kept"))).to_be_visible()
        looks_fine(lan, "web-rated", script)
        with town.store.reading() as session:
            rating = session.scalars(select(Rating)).one()
            assert (rating.stars, rating.comment) == (4, "Cán bộ trả lời nhanh")
        presses(lan, "★★★★★ Rất hài lòng")
        with town.store.reading() as session:
            assert session.scalars(select(Rating.stars)).all() == [5]
        lan.open("/my-cases")
        looks_fine(lan, "web-my-cases", script)
        lan.page.get_by_label("Tình trạng").select_option("settled")
        lan.page.get_by_role("button", name="Lọc").click()
        lan.page.get_by_role("link", name="2026-00001").click()
        looks_fine(lan, "web-case", script)


@SIZES
@SCRIPTS
def test_files_go_both_ways(browser: Browser, address: str, town: World, size: ViewportSize, script: bool) -> None:
    with somebody(browser, address, size, script=script) as lan:
        lan.open("/chat")
        lan.page.locator("summary", has_text="Tệp").click()
        lan.page.get_by_label(town.text("page.files.add")).set_input_files(
            [
                {"name": "hóa đơn.pdf", "mimeType": "application/pdf", "buffer": PDF},
                {"name": "nhãn hàng.png", "mimeType": "image/png", "buffer": PNG},
            ]
        )
        if script:
            expect(lan.page.locator("#chosen li")).to_have_count(2)
            looks_fine(lan, "web-files-chosen", script)
        asks(lan, OWN_MATTER)
        expect(lan.page.get_by_role("link", name="hóa đơn.pdf")).to_be_visible()
        looks_fine(lan, "web-files-sent", script)


@SIZES
@SCRIPTS
def test_a_member_by_a_code_news_and_the_account(
    browser: Browser, address: str, town: World, mail: MailServer, size: ViewportSize, script: bool
) -> None:
    on_record(town, A)
    with somebody(browser, address, size, script=script) as lan:
        lan.open("/chat")
        asks(lan, QUESTION)
        chooses(lan, "Đại diện doanh nghiệp")
        presses(lan, "Đăng ký đại diện doanh nghiệp")
        presses(lan, "Tôi là nhân viên của doanh nghiệp")
        for words in (A, NAMES[A], "Nguyễn Văn Lan, kế toán, 0912345678"):
            asks(lan, words)
        presses(lan, "Gửi mã xác minh")
        asks(lan, code_in(town, mail))
        expect(lan.page.get_by_text(town.text("enterprise.verified_by_code", name=NAMES[A]))).to_be_visible()
        expect(lan.page.get_by_text(town.text("page.chat.begins")).first).to_be_visible()
        looks_fine(lan, "web-member", script)
        chooses(lan, "Nhận tin về quy định mới")
        presses(lan, "Thuế, phí, miễn thuế, hoàn thuế")
        record = a_record("fee_rates", group="tax", answer={"vi": "Lời mới.", "en": "New words."})
        with town.store.writing() as session:
            guidance.publish(session, record, origin=guidance.CURATOR, by="officer:hoa", at=town.clock.now())
        send_news(town.desk)
        if not script:
            lan.open("/chat")
        expect(lan.page.get_by_text("Hướng dẫn đã thay đổi")).to_be_visible()
        lan.page.get_by_role("link", name="Tài khoản").first.click()
        expect(lan.page.get_by_text(NAMES[A]).first).to_be_visible()
        expect(lan.page.get_by_label("Thuế, phí, miễn thuế, hoàn thuế")).to_be_checked()
        looks_fine(lan, "account-visitor", script)
        lan.page.get_by_role("link", name="Thôi đại diện").click()
        looks_fine(lan, "account-end", script)
        lan.page.get_by_role("button", name=f"Thôi đại diện {NAMES[A]}").click()
        expect(lan.page.get_by_role("status")).to_have_text(town.text("page.account.done_ended"))


@SIZES
@SCRIPTS
def test_a_second_browser_shows_the_same_and_signing_out_leaves_nothing(
    browser: Browser, address: str, town: World, mail: MailServer, size: ViewportSize, script: bool
) -> None:
    with (
        somebody(browser, address, size, script=script) as first,
        somebody(browser, address, size, script=script) as second,
    ):
        first.open("/chat")
        sends_a_case(town, first)
        enters(town, mail, first, script)
        looks_fine(first, "sign-in-join", script)
        first.page.get_by_role("button", name="Đồng ý, đưa vào tài khoản").click()
        expect(first.page.get_by_text(OWN_MATTER).first).to_be_visible()
        looks_fine(first, "web-joined", script)
        enters(town, mail, second, script)
        expect(second.page.get_by_text(OWN_MATTER).first).to_be_visible()
        second.open("/my-cases")
        expect(second.page.get_by_role("link", name="2026-00001")).to_be_visible()
        asks_there = "Chào từ máy thứ hai"
        second.open("/chat")
        asks(second, asks_there)
        if not script:
            first.open("/chat")
        expect(first.page.get_by_text(asks_there)).to_be_visible()
        second.open("/account")
        looks_fine(second, "account-signed-in", script)
        second.open("/account/email")
        looks_fine(second, "account-email", script)
        second.open("/account")
        second.page.get_by_role("button", name="Đăng xuất mọi nơi").click()
        expect(second.page.get_by_text(town.text("page.enter.done_signed_out"))).to_be_visible()
        for person in (first, second):
            person.open("/chat")
            expect(person.page.get_by_text(OWN_MATTER)).to_have_count(0)
            person.open("/my-cases")
            expect(person.page.get_by_text(OWN_MATTER)).to_have_count(0)


def test_older_messages_are_reached_by_a_link(browser: Browser, address: str, town: World) -> None:
    with somebody(browser, address, PHONE, script=True) as lan:
        lan.open("/chat")
        for number in range(22):
            asks(lan, f"xin chào {number}")
        lan.open("/chat")
        expect(lan.page.get_by_text("xin chào 0", exact=True)).to_have_count(0)
        lan.page.get_by_role("link", name="Xem tin cũ hơn").click()
        expect(lan.page.get_by_text("xin chào 0", exact=True)).to_be_visible()
        lan.checks_the_page("web-older")
        lan.page.get_by_role("link", name="Về tin mới nhất").click()
        expect(lan.page.get_by_text("xin chào 21", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", ["/chat", "/sign-in", "/account", "/my-cases"])
def test_the_pages_speak_english(browser: Browser, address: str, path: str) -> None:
    with somebody(browser, address, PHONE, script=True) as lan:
        lan.open(path)
        lan.page.get_by_role("button", name="English").first.click()
        expect(lan.page.get_by_role("link", name="My cases").first).to_be_visible()
        lan.checks_the_page(f"english{path.replace('/', '-')}")
