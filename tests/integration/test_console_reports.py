"""The pages of monthly reports: who sees which unit's, how one is published, and what everybody reads of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from desk.enquiries.model import Enquiry
from desk.people.model import Role
from desk.working_time.hours import begin_of
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import World
from tests.report_fixtures import OCTOBER, with_months
from tests.unit_fixtures import hire

Browse = Callable[[], Browser]
PAGE = "/desk/reports"


@pytest.fixture
def as_(world: World, browse: Browse) -> Callable[[str], Browser]:
    with_months(world)

    def signed_in(username: str) -> Browser:
        browser = browse()
        browser.signs_in(username, PASSWORD)
        return browser

    return signed_in


def publishes(browser: Browser, unit: str = "VN", reason: str = "", month: str = "2026-10") -> str:
    form = {"month": month, "unit": unit, "reason": reason}
    answer = browser.posts(f"{PAGE}/publish", form, form_on=f"{PAGE}/publish?month={month}&unit={unit}")
    return f"{answer.status_code} {answer.text}"


def test_the_page_begins_with_the_last_whole_month_of_ones_unit(as_: Callable[[str], Browser]) -> None:
    page = as_("vinh").get(PAGE).text
    assert "<h1>Báo cáo tháng 10/2026</h1>" in page
    assert '<p class="lead">Chi cục Hải quan khu vực II</p>' in page
    assert "Đánh giá của tháng không còn thay đổi được nữa" in page
    assert "Chi cục Hải quan khu vực III" not in page


@pytest.mark.parametrize("path", ["", "/pdf", "/publish"])
def test_other_units_and_other_months_are_not_there(as_: Callable[[str], Browser], path: str) -> None:
    vinh = as_("vinh")
    assert vinh.get(f"{PAGE}{path}", params={"unit": "CATLAI", "month": "2026-09"}).status_code == 200
    for asked in ({"unit": "VN"}, {"unit": "KV03"}, {"unit": "NOWHERE"}, {"month": "2026-12"}, {"month": "last"}):
        assert vinh.get(f"{PAGE}{path}", params=asked).status_code == 404, asked


def test_an_officer_without_a_role_that_leads_reads_none(as_: Callable[[str], Browser]) -> None:
    assert as_("thu").get(PAGE).status_code == 403


def test_a_report_is_kept_as_pdf_in_the_readers_language(as_: Callable[[str], Browser]) -> None:
    mai = as_("mai")
    answer = mai.get(f"{PAGE}/pdf", params={"month": "2026-10"})
    assert answer.headers["content-disposition"] == 'attachment; filename="report-2026-10-VN-vi.pdf"'
    assert answer.headers["content-type"] == "application/pdf"
    read = re.sub(r"\s+", " ", "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages))
    assert "Chỉ dùng trong nội bộ" in read
    assert "nhiều hơn" in read


def test_a_report_is_published_after_a_look_at_what_everybody_will_read(
    as_: Callable[[str], Browser], browse: Browse
) -> None:
    mai, anybody = as_("mai"), browse()
    assert anybody.get("/reports/2026-10").status_code == 404
    assert "Chưa có báo cáo nào được công bố" in anybody.get("/reports").text
    before = mai.get(f"{PAGE}/publish", params={"month": "2026-10"}).text
    assert "Nội dung mọi người sẽ đọc" in before
    assert "Đã công bố báo cáo" in publishes(mai)
    assert 'href="/reports/2026-10"' in anybody.get("/reports").text
    page = anybody.get("/reports/2026-10").text
    assert "Công bố ngày 23/11/2026." in page
    assert "Mai" not in page
    assert "<q" not in page
    pdf = anybody.get("/reports/2026-10/pdf")
    assert pdf.headers["content-disposition"] == 'attachment; filename="report-2026-10-vi.pdf"'
    assert "Bản công khai" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    for path in ("/reports/2026-09", "/reports/2026-09/pdf", "/reports/nonsense"):
        assert anybody.get(path).status_code == 404


def test_a_report_of_a_unit_is_published_for_officers_only(as_: Callable[[str], Browser], browse: Browse) -> None:
    vinh = as_("vinh")
    assert "Nội dung mọi người sẽ đọc" not in vinh.get(f"{PAGE}/publish").text
    assert "Vinh công bố ngày 23/11/2026." in publishes(vinh, "KV02")
    assert browse().get("/reports/2026-10").status_code == 404
    assert publishes(vinh, "KV02").startswith("409")


def test_what_is_counted_otherwise_later_is_told_and_published_anew_with_a_reason(
    as_: Callable[[str], Browser], world: World
) -> None:
    mai = as_("mai")
    publishes(mai)
    assert "Công bố bản mới" not in mai.get(PAGE).text
    with world.store.writing() as session:
        asked = session.scalars(select(Enquiry).where(Enquiry.asked_at >= begin_of(OCTOBER.first)).limit(1)).one()
        asked.asked_at = begin_of(OCTOBER.first.replace(month=11))
    page = mai.get(PAGE).text
    assert "Những số sau khác với báo cáo đã công bố" in page
    assert "Công bố bản mới" in page
    refused = publishes(mai)
    assert refused.startswith("409")
    assert "Đề nghị nêu lý do" in refused
    assert "Bản thứ 2, thay cho bản trước." in publishes(mai, reason="Một câu hỏi tính nhầm tháng.")


def test_a_month_that_is_not_over_says_so_and_has_no_form(as_: Callable[[str], Browser]) -> None:
    mai = as_("mai")
    assert "Chưa hết tháng: đây là số liệu tính đến nay." in mai.get(PAGE, params={"month": "2026-11"}).text
    page = mai.get(f"{PAGE}/publish", params={"month": "2026-11"}).text
    assert "Chưa hết tháng. Đề nghị chọn tháng trước đó." in page
    assert '<form class="panel"' not in page


def test_before_anybody_asked_there_is_a_page_too(world: World, browse: Browse) -> None:
    browser = browse()
    hire(world, "mai", "VN", Role.MANAGER)
    browser.signs_in("mai", PASSWORD)
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert "Trong tháng 11/2026 không có câu hỏi nào." in page.text
    assert browser.get(f"{PAGE}/pdf").status_code == 200
