"""The page of figures: who sees whose, what is said where there is nothing, and the files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable

import openpyxl
import pytest

from desk.figures.tables.sections import SECTIONS
from desk.people.model import Role
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, officer_replies, open_case
from tests.desk_fixtures import NOON, World
from tests.figures_fixtures import History
from tests.small_tree import add_units
from tests.unit_fixtures import hire

Browse = Callable[[], Browser]
NAMES = [name for section in SECTIONS.values() for name in section]


@pytest.fixture
def as_(world: World, browse: Browse) -> Callable[[str], Browser]:
    """Sign in: mai manages the department, vinh heads a region, dung another one, thu is an officer of an office."""
    with world.store.writing() as session:
        add_units(session)
    hire(world, "mai", "VN", Role.MANAGER)
    hire(world, "vinh", "KV02", Role.HEAD)
    hire(world, "dung", "KV03", Role.MANAGER)
    hire(world, "thu", "CATLAI", Role.OFFICER)

    def signed_in(username: str) -> Browser:
        browser = browse()
        browser.signs_in(username, PASSWORD)
        return browser

    return signed_in


@pytest.fixture
def history(world: World, as_: object) -> None:
    with world.store.writing() as session:
        History(session, ("CATLAI", "KV03", "LINHTRUNG", "VN")).of_days(
            dt.date(2026, 11, 2), dt.date(2026, 11, 22), NOON
        )


def table(browser: Browser, name: str, **query: str) -> list[list[str]]:
    """An exported table, from its header on."""
    response = browser.get("/desk/figures/export.csv", params={"table": name, **query})
    assert response.status_code == 200, response.text
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    return rows[rows.index([]) + 1 :]


def cases_of(browser: Browser, **query: str) -> int:
    return int(table(browser, "timeliness", **query)[1][1])


@pytest.mark.usefixtures("history")
def test_each_sees_the_cases_of_their_units_and_everybodys_enquiries(as_: Callable[[str], Browser]) -> None:
    mai, vinh, dung, thu = map(as_, ("mai", "vinh", "dung", "thu"))
    assert cases_of(mai) > cases_of(vinh) > cases_of(thu) > 0
    assert cases_of(mai, unit="KV02") == cases_of(vinh)
    assert cases_of(mai, unit="KV03") == cases_of(dung) > 0
    assert cases_of(vinh, unit="CATLAI") == cases_of(thu)
    assert [row[2] for row in table(mai, "outcomes")] == [row[2] for row in table(dung, "outcomes")]


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("path", ["/desk/figures", "/desk/figures/export.csv", "/desk/figures/export.xlsx"])
def test_a_unit_outside_is_not_there(as_: Callable[[str], Browser], path: str) -> None:
    vinh = as_("vinh")
    assert vinh.get(path, params={"unit": "CATLAI"}).status_code == 200
    for outside in ("VN", "KV03", "NOWHERE"):
        assert vinh.get(path, params={"unit": outside}).status_code == 404


@pytest.mark.usefixtures("history")
def test_a_unit_is_not_judged_by_the_ratings_of_the_assistant(as_: Callable[[str], Browser], world: World) -> None:
    mai, vinh = as_("mai").get("/desk/figures").text, as_("vinh").get("/desk/figures").text
    of_all, of_cases = (world.text(f"figures.tile.{name}") for name in ("mean", "mean_of_cases"))
    assert (of_all in mai, of_cases in mai) == (True, False)
    assert (of_all in vinh, of_cases in vinh) == (False, True)


@pytest.mark.usefixtures("history")
def test_units_that_one_does_not_see_are_not_named(as_: Callable[[str], Browser]) -> None:
    page = as_("vinh").get("/desk/figures").text
    assert "Chi cục Hải quan khu vực II" in page
    assert "Chi cục Hải quan khu vực III" not in page


def test_a_curator_reads_no_figures(browse: Browse) -> None:
    hoa = browse()
    hoa.signs_in("hoa", PASSWORD)
    for path in ("/desk/figures", "/desk/figures/export.csv", "/desk/ratings"):
        assert hoa.get(path).status_code == 403


@pytest.mark.usefixtures("history")
def test_the_ratings_are_a_section_that_leads_to_the_report(as_: Callable[[str], Browser]) -> None:
    page = as_("mai").get("/desk/figures").text
    assert 'id="ratings"' in page
    assert 'href="/desk/ratings?period=last_30"' in page


def test_before_the_first_question_the_page_says_so(as_: Callable[[str], Browser], world: World) -> None:
    page = as_("mai").get("/desk/figures").text
    assert world.text("page.figures.nothing_yet") in page
    assert "<svg class=" not in page.replace('<svg class="emblem"', "")


def test_not_rated_is_nothing_and_never_zero(browse: Browse, world: World) -> None:
    minh = browse()
    minh.signs_in("minh", PASSWORD)
    open_case(world)
    officer_replies(world, "Xong.", resolve=True)
    before = dict(zip(*table(minh, "ratings")[0:3:2], strict=True))
    assert (before["Được mời"], before["Đã đánh giá"], before["Tỷ lệ đánh giá"]) == ("1", "0", "0,0")
    assert before["Điểm trung bình"] == before["Tỷ lệ 4–5 sao"] == ""
    assert world.text("page.figures.none.ratings") in minh.get("/desk/figures").text
    world.chatter("300").taps("rate", "4")
    after = dict(zip(*table(minh, "ratings")[0:3:2], strict=True))
    assert (after["Đã đánh giá"], after["Điểm trung bình"], after["Tỷ lệ 4–5 sao"]) == ("1", "4,0", "1,0")
    assert after["Điểm, cận dưới 95%"] == ""
    assert world.text("figures.too_few", count=1) in minh.get("/desk/figures").text


@pytest.mark.usefixtures("history")
def test_what_was_typed_wrongly_is_kept_and_explained(as_: Callable[[str], Browser], world: World) -> None:
    page = as_("mai").get("/desk/figures", params={"from": "2026-11-20", "to": "2026-11-01", "unit": "KV02"})
    assert page.status_code == 422
    assert world.text("figures.refused_order") in page.text
    assert 'value="2026-11-20"' in page.text
    assert '<option value="KV02" selected>' in page.text


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_table_is_the_same_on_the_page_and_in_both_files(
    as_: Callable[[str], Browser], world: World, language: str
) -> None:
    mai = as_("mai")
    mai.client.cookies.set("language", language)
    query = {"from": "2026-11-03", "to": "2026-11-20", "step": "week"}
    page = mai.get("/desk/figures", params=query).text
    for name in NAMES:
        response = mai.get("/desk/figures/export.xlsx", params={"table": name, **query})
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
        as_csv = mai.get("/desk/figures/export.csv", params={"table": name, **query})
        separator = ";" if language == "vi" else ","
        text = as_csv.content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        begins = rows.index([]) + 1
        assert [cell.value for cell in sheet[1]] == rows[begins]
        assert sheet.max_row == len(rows) - begins
        assert f'filename="figures-{name}-2026-11-23.xlsx"' in response.headers["content-disposition"]
        assert any(
            "3/11/2026 – 20/11/2026" in cell or "3 November 2026" in cell for row in rows[:begins] for cell in row
        )
        shown = re.findall(r"<caption>([^<]+)</caption>", page)
        assert world.text(f"figures.table.{name}", language) in shown  # type: ignore[arg-type]


@pytest.mark.usefixtures("history")
def test_all_tables_come_in_one_file(as_: Callable[[str], Browser]) -> None:
    response = as_("mai").get("/desk/figures/export.xlsx")
    workbook = openpyxl.load_workbook(io.BytesIO(response.content))
    assert len(workbook.worksheets) == len(NAMES) + 1


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("query", [{"table": "colours"}, {"from": "x", "to": "y"}])
def test_a_table_that_is_not_there_is_not_found(as_: Callable[[str], Browser], query: dict[str, str]) -> None:
    assert as_("mai").get("/desk/figures/export.csv", params=query).status_code == 404


@pytest.mark.usefixtures("history")
def test_examples_tell_nobody(as_: Callable[[str], Browser]) -> None:
    mai = as_("mai")
    shown = mai.get("/desk/figures").text + mai.get("/desk/figures/export.csv", params={"table": "gaps"}).text
    assert "[tên]" in shown or "[số]" in shown
    for word in ("0312345678", "Hoa Mai", "0912", "Lan Nguyen"):
        assert word not in shown


@pytest.mark.usefixtures("history")
def test_the_page_has_no_style_and_no_script_of_its_own(as_: Callable[[str], Browser]) -> None:
    page = as_("mai").get("/desk/figures").text
    assert not re.search(r"\sstyle=|<style|<script(?! src)|\son\w+=", page)
