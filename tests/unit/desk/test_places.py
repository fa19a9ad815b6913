"""Which unit is meant by what people write, with marks and without, by code, name and province."""

from __future__ import annotations

import pytest

from desk.units.model import Unit
from desk.units.places import NamedBy, Places
from desk.units.tree import read
from tests.desk_fixtures import CONTENT

PLACES = Places(
    Unit(
        code=row.code,
        kind=row.kind,
        name_vi=row.name_vi,
        name_en=row.name_en,
        provinces=list(row.provinces),
        office_codes=list(row.office_codes),
        other_names=list(row.other_names),
    )
    for row in read(CONTENT / "units.csv")
)


@pytest.mark.parametrize(
    ("text", "unit", "by"),
    [
        ("khai ở 02F1 được không", "KV02-LINH-TRUNG", NamedBy.OFFICE_CODE),
        ("mã hq 43k4 còn dùng không", "KV02-MY-PHUOC", NamedBy.OFFICE_CODE),
        ("Hàng ở cảng Sài Gòn khu vực 3 chưa ra được", "KV02-SG3", NamedBy.NAME),
        ("hang o cang sai gon khu vuc 3", "KV02-SG3", NamedBy.NAME),
        ("tàu cập Cái Mép sáng nay", "KV02-CAI-MEP", NamedBy.NAME),
        ("tau cap cai mep", "KV02-CAI-MEP", NamedBy.NAME),
        ("chi cục Hải quan khu vực III trả lời", "KV03", NamedBy.NAME),
        ("chi cuc KV3", "KV03", NamedBy.NAME),
        ("hàng ở sân bay Tân Sơn Nhất", "KV15", NamedBy.NAME),
        ("hải quan chuyển phát nhanh TP.HCM", "KV15", NamedBy.NAME),
        ("doanh nghiệp ở Cần Thơ", "KV19", NamedBy.PROVINCE),
        ("công ty tại Khánh Hoà", "KV13", NamedBy.PROVINCE),
        ("cong ty o dak lak", "KV14", NamedBy.PROVINCE),
        ("our firm in Hanoi", "KV01", NamedBy.PROVINCE),
        ("ở Thành phố Hồ Chí Minh", "KV02", NamedBy.PROVINCE),
        ("ở Hồ Chí Minh", "KV02", NamedBy.PROVINCE),
        ("tại TP. HCM", "KV02", NamedBy.PROVINCE),
        ("nhà máy ở Bình Dương", "KV02", NamedBy.PROVINCE),
    ],
)
def test_a_unit_is_found_by_what_people_call_it(text: str, unit: str, by: NamedBy) -> None:
    (mention,) = PLACES.named_in(text)
    assert (mention.unit, mention.by) == (unit, by)


@pytest.mark.parametrize(
    "text",
    [
        "nhập khẩu hoa huệ thì cần gì",  # which without its marks is a province
        "gửi Cục Hải quan và Chi cục Hải quan",  # the top, and no name of its own
        "mặt hàng 02F",
        "hàng của tôi bị giữ",
        "",
    ],
)
def test_what_names_no_unit_finds_none(text: str) -> None:
    assert PLACES.named_in(text) == []


def test_all_units_of_a_text_are_found_in_its_order_and_once() -> None:
    found = PLACES.named_in("Công ty ở Hà Nội, hàng về Cái Mép rồi lên hà nội")
    assert [(mention.unit, mention.words) for mention in found] == [("KV01", "Hà Nội"), ("KV02-CAI-MEP", "Cái Mép")]


def test_the_longest_name_is_meant() -> None:
    assert [mention.unit for mention in PLACES.named_in("cảng Vũng Tàu")] == ["KV02-VUNG-TAU"]
    assert [mention.unit for mention in PLACES.named_in("Vũng Tàu")] == ["KV02"]


def test_the_code_of_two_offices_in_the_source_is_their_regions() -> None:
    assert PLACES.of_office_code("51c1") == "KV02"


def test_a_single_name_a_code_and_a_province_are_looked_up() -> None:
    assert PLACES.of_name("linh trung") == ["KV02-LINH-TRUNG"]
    assert PLACES.of_name("không có") == []
    assert PLACES.of_office_code(" 02xe ") == "KV02-TAN-THUAN"
    assert PLACES.of_office_code("99ZZ") is None
    assert PLACES.of_province("tỉnh Lạng Sơn") == PLACES.of_province("Lạng Sơn") == "KV06"
    assert PLACES.of_province("linh trung") is None
