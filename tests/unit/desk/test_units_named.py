"""Which units a text names: offices by code, name or number, and the regions of provinces."""

from __future__ import annotations

import pytest

from desk.cases.assigning.rules import RoutingRules
from desk.units.gazetteer import Gazetteer, PlaceWords
from desk.vietnamese import fold
from tests.desk_fixtures import CONTENT
from tests.unit.desk.units_of_tests import tree

WORDS = RoutingRules.read(CONTENT / "routing.yml").places
GAZETTEER = Gazetteer(tree(), WORDS)


def offices(text: str) -> set[str]:
    return {unit.code for unit in GAZETTEER.named_in(text).offices}


def regions(text: str) -> set[str]:
    return {unit.code for unit in GAZETTEER.named_in(text).by_province}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hàng về cảng Cát Lái thì nộp hồ sơ ở đâu?", "SG1"),
        ("tờ khai mở tại 02CI bị treo", "SG1"),
        ("to khai mo tai 02ci", "SG1"),
        ("Hải quan cảng Sài Gòn khu vực 1", "SG1"),
        ("HQ cảng Sài Gòn khu vực 1 yêu cầu bổ sung", "SG1"),
        ("chi cục hải quan cửa khẩu cảng Sài Gòn khu vực 1", "SG1"),
        ("cảng Sài Gòn KV1", "SG1"),
        ("cảng Sài Gòn khu vực 4", "SG4"),
        ("Saigon port area 4 customs asks for the licence", "SG4"),
        ("Hải quan VSIP", "VSIP"),
        ("đội 02PG", "CNC-T"),
        ("hải quan cảng Cửa Lò", "CUA-LO"),
        ("cảng Cửa Lò", "CUA-LO"),
        ("Chi cục Hải quan khu vực II", "R-II"),
        ("chi cuc hai quan khu vuc ii", "R-II"),
        ("chi cục hải quan khu vực 2", "R-II"),
        ("hq kv2", "R-II"),
        ("KV2", "R-II"),
        ("KV II", "R-II"),
        ("kvii", "R-II"),
        ("nộp ở khu vực III", "R-III"),
        ("hải quan khu vực VI", "R-VI"),
        ("customs region 2", "R-II"),
        ("Region II told us to wait", "R-II"),
        ("region 12 customs", "R-XII"),
        ("Hải quan TP.HCM", "R-II"),
        ("cục hải quan thành phố hồ chí minh", "R-II"),
        ("cuc hai quan tp hcm", "R-II"),
        ("hải quan tp. Hồ Chí Minh", "R-II"),
        ("Cục Hải quan tỉnh Bình Dương", "R-II"),
        ("hải quan Hải Phòng", "R-III"),
        ("Hai Phong customs", "R-III"),
        ("the customs office in Haiphong", "R-III"),
        ("chuyển phát nhanh TP.HCM", "R-XV"),
        ("sân bay Tân Sơn Nhất", "R-XV"),
        ("Hải quan Côn Đảo", "CON-DAO"),
    ],
)
def test_an_office_is_known_by_its_code_its_name_or_its_number(text: str, code: str) -> None:
    assert offices(text) == {code}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nhà máy ở Hải Phòng", "R-III"),
        ("nha may o hai phong", "R-III"),
        ("Our plant is in Haiphong", "R-III"),
        ("Our plant is in Da Nang", "R-XII"),
        ("our plant is in da nang", "R-XII"),
        ("kho tại Đà Nẵng", "R-XII"),
        ("kho danang", "R-XII"),
        ("hàng về Huế", "R-IX"),
        ("cong ty o tinh Thai Nguyen", "R-V"),
        ("Thanh Hoá", "R-X"),
        ("Thanh Hóa", "R-X"),
        ("cửa khẩu Long Sập", "R-X"),
        ("hải quan cửa khẩu Tân Thanh, Lạng Sơn", "R-VI"),
        ("doanh nghiệp ở Bình Dương", "R-II"),
        ("a factory in Ho Chi Minh City", "R-II"),
        ("công ty tại tp. hồ chí minh", "R-II"),
        ("VSIP Bắc Ninh", "R-V"),
    ],
)
def test_a_province_names_the_region_that_is_in_charge_of_it(text: str, code: str) -> None:
    assert (offices(text), regions(text)) == (set(), {code})


