"""Asking for another day in a real browser: in the chat, in an officer's case, where a curator tries a question."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from desk.guidance import service as guidance
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.console_fixtures import only_case
from tests.desk_fixtures import NOON, World, a_record
from tests.e2e.running_desk import free_port

pytestmark = pytest.mark.browser
ASKED = "Nộp chậm báo cáo quyết toán bị phạt bao nhiêu?"


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    with world.store.writing() as session:
        for first, words, number, article in (
            ("2022-01-01", "Mức phạt theo nghị định cũ: 2 đến 5 triệu đồng.", "128/2020/NĐ-CP", 7),
            ("2026-07-01", "Mức phạt theo nghị định mới: 2 đến 5 triệu đồng.", "169/2026/NĐ-CP", 8),
        ):
            record = a_record(
                "penalties_deadline",
                title={"vi": "Mức phạt nộp chậm báo cáo", "en": "Fines for late reports"},
                answer={"vi": words, "en": words},
                legal_basis=[{"instrument": number, "article": article}],
                in_force={"from": first},
            )
            guidance.publish(session, record, origin=guidance.CURATOR, by="officer:hoa", at=NOON)
    world.search.finds("penalties_deadline")
    port = free_port()
    with serving(dataclasses.replace(world.desk, web_address=f"http://127.0.0.1:{port}"), tmp_path, port) as address:
        yield address


def types(person: Somebody, text: str) -> None:
    person.page.get_by_label("Câu hỏi của bạn").fill(text)
    person.page.get_by_role("button", name="Gửi", exact=True).click()


def signs_in(officer: Somebody, name: str) -> None:
    officer.open("/desk/sign-in")
    officer.page.get_by_label("Tên đăng nhập").fill(name)
    officer.page.get_by_label("Mật khẩu").fill(PASSWORD)
    officer.page.get_by_role("button", name="Đăng nhập", exact=True).click()


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_day_is_chosen_and_put_back_and_the_officer_is_told(
    browser: Browser, address: str, world: World, size: ViewportSize
) -> None:
    with somebody(browser, address, size, script=True) as lan:
        lan.open("/chat")
        types(lan, ASKED)
        lan.page.get_by_role("button", name="Hỏi theo ngày khác").click()
        lan.checks_the_page("day-asked")
        types(lan, "30/6/2026")
        expect(lan.page.get_by_text("Mức phạt theo nghị định cũ")).to_be_visible()
        expect(lan.page.get_by_text(world.text("as_of.chosen", date="30/6/2026"))).to_be_visible()
        lan.checks_the_page("day-answer")
    an = world.chatter("77")
    an.writes(ASKED)
    an.taps("other_day")
    an.writes("30/6/2026")
    an.taps("ask_officer")
    an.taps("send_as_is")
    with world.store.reading() as session:
        number = only_case(session).number
    with somebody(browser, address, size, script=True) as minh:
        signs_in(minh, "minh")
        minh.open(f"/desk/cases/{number}")
        expect(minh.page.get_by_text(world.text("field.as_of")).first).to_be_visible()
        minh.checks_the_page("day-case")


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_a_curator_tries_a_question_for_a_day(browser: Browser, address: str, world: World, size: ViewportSize) -> None:
    with somebody(browser, address, size, script=True) as hoa:
        signs_in(hoa, "hoa")
        hoa.open("/desk/guidance/try")
        hoa.page.get_by_label("Câu hỏi").fill(ASKED)
        hoa.page.get_by_label(world.text("as_of.field")).fill("2026-06-30")
        hoa.page.get_by_role("button", name="Thử").click()
        expect(hoa.page.get_by_text("Mức phạt theo nghị định cũ").first).to_be_visible()
        hoa.checks_the_page("day-try")
        hoa.page.get_by_role("button", name="English").click()
        hoa.checks_the_page("day-try-en")
