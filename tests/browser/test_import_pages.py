"""Importing from a file and exporting to one, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from desk.guidance import service as guidance
from desk.guidance.record import GuidanceRecord, read_records
from desk.imports import records
from desk.imports.columns import row_of
from desk.imports.files import File
from desk.law import service as law
from desk.law.reading import read_law
from tests import import_fixtures as files
from tests import law_fixtures
from tests.browser.browsers import PHONE, SCREEN, Somebody, serving, somebody
from tests.conftest import PASSWORD
from tests.curator_fixtures import add_curators
from tests.desk_fixtures import CONTENT, NOON, World
from tests.e2e.running_desk import free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    text = tmp_path / "law.txt"
    text.write_text("Điều 1. Phạm vi\nLuật này quy định về hàng cũ.\nĐiều 9. Bãi bỏ\nBỏ.", encoding="utf-8")
    with world.store.writing() as session:
        add_curators(session)
        guidance.load_shipped(session, _shipped(), at=NOON)
        articles = read_law(text, law_fixtures.LAW).articles
        law.import_text(session, law_fixtures.LAW, articles, by="officer:mai", at=NOON)
    with serving(world.desk, tmp_path, free_port()) as served:
        yield served


def a_file() -> File:
    """A new record, a changed one, one as it is, and one with faults."""
    ruling, other = (row_of(record.as_json()) for record in _shipped()[1:3])
    new = {**other, "id": "second_hand_lines", "title_vi": "Dây chuyền đã qua sử dụng", "title_en": "Used lines"}
    changed = {**ruling, "answer_vi": f"{ruling['answer_vi']} Cơ quan hải quan trả lời bằng văn bản."}
    wrong = {**other, "id": "no_basis", "legal_basis": "99/2031/TT-BTC | 5", "group": "hải quan", "unit_en": ""}
    return files.xlsx_file([new, changed, other, wrong])


def _shipped() -> list[GuidanceRecord]:
    return [record.model_copy(update={"related": []}) for record in read_records(CONTENT / "guidance")[:12]]


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_guidance_is_imported_and_exported(
    browser: Browser, address: str, world: World, tmp_path: Path, size: ViewportSize
) -> None:
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(a_file().data)
    good = tmp_path / "hướng dẫn quý 4.jsonl"
    good.write_bytes(_without_the_wrong())
    with somebody(browser, address, size, script=True) as hoa:
        _signs_in(hoa)
        hoa.open("/desk/guidance/import")
        hoa.checks_the_page("import")
        hoa.page.get_by_text(world.text("page.imports_columns.title")).first.click()
        hoa.checks_the_page("import-columns")
        _sends(hoa, wrong)
        hoa.checks_the_page("import-wrong")
        _sends(hoa, good)
        for summary in hoa.page.locator(".import-lines summary").all():
            summary.click()
        hoa.checks_the_page("import-preview")
        _goes(hoa, hoa.page.get_by_role("button", name=world.text("page.imports.act")))
        expect(hoa.page.get_by_role("status").first).to_contain_text("Đã ghi 2 bản thảo")
        hoa.checks_the_page("import-done")
        hoa.open("/desk/guidance/export")
        hoa.checks_the_page("export")
        _goes(hoa, hoa.page.get_by_role("button", name="English"))
        hoa.open("/desk/guidance/import")
        _sends(hoa, wrong)
        hoa.checks_the_page("import-wrong-en")


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_the_text_of_a_law_is_imported(
    browser: Browser, address: str, world: World, tmp_path: Path, size: ViewportSize
) -> None:
    whole, broken = tmp_path / "law.docx", tmp_path / "law.pdf"
    whole.write_bytes(files.law_docx().data)
    broken.write_bytes(files.pdf_of_a_picture())
    with somebody(browser, address, size, script=True) as hoa:
        _signs_in(hoa)
        hoa.open("/desk/law/import")
        for file in (broken, whole):
            hoa.page.get_by_label(world.text("page.law_import.instrument")).select_option(law_fixtures.LAW)
            _sends(hoa, file)
            if file is broken:
                hoa.overlooks_refusals(422)
                hoa.checks_the_page("law-import-broken")
        for summary in hoa.page.locator("main details summary").all():
            summary.click()
        hoa.checks_the_page("law-import-preview")
        _goes(hoa, hoa.page.get_by_role("button", name=world.text("page.law_import.act")))
        hoa.checks_the_page("law-import-done")


def _without_the_wrong() -> bytes:
    return "".join(f"{json.dumps(one.content, ensure_ascii=False)}\n" for one in records.read(a_file())[:3]).encode()


def _sends(person: Somebody, file: Path) -> None:
    person.page.get_by_label("Tệp", exact=True).or_(person.page.get_by_label("File", exact=True)).set_input_files(file)
    _goes(
        person,
        person.page.get_by_role("button", name="Xem trước").or_(person.page.get_by_role("button", name="Preview")),
    )


def _goes(person: Somebody, where: Locator) -> None:
    with person.page.expect_navigation():
        where.click()


def _signs_in(person: Somebody) -> None:
    person.open("/desk/sign-in")
    person.page.get_by_label("Tên đăng nhập").fill("hoa")
    person.page.get_by_label("Mật khẩu").fill(PASSWORD)
    _goes(person, person.page.get_by_role("button", name="Đăng nhập"))
