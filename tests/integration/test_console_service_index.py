"""The pages of the service index: who sees whose, what is refused beside its field, and what everybody may read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest

from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import World
from tests.service_index_fixtures import QUARTER, REASON, counted, staffed

Browse = Callable[[], Browser]
INDEX = "/desk/service-index"
CATLAI = f"{INDEX}/units/CATLAI?period={QUARTER}"
DEDUCTION = {"points": "1,5", "day": "2026-08-20", "reason": REASON}


@pytest.fixture
def as_(world: World, browse: Browse) -> Callable[[str], Browser]:
    staffed(world)
    counted(world)

    def signed_in(username: str) -> Browser:
        browser = browse()
        browser.signs_in(username, PASSWORD)
        return browser

    return signed_in


def table(browser: Browser, address: str, **query: str) -> list[list[str]]:
    response = browser.get(address, params=query)
    assert response.status_code == 200, response.text
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    return rows[rows.index([]) + 1 :]


def test_each_sees_the_units_of_their_scope(as_: Callable[[str], Browser]) -> None:
    def names(username: str, **query: str) -> set[str]:
        rows = table(as_(username), f"{INDEX}/export.csv", table="units", period=QUARTER, **query)
        return {row[1] for row in rows[1:]}

    assert names("mai") == {"Chi cục Hải quan khu vực II", "Chi cục Hải quan khu vực III"}
    offices = {"Hải quan cửa khẩu cảng Cát Lái", "Hải quan Khu chế xuất Linh Trung"}
    assert names("vinh", kind="office") == names("mai", kind="office") == offices
    assert names("hanh") == {"Hải quan cửa khẩu cảng Cát Lái"}
    dung = as_("dung")
    assert dung.get(CATLAI).status_code == 404
    assert "Cát Lái" not in dung.get(f"{INDEX}?period={QUARTER}&kind=office").text


def test_points_and_reasons_stand_on_the_page_and_in_both_files(as_: Callable[[str], Browser]) -> None:
    mai = as_("mai")
    page = mai.get(f"{INDEX}?period={QUARTER}&kind=office").text
    assert "83,65" in page
    assert "bộ tiêu chí mẫu" in page
    one = mai.get(CATLAI).text
    assert "Trả lời lần đầu đúng hạn: 91 trên 102 hồ sơ (89,2%)" in one
    assert "Bị trừ 6,43 điểm." in one
    rows = table(mai, f"{INDEX}/units/CATLAI/export.csv", period=QUARTER)
    assert [row[1] for row in rows[1:]][:2] == ["Mức độ hài lòng", "Trả lời đúng hạn"]
    workbook = openpyxl.load_workbook(
        io.BytesIO(mai.get(f"{INDEX}/export.xlsx", params={"period": QUARTER, "kind": "office"}).content)
    )
    assert workbook.worksheets[0]["C2"].value == 83.65


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"from": "2026-09", "to": "2026-07"}, "order"),
        ({"from": "tháng chín", "to": ""}, "month"),
        ({"from": "2027-01", "to": "2027-02"}, "future"),
        ({"from": "2025-01", "to": "2026-06"}, "long"),
    ],
)
def test_months_that_are_none_are_explained_and_kept(
    as_: Callable[[str], Browser], world: World, query: dict[str, str], text: str
) -> None:
    page = as_("mai").get(INDEX, params=query)
    assert page.status_code == 422
    assert world.text(f"service_index.refused.{text}") in page.text
    assert f'value="{query["from"]}"' in page.text


def test_a_deduction_is_objected_to_answered_and_taken_back(as_: Callable[[str], Browser], world: World) -> None:
    vinh, hanh = as_("vinh"), as_("hanh")
    wrong = vinh.posts(f"{INDEX}/units/CATLAI/deduct?period={QUARTER}", DEDUCTION | {"points": "7"}, form_on=CATLAI)
    assert wrong.status_code == 409
    assert world.text("service_index.refused.too_many_points", most=5) in wrong.text
    assert REASON in wrong.text
    done = vinh.posts(f"{INDEX}/units/CATLAI/deduct?period={QUARTER}", DEDUCTION, form_on=CATLAI)
    assert world.text("page.service_index.done_deducted") in done.text
    assert "82,15" in done.text
    page = hanh.get(CATLAI).text
    assert f'action="{INDEX}/units/CATLAI/deduct' not in page
    assert f'action="{INDEX}/deductions/1/object' in page
    said = hanh.posts(
        f"{INDEX}/deductions/1/object?period={QUARTER}", {"words": "Đơn vị đã trả lời đúng hạn."}, form_on=CATLAI
    )
    assert world.text("page.service_index.done_objected") in said.text
    short = vinh.posts(f"{INDEX}/deductions/1/answer?period={QUARTER}", {"words": "Đúng."}, form_on=CATLAI)
    assert (short.status_code, world.text("service_index.refused.words", least=10) in short.text) == (409, True)
    answered = vinh.posts(
        f"{INDEX}/deductions/1/answer?period={QUARTER}",
        {"words": "Đã đối chiếu, đơn vị nói đúng.", "takes_back": "yes"},
        form_on=CATLAI,
    )
    assert world.text("page.service_index.is_taken_back") in answered.text
    assert "83,65" in answered.text


def test_what_is_published_is_read_by_everybody_without_people_and_small_numbers(
    as_: Callable[[str], Browser], browse: Browse, world: World
) -> None:
    vinh, mai = as_("vinh"), as_("mai")
    vinh.posts(f"{INDEX}/units/CATLAI/deduct?period={QUARTER}", DEDUCTION, form_on=CATLAI)
    anybody = browse()
    assert world.text("page.service_index.none_public") in anybody.get("/service-index").text
    look = f"{INDEX}/publish?period={QUARTER}&kind=region"
    assert vinh.get(look).status_code == 403
    done = mai.posts(f"{INDEX}/publish", {"period": QUARTER, "kind": "region"}, form_on=look)
    assert world.text("page.service_index.done_published") in done.text
    again = mai.posts(f"{INDEX}/publish", {"period": QUARTER, "kind": "region", "reason": ""}, form_on=look)
    assert (again.status_code, world.text("service_index.refused.reason_again") in again.text) == (409, True)
    assert "Quý III/2026" in anybody.get("/service-index").text
    public = anybody.get("/service-index/1").text
    file = anybody.get("/service-index/1/export.csv").content.decode("utf-8-sig")
    for read in (public, file):
        assert "Chi cục Hải quan khu vực II" in read
        assert "bộ tiêu chí mẫu" in read
        for hidden in ("Mai", "Vinh", REASON, "91 trên", "hồ sơ ("):
            assert hidden not in read
    few = public.split("Chi cục Hải quan khu vực III")[1].split("</tr>")[0]
    assert world.text("service_index.not_ranked") in few
    assert "<strong>–</strong>" in few
    assert anybody.get("/service-index/9").status_code == anybody.get("/service-index/x").status_code == 404


def test_an_edition_that_was_replaced_says_so(as_: Callable[[str], Browser], browse: Browse, world: World) -> None:
    mai, look = as_("mai"), f"{INDEX}/publish?period={QUARTER}&kind=office"
    for reason in ("", "Một lần trừ điểm đã được hủy."):
        mai.posts(f"{INDEX}/publish", {"period": QUARTER, "kind": "office", "reason": reason}, form_on=look)
    first, second = (browse().get(f"/service-index/{number}").text for number in (1, 2))
    assert (world.text("page.service_index.replaced") in first, 'href="/service-index/2"' in first) == (True, True)
    assert world.text("page.service_index.replaced") not in second
    hanh = as_("hanh")
    seen = hanh.get(f"{INDEX}/published/1").text
    assert "91 trên" not in seen
    assert world.text("page.service_index.recounted") not in seen
    assert world.text("page.service_index.nothing_differs") in mai.get(f"{INDEX}/published/1").text
