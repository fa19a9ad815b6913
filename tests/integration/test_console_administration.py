"""The pages of administrators: officers, units and the calendar, done with forms and without a script."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

from desk.cases.model import Case, CaseState
from desk.cases.officers import desk as officer_desk
from desk.people import service as people
from desk.people import sign_in
from desk.people.model import OfficerLink, Role
from desk.units import service as units
from tests.administration_fixtures import add_administrators
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import NOON, World
from tests.small_tree import a_case_at, linked, officer, unit

Browse = Callable[[], Browser]
SignedIn = Callable[[str], Browser]


@pytest.fixture
def as_(browse: Browse, world: World) -> SignedIn:
    """The browser of somebody of the small tree who is signed in."""
    add_administrators(world)

    def signed_in(username: str) -> Browser:
        browser = browse()
        browser.signs_in(username, PASSWORD)
        return browser

    return signed_in


class TestOfficers:
    def test_the_list_is_searched_and_narrowed(self, as_: SignedIn) -> None:
        ngoc = as_("ngoc")
        page = ngoc.get("/desk/people").text
        assert "/desk/people/thu" in page
        assert "/desk/people/dung" not in page
        assert "/desk/people/thu" not in ngoc.get("/desk/people?q=hanh").text
        assert "/desk/people/hanh" in ngoc.get("/desk/people?role=head&unit=CATLAI").text
        assert "Không có cán bộ nào khớp" in ngoc.get("/desk/people?q=khong+co").text
        assert "/desk/people/dung" not in ngoc.get("/desk/people?unit=KV03").text
        assert ngoc.get("/desk/people?after=xyz").status_code == 400

    def test_an_officer_is_added_and_the_password_shown_once(self, as_: SignedIn, world: World) -> None:
        tam = as_("tam")
        form = {"username": "moi", "name": "Nguyễn Thị Mới", "new_role": "officer", "new_unit": "CATLAI-1"}
        shown = tam.posts("/desk/people", form, form_on="/desk/people")
        password = re.findall(r"<code>([^<]+)</code>", shown.text)[1]
        with world.store.writing() as session:
            assert sign_in.with_password(session, "moi", password, NOON) is not None
        assert password not in tam.get("/desk/people/moi").text

    def test_what_cannot_be_added_keeps_what_was_typed(self, as_: SignedIn) -> None:
        form = {"username": "Không được", "name": "Nguyễn Thị Mới", "new_role": "officer", "new_unit": "CATLAI"}
        refused = as_("tam").posts("/desk/people", form, form_on="/desk/people")
        assert refused.status_code == 409
        assert 'value="Không được"' in refused.text
        elsewhere = form | {"username": "moi", "new_unit": "KV03"}
        assert as_("tam").posts("/desk/people", elsewhere, form_on="/desk/people").status_code == 409

    def test_roles_are_given_and_taken_and_cases_wait_again(self, as_: SignedIn, world: World) -> None:
        case_id = a_case_at(world, "CATLAI", world.chatter("100"))
        with world.store.writing() as session:
            officer_desk.claim(world.desk, session, session.get_one(Case, case_id), officer(session, "thu"))
        tam, path = as_("tam"), "/desk/people/thu"
        assert (
            "Đã giao vai trò" in tam.posts(f"{path}/appoint", {"role": "head", "unit": "CATLAI-1"}, form_on=path).text
        )
        assert tam.posts(f"{path}/appoint", {"role": "head", "unit": "KV02"}, form_on=path).status_code == 409
        asked = tam.get(f"{path}/dismiss?role=officer&unit=CATLAI").text
        assert "đang giữ 1 hồ sơ" in asked
        done = tam.posts(f"{path}/dismiss", {"role": "officer", "unit": "CATLAI"}, form_on=path)
        assert "Đã thôi vai trò" in done.text
        with world.store.reading() as session:
            assert session.get_one(Case, case_id).state is CaseState.WAITING

    def test_dismissing_the_last_role_leads_back_to_the_list(self, as_: SignedIn) -> None:
        tam = as_("tam")
        form = {"role": "officer", "unit": "CATLAI"}
        done = tam.posts("/desk/people/nam/dismiss", form, form_on="/desk/people/nam")
        assert (done.status_code, done.url.path) == (200, "/desk/people")
        assert "Đã thôi vai trò" in done.text
        assert tam.get("/desk/people/nam").status_code == 404

    def test_an_account_is_looked_after(self, as_: SignedIn, world: World) -> None:
        linked(world, "thu")
        with world.store.writing() as session:
            thu = officer(session, "thu")
            thu.locked_until, thu.second_factor_since = world.clock.advance(minutes=5), NOON
            world.clock.set(NOON)
            sign_in.with_password(session, "nam", PASSWORD, NOON)
        tam, path = as_("tam"), "/desk/people/thu"
        for act, form, said in (
            ("unlock", {}, "Đã mở khóa"),
            ("rename", {"name": "Đỗ Thu"}, "Đã đổi họ tên"),
            ("second-factor", {}, "Đã đặt lại xác thực hai bước"),
            ("end-sessions", {}, "Mọi phiên đăng nhập"),
            ("unlink", {}, "Đã bỏ liên kết Telegram"),
        ):
            assert (act, said in tam.posts(f"{path}/{act}", form, form_on=path).text) == (act, True)
        assert "/start " in tam.posts(f"{path}/link-code", {}, form_on=path).text
        assert "Mật khẩu tạm dưới đây" in tam.posts(f"{path}/password", {}, form_on=path).text
        with world.store.reading() as session:
            thu = officer(session, "thu")
            assert (thu.name, thu.locked_until, thu.must_change_password) == ("Đỗ Thu", None, True)
            assert session.get(OfficerLink, thu.id) is None
        refused = tam.posts(f"{path}/unlock", {}, form_on=path)
        assert (refused.status_code, "không bị khóa" in refused.text) == (409, True)

    def test_an_officer_is_shut_out_after_a_second_page_and_let_in_again(self, as_: SignedIn) -> None:
        tam, path = as_("tam"), "/desk/people/thu"
        assert "Ngừng hoạt động của Thu?" in tam.get(f"{path}/deactivate").text
        assert "Cán bộ đã ngừng hoạt động" in tam.posts(f"{path}/deactivate", {}, form_on=f"{path}/deactivate").text
        assert "Cán bộ hoạt động lại" in tam.posts(f"{path}/activate", {}, form_on=path).text

    def test_who_has_a_role_outside_is_shown_but_not_changed(self, as_: SignedIn, world: World) -> None:
        ngoc, path = as_("ngoc"), "/desk/people/thu"
        with world.store.writing() as session:
            people.appoint(session, officer(session, "thu"), Role.CURATOR, unit(session, "KV03"), by="x", at=NOON)
        page = ngoc.get(path)
        assert "nên bạn chỉ xem được" in page.text
        assert "/rename" not in page.text
        assert ngoc.posts(f"{path}/rename", {"name": "x"}, form_on="/desk/people").status_code == 409


class TestUnits:
    def test_the_tree_is_shown_from_ones_own_unit_down(self, as_: SignedIn) -> None:
        page = as_("ngoc").get("/desk/units").text
        assert "Chi cục Hải quan khu vực II" in page
        assert "Chi cục Hải quan khu vực III" not in page

    def test_a_unit_is_edited_moved_and_closed(self, as_: SignedIn, world: World) -> None:
        ngoc, path = as_("ngoc"), "/desk/units/CATLAI-1"
        form = {"name_vi": "Đội Thủ tục", "name_en": "Procedures", "provinces": "", "office_codes": "02XX; 02YY"}
        assert "Đã lưu thông tin đơn vị" in ngoc.posts(f"{path}/change", form, form_on=path).text
        wrong = ngoc.posts(f"{path}/change", form | {"office_codes": "02CI"}, form_on=path)
        assert wrong.status_code == 422
        assert "mã hải quan 02CI vừa của CATLAI vừa của CATLAI-1" in wrong.text
        assert 'value="02CI"' in wrong.text
        assert "Đã chuyển đơn vị" in ngoc.posts(f"{path}/move", {"parent": "LINHTRUNG"}, form_on=path).text
        assert ngoc.posts(f"{path}/close", {"reason": " "}, form_on=f"{path}/close").status_code == 422
        assert "Đã đóng đơn vị" in ngoc.posts(f"{path}/close", {"reason": "Giải thể"}, form_on=f"{path}/close").text
        assert "CATLAI-1" not in ngoc.get("/desk/units").text
        assert "CATLAI-1" in ngoc.get("/desk/units?closed=yes").text
        with world.store.reading() as session:
            assert unit(session, "CATLAI-1").office_codes == ["02XX", "02YY"]

    def test_a_unit_is_added_below(self, as_: SignedIn) -> None:
        tam, path = as_("tam"), "/desk/units/CATLAI"
        form = {"new_code": "catlai-2", "new_kind": "team", "new_name_vi": "Đội 2", "new_name_en": "Team 2"}
        assert "Đã thêm đơn vị" in tam.posts(f"{path}/add", form, form_on=path).text
        again = tam.posts(f"{path}/add", form, form_on=path)
        assert (again.status_code, "Mã CATLAI-2 đã có" in again.text) == (422, True)

    def test_hours_are_set_and_taken_back(self, as_: SignedIn, world: World) -> None:
        tam, path = as_("tam"), "/desk/units/CATLAI"
        form = {"whose": "own", "office_monday": "08:00-12:00, 13:00-17:00", "duty_public_day": "08:00-09:00"}
        assert "Đã lưu giờ làm việc" in tam.posts(f"{path}/hours", form, form_on=path).text
        with world.store.reading() as session:
            hours = unit(session, "CATLAI").hours
        assert hours == {"office": {"monday": ["08:00-12:00", "13:00-17:00"]}, "duty": {"public_day": ["08:00-09:00"]}}
        wrong = tam.posts(f"{path}/hours", form | {"office_monday": "8h-12h"}, form_on=path)
        assert wrong.status_code == 422
        assert 'value="8h-12h"' in wrong.text
        assert tam.posts(f"{path}/hours", {"whose": "own"}, form_on=path).status_code == 422
        tam.posts(f"{path}/hours", {"whose": "common"}, form_on=path)
        with world.store.reading() as session:
            assert unit(session, "CATLAI").hours is None

    def test_the_tree_is_downloaded_and_loaded_again_without_a_change(self, as_: SignedIn) -> None:
        quang = as_("quang")
        file = quang.get("/desk/units-file").content
        assert file.startswith(b"\xef\xbb\xbfcode,kind,")
        seen = quang.sends_files("/desk/units-preview", {}, [("units.csv", file)], form_on="/desk/units-load")
        assert "giống hệt cây đơn vị hiện tại" in seen.text

    def test_a_file_is_looked_at_and_then_loaded(self, as_: SignedIn, world: World) -> None:
        quang = as_("quang")
        file = quang.get("/desk/units-file").text.replace("Cat Lai Port Customs", "Cat Lai")
        file += "MOI,office,KV03,Hải quan Mới,New Office,,,,,\n"
        seen = quang.sends_files("/desk/units-preview", {}, [("u.csv", file.encode())], form_on="/desk/units-load")
        assert "Hải quan Mới" in seen.text
        with world.store.reading() as session:
            assert units.by_code(session, "MOI") is None
        form = _hidden(seen.text)
        stale = quang.posts("/desk/units-load", form | {"seen": "0" * 16}, form_on="/desk/units-load")
        assert (stale.status_code, "vừa được thay đổi" in stale.text) == (409, True)
        assert "Đã nạp cây đơn vị" in quang.posts("/desk/units-load", form, form_on="/desk/units-load").text
        with world.store.reading() as session:
            assert unit(session, "CATLAI").name_en == "Cat Lai"
            assert unit(session, "MOI").is_within(unit(session, "KV03"))

    @pytest.mark.parametrize(
        ("file", "said"),
        [
            (b"code,kind\n", "Dòng 1: thiếu các cột"),
            ("Mã".encode("utf-16"), "không mã hóa UTF-8"),
            (b"code,kind,parent,name_vi,name_en\nX,team,KHONG,a,b\n", "Dòng 2: X trực thuộc KHONG"),
        ],
    )
    def test_what_is_wrong_with_a_file_is_said_by_line(self, as_: SignedIn, file: bytes, said: str) -> None:
        seen = as_("quang").sends_files("/desk/units-preview", {}, [("u.csv", file)], form_on="/desk/units-load")
        assert (seen.status_code, said in seen.text) == (422, True)

    def test_a_file_must_be_chosen_and_change_only_what_lies_below(self, as_: SignedIn) -> None:
        ngoc = as_("ngoc")
        nothing = ngoc.sends_files("/desk/units-preview", {}, [("", b"")], form_on="/desk/units-load")
        assert (nothing.status_code, "chưa chọn tệp" in nothing.text) == (422, True)
        file = "code,kind,parent,name_vi,name_en\nKV03,region,VN,Tên khác,Other\n".encode()
        other = ngoc.sends_files("/desk/units-preview", {}, [("u.csv", file)], form_on="/desk/units-load")
        assert (other.status_code, "KV03" in other.text) == (422, True)


class TestTheCalendar:
    def test_a_day_is_added_seen_below_and_taken_away(self, as_: SignedIn) -> None:
        ngoc, path = as_("ngoc"), "/desk/calendar/KV02"
        form = {"day": "2026-11-25", "kind": "off", "hours": "", "reason": "Bão số 12", "document": "12/TB-KV02"}
        added = ngoc.posts(f"{path}/add", form, form_on=path)
        assert "Đã thêm ngày" in added.text
        assert "12/TB-KV02" in added.text
        below = as_("tam").get("/desk/calendar/CATLAI?month=2026-11").text
        assert "Bão số 12" in below
        assert "/remove" not in below
        id_ = re.findall(r'name="id" value="(\d+)"', added.text)[0]
        refused = as_("tam").posts("/desk/calendar/CATLAI/remove", {"id": id_}, form_on="/desk/units")
        assert refused.status_code == 422
        removed = ngoc.posts(f"{path}/remove", {"id": id_, "month": "2026-11"}, form_on=path)
        assert "Đã bỏ ngày" in removed.text
        assert "Bão số 12" not in removed.text
        assert ngoc.posts(f"{path}/remove", {"id": id_}, form_on=path).status_code == 422

    def test_what_cannot_be_added_is_said_and_kept(self, as_: SignedIn) -> None:
        ngoc, path = as_("ngoc"), "/desk/calendar/KV02"
        form = {"day": "2026-11-28", "kind": "worked", "hours": "8 giờ", "reason": "Giải tỏa hàng", "document": ""}
        refused = ngoc.posts(f"{path}/add", form, form_on=path)
        assert refused.status_code == 422
        assert 'value="8 giờ"' in refused.text
        for change in ({"day": ""}, {"kind": "ordinary"}, {"day": "2026-11-22"}):
            assert ngoc.posts(f"{path}/add", form | change, form_on=path).status_code == 422

    def test_the_cases_due_on_a_day_off_are_counted(self, as_: SignedIn, world: World) -> None:
        case_id = a_case_at(world, "CATLAI", world.chatter("100"))
        with world.store.writing() as session:
            session.get_one(Case, case_id).due_at = NOON.replace(day=25, hour=3)
        ngoc, path = as_("ngoc"), "/desk/calendar/KV02"
        form = {"day": "2026-11-25", "kind": "off", "hours": "", "reason": "Bão số 12", "document": ""}
        assert "1 hồ sơ đang mở có hạn trả lời trong ngày này" in ngoc.posts(f"{path}/add", form, form_on=path).text

    def test_the_way_leads_to_ones_own_unit_and_to_any_month(self, as_: SignedIn) -> None:
        tam = as_("tam")
        first = tam.get("/desk/calendar")
        assert (first.url.path, first.url.params["month"]) == ("/desk/calendar/CATLAI", "2026-11")
        assert "Nghỉ Tết Nguyên đán" in tam.get("/desk/calendar/CATLAI?month=2026-02").text
        assert "chưa có trong hệ thống" in tam.get("/desk/calendar/CATLAI?month=2028-01").text
        for odd in ("", "2026-13", "9999-01", "x"):
            assert tam.get(f"/desk/calendar/CATLAI?month={odd}").status_code == 200


@pytest.mark.parametrize(
    "page", ["/desk/people", "/desk/units", "/desk/units-load", "/desk/units-file", "/desk/calendar"]
)
def test_pages_of_administrators_are_nobody_elses(as_: SignedIn, page: str) -> None:
    assert as_("hanh").get(page).status_code == 403
    assert as_("tam").get(page).status_code == 200


@pytest.mark.parametrize(
    "page",
    [
        *("/desk/people/dung", "/desk/people/vinh", "/desk/people/nobody", "/desk/people/dung/deactivate"),
        *("/desk/units/KV02", "/desk/units/KV03", "/desk/units/NONE", "/desk/units/LINHTRUNG/close"),
        *("/desk/calendar/KV02", "/desk/calendar/NONE", "/desk/calendar?unit=KV03"),
    ],
)
def test_what_lies_outside_is_not_found(as_: SignedIn, page: str) -> None:
    assert as_("tam").get(page).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *(f"/desk/people/dung/{act}" for act in ("rename", "appoint", "dismiss", "deactivate", "activate", "password")),
        *(f"/desk/people/dung/{act}" for act in ("unlock", "end-sessions", "second-factor", "identity", "link-code")),
        *("/desk/people/dung/unlink", "/desk/calendar/KV02/add", "/desk/calendar/KV02/remove"),
        *(f"/desk/units/LINHTRUNG/{act}" for act in ("change", "move", "add", "close", "hours")),
    ],
)
def test_nothing_is_done_outside(as_: SignedIn, path: str) -> None:
    assert as_("tam").posts(path, {}, form_on="/desk/people").status_code == 404


def _hidden(page: str) -> dict[str, str]:
    """The fields of the form that confirms a file."""
    text = re.search(r'name="text" value="([^"]*)"', page)
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert text is not None
    assert seen is not None
    return {"text": html.unescape(text.group(1)), "seen": seen.group(1), "reason": ""}
