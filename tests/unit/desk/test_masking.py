"""What tells an enterprise is taken out of a text, and what tells the matter stays."""

from __future__ import annotations

import pytest

from desk.cases.alike.masking import Masked, masked

LABELS = {kind: f"[{kind}]" for kind in Masked}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("MST 0101234567 bị khóa", "MST [number] bị khóa"),
        ("mã số thuế 0101234567-001 nhé", "mã số thuế [number] nhé"),
        ("gọi em 0912 345 678", "gọi em [number]"),
        ("gọi em 0912.345.678 hoặc +84 24 3944 0833.", "gọi em [number] hoặc [number]."),
        ("số (024) 3944 0833", "số [number]"),
        ("tờ khai 105123456789/A11", "tờ khai [number]/A11"),
        ("tờ khai 105123456789 luồng đỏ", "tờ khai [number] luồng đỏ"),
        ("gửi về lan.nguyen@abc.com.vn giúp em", "gửi về [email] giúp em"),
        ("Zalo @lan_abc", "Zalo [account]"),
        ("container MSKU4417093 và TGHU 123456-7", "container [container] và [container]"),
        ("xem https://desk.example/case/abc-1", "xem [link]"),
        ("Công ty TNHH Hoa Mai hỏi về C/O", "Công ty TNHH [name] hỏi về C/O"),
        ("Công ty CP Dệt may Thành Nam hỏi", "Công ty CP [name] hỏi"),
        ("công ty TNHH Đại Ấn nhập khẩu", "công ty TNHH [name] nhập khẩu"),
        ("Tôi là Nguyễn Văn Ấn, hỏi về C/O", "Tôi là [name], hỏi về C/O"),
        ("nhờ anh Đỗ Minh xem giúp", "nhờ anh [name] xem giúp"),
        ("My name is Lan Nguyen and I import tea", "My name is [name] and I import tea"),
    ],
)
def test_what_tells_the_enterprise_is_taken_out(text: str, shown: str) -> None:
    assert masked(text, LABELS) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Theo khoản 2 Điều 16 Nghị định 08/2015/NĐ-CP và 54/2014/QH13",
        "mã HS 8471.30.20 hoặc 84713020",
        "trị giá 1.500.000.000 đồng, 2,000,000,000 VND",
        "từ ngày 01/07/2026 đến 31.12.2026",
        "đường dây nóng 1900 9299",
        "công ty cổ phần được miễn thuế không",
        "nhờ anh Chi cục xem giúp, ông Hải quan",
        "I am asking about HS codes",
    ],
)
def test_what_tells_the_matter_stays(text: str) -> None:
    assert masked(text, LABELS) == text


def test_names_that_the_case_knows_are_taken_out_wherever_they_stand() -> None:
    text = "Bên em là hoa  mai logistics, tên em là Lan, nhập hoa lan"
    assert masked(text, LABELS, ["Hoa Mai Logistics", "Lan", None]) == "Bên em là [name], tên em là Lan, nhập hoa lan"
