"""The pages on which guidance and law come in from files and go out to files."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import func, select

from desk.guidance import service as guidance
from desk.guidance.model import GuidanceDraft
from desk.imports import records
from desk.imports.files import File
from desk.imports.model import KeptFile
from desk.law import service as law
from tests import import_fixtures as files
from tests import law_fixtures
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.curator_fixtures import add_curators
from tests.desk_fixtures import NOON, World, a_record, record_data

IMPORT, LAW_IMPORT = "/desk/guidance/import", "/desk/law/import"
NEW, CHANGED = record_data("brand_new"), record_data("channels", time_limit={"vi": "60 ngày", "en": "60 days"})


@pytest.fixture
def as_(browse: Callable[[], Browser], world: World) -> Callable[[str], Browser]:
    with world.store.writing() as session:
        add_curators(session)

    def signed_in(username: str) -> Browser:
        browser = browse()
        browser.signs_in(username, PASSWORD)
        return browser

    return signed_in


@pytest.fixture
def hoa(as_: Callable[[str], Browser]) -> Browser:
    return as_("hoa")


def sends(browser: Browser, file: File, path: str = IMPORT, **fields: str) -> httpx.Response:
    return browser.sends_files(path, fields, [(file.name, file.data)], form_on=path)


def agrees(browser: Browser, page: httpx.Response, path: str = IMPORT, **fields: str) -> httpx.Response:
    hidden = {name: re.search(rf'name="{name}" value="([^"]+)"', page.text) for name in ("file", "seen")}
    values = {name: found.group(1) for name, found in hidden.items() if found}
    return browser.posts(f"{path}/confirm", {**values, **fields}, form_on=path)


def drafted(world: World) -> int:
    with world.store.reading() as session:
        return session.scalar(select(func.count(GuidanceDraft.id))) or 0


def test_a_file_is_looked_at_and_then_becomes_drafts(hoa: Browser, world: World) -> None:
    page = sends(hoa, files.jsonl_file(NEW, CHANGED))
    assert page.status_code == 200
    assert page.url.params["file"]
    for words in ("brand_new", "Dòng 2", "<ins>60</ins>", "Xem trước tệp records.jsonl"):
        assert words in page.text, words
    assert drafted(world) == 0
    done = agrees(hoa, page)
    assert "Đã ghi 2 bản thảo" in done.text
    assert drafted(world) == 2
    with world.store.reading() as session:
        assert session.scalar(select(func.count(KeptFile.id))) == 0
    again = sends(hoa, files.jsonl_file(NEW, CHANGED))
    assert world.text("page.imports.nothing") in again.text
    assert "/desk/guidance/import/confirm" not in again.text


def test_drafts_may_be_submitted_at_once(hoa: Browser, world: World) -> None:
    assert "gửi duyệt 1 bản thảo" in agrees(hoa, sends(hoa, files.jsonl_file(NEW)), submit="yes").text
    with world.store.reading() as session:
        assert session.scalars(select(GuidanceDraft.state)).all() == ["in_review"]


def test_what_is_wrong_is_said_beside_its_record_and_nothing_can_be_agreed_to(hoa: Browser, world: World) -> None:
    page = sends(hoa, files.xlsx_file([files.a_row(), files.a_row("other_new", legal_basis="1/1900/X | 5")]))
    assert "Văn bản 1/1900/X chưa có trong danh mục" in page.text
    assert world.text("page.imports.cannot") in page.text
    assert "import/confirm" not in page.text
    broken = sends(hoa, File("records.xlsx", b"PK"))
    assert broken.status_code == 422
    assert world.text("imports.fault.broken") in broken.text
    assert world.text("imports.refused.no_file") in hoa.posts(IMPORT, {}, form_on=IMPORT).text
    assert drafted(world) == 0


def test_another_officers_file_and_an_old_one_are_gone(
    hoa: Browser, as_: Callable[[str], Browser], world: World
) -> None:
    page, mai = sends(hoa, files.jsonl_file(NEW)), as_("mai")
    assert mai.get(str(page.url)).status_code == 409
    assert agrees(mai, page).status_code == 409
    world.clock.advance(minutes=61)
    assert agrees(hoa, page).status_code == 409
    assert drafted(world) == 0


def test_what_changed_meanwhile_is_shown_again_first(hoa: Browser, world: World) -> None:
    page = sends(hoa, files.jsonl_file(CHANGED))
    with world.store.writing() as session:
        other = a_record("channels", time_limit={"vi": "45 ngày", "en": "45 days"})
        guidance.publish(session, other, origin="curator", by="officer:mai", at=NOON)
    refused = agrees(hoa, page)
    assert refused.status_code == 409
    assert world.text("imports.refused.another") in refused.text
    assert "45" in refused.text
    assert "Đã ghi 1 bản thảo" in agrees(hoa, refused).text


def test_a_long_preview_is_shown_page_by_page(hoa: Browser) -> None:
    page = sends(hoa, files.jsonl_file(*(record_data(f"entry_{n:02d}") for n in range(30))))
    assert "entry_24" in page.text
    assert "entry_25" not in page.text
    assert "entry_25" in hoa.get(IMPORT, params={"file": page.url.params["file"], "after": "25"}).text


@pytest.mark.parametrize("format", ["csv", "xlsx", "md"])
def test_a_template_has_the_columns(hoa: Browser, format: str) -> None:
    got = hoa.get(f"{IMPORT}/template", params={"format": format})
    assert f'filename="guidance.{format}"' in got.headers["content-disposition"]
    if format == "md":
        assert "## legal_basis" in got.text
    else:
        with pytest.raises(Exception, match="no record"):
            records.read(File(f"guidance.{format}", got.content))
    assert hoa.get(f"{IMPORT}/template", params={"format": "exe"}).status_code == 404


@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx", "yaml"])
def test_what_is_downloaded_says_nothing_new_when_it_is_sent_back(hoa: Browser, world: World, format: str) -> None:
    got = hoa.get("/desk/guidance/export/file", params={"format": format, "day": "2026-11-23"})
    assert got.status_code == 200
    if format != "yaml":
        assert world.text("page.imports.nothing") in sends(hoa, File(f"records.{format}", got.content)).text


def test_the_day_of_an_export_decides(hoa: Browser, world: World) -> None:
    got = hoa.get("/desk/guidance/export/file", params={"format": "jsonl", "day": "2030-01-01"})
    assert '"coming_rule"' in got.text
    assert '"coming_rule"' not in hoa.get("/desk/guidance/export/file").text
    refused = hoa.get("/desk/guidance/export/file", params={"day": "mai"})
    assert refused.status_code == 422
    assert world.text("page.exports.bad_day") in refused.text
    assert "Vào ngày" in hoa.get("/desk/guidance/export").text


class TestTheTextOfALaw:
    def test_is_looked_at_and_then_takes_the_place_of_the_text_before(self, hoa: Browser, world: World) -> None:
        page = sends(hoa, files.law_docx(), LAW_IMPORT, instrument=law_fixtures.LAW)
        assert "Đọc được 3 điều" in page.text
        assert "Chương I NHỮNG QUY ĐỊNH CHUNG" in page.text
        done = agrees(hoa, page, LAW_IMPORT)
        assert law_fixtures.LAW in done.text
        with world.store.reading() as session:
            assert [one.article for one in law.articles_of(session, law_fixtures.LAW)] == ["1", "2", "3"]
        again = sends(hoa, files.law_pdf(), LAW_IMPORT, instrument=law_fixtures.LAW)
        assert world.text("page.law_import.nothing") in again.text

    def test_is_for_the_department_and_for_instruments_that_are_known(
        self, hoa: Browser, as_: Callable[[str], Browser], world: World
    ) -> None:
        refused = sends(hoa, files.law_docx(), LAW_IMPORT, instrument="1/1900/X")
        assert refused.status_code == 422
        faulty = sends(
            hoa, File("law.txt", "Điều 2. A\nB\nĐiều 1. C\nD".encode()), LAW_IMPORT, instrument=law_fixtures.LAW
        )
        assert "Dòng 3: Điều 1 đứng sau Điều 2" in faulty.text
        quang = as_("quang")
        assert world.text("page.law_import.only_department") in quang.get(LAW_IMPORT).text
        page = sends(hoa, files.law_docx(), LAW_IMPORT, instrument=law_fixtures.LAW)
        world.clock.advance(minutes=61)
        assert agrees(hoa, page, LAW_IMPORT).status_code == 409