@pytest.mark.parametrize(
    "text",
    [
        "nhập máy in đa năng",
        "nhap may in da nang",
        "nhập vải chuyển thành hóa đơn",
        "lam sao chuyen thanh hoa don",
        "sơn là hàng nguy hiểm",
        "phe thai nguyen lieu xu ly sao",
        "đường Nguyễn Huệ",
        "duong Nguyen Hue",
        "số 5 Điện Biên Phủ",
        "kho trong khu vực vi phạm",
        "khu vuc vi pham",
        "bãi container khu vực 2",
        "doanh nghiệp trong khu công nghệ cao",
        "nhập khẩu con dao",
        "xe 51C1-234.56 đang chờ",
        "hợp đồng số HD-02CI-2026",
        "xe 51C1 23456",
        "Tổng cục Hải quan đã đổi tên chưa",
        "Tờ khai 103123456789 luồng vàng",
        "priority area VI",
        "khai bổ sung thế nào",
    ],
)
def test_what_only_sounds_like_a_place_names_no_unit(text: str) -> None:
    assert (offices(text), regions(text)) == (set(), set())


@pytest.mark.parametrize(
    ("text", "office", "region"),
    [
        ("Không phải hải quan Hải Phòng mà là Cát Lái", {"SG1"}, set()),
        ("khong phai o hai phong ma o ha noi", set(), {"R-I"}),
        ("làm thủ tục ở Hải Phòng chứ không phải Hà Nội", set(), {"R-III"}),
        ("not in Hanoi but in Hai Phong", set(), {"R-III"}),
        ("làm ở Bắc Ninh thay vì Hà Nội được không", set(), {"R-V"}),
        ("không qua được cửa khẩu Lạng Sơn", set(), {"R-VI"}),
        ("em không biết ở Hải Phòng thì nộp đâu", set(), {"R-III"}),
        ("hàng không thuộc diện kiểm tra, về Hải Phòng", set(), {"R-III"}),
        ("đường hàng không qua Đà Nẵng", set(), {"R-XII"}),
    ],
)
def test_a_place_that_is_named_to_exclude_it_does_not_count(text: str, office: set[str], region: set[str]) -> None:
    assert (offices(text), regions(text)) == (office, region)


def test_offices_and_provinces_are_told_apart() -> None:
    named = GAZETTEER.named_in("Hàng từ Hà Nội vào cảng Cát Lái")
    assert [unit.code for unit in named.offices] == ["SG1"]
    assert [unit.code for unit in named.by_province] == ["R-I"]


@pytest.mark.parametrize("text", ["", "   ", "!!!", "K" * 5000, "khu vực", "kv", "한국 KV2"])
def test_any_text_can_be_read(text: str) -> None:
    assert offices(text) <= {"R-II"}


@pytest.mark.parametrize("text", ["Hàng về cảng Cát Lái", "nhà máy ở Hải Phòng", "Hải quan TP.HCM"])
def test_diacritics_may_be_left_out(text: str) -> None:
    assert GAZETTEER.named_in(fold(text)) == GAZETTEER.named_in(text)


def test_one_code_of_two_offices_names_both() -> None:
    units = tree()
    units[-1].office_codes = ["02CI"]
    named = Gazetteer(units, WORDS).named_in("02CI")
    assert {unit.code for unit in named.offices} == {"SG1", "CUA-LO"}


def test_without_words_for_places_names_are_still_found() -> None:
    named = Gazetteer(tree(), PlaceWords({}, (), (), (), (), ())).named_in("không phải Hải Phòng")
    assert [unit.code for unit in named.by_province] == ["R-III"]
