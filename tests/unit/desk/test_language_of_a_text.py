"""In which language a person is answered."""

from __future__ import annotations

import time

import pytest

from desk.conversations.language import choose, written_in


@pytest.mark.parametrize(
    "text",
    [
        "Hàng nhập về cảng bao lâu phải mở tờ khai?",
        "hang nhap ve cang bao lau phai mo to khai",
        "thu tuc hai quan nhap khau may moc da qua su dung",
        "cho em hoi thue nhap khau o to dien la bao nhieu",
        "cho em hỏi import duty của used machinery là bao nhiêu",
        "xin C/O form E o dau",
        "THU TUC TAM NHAP TAI XUAT",
        "tờ khai",
        "Cám ơn ad",
        "Cần C/O",
        "Hải Phòng",
        "chao ban",
        "nop thue tre bi phat the nao",
        "ma so thue sai thi sua sao",
        "doanh nghiep uu tien AEO duoc gi",
        "thur tucj hair quan",
        "thur tujc nhaapj khaaur mays mocs",
        "thu3 tu5c ha3i quan",
        "nhap65 khau63 xe o6 to6",
        "hoanf thuees nhuw thees naof",
        "tucj",
    ],
)
def test_vietnamese_is_known_with_and_without_its_marks(text: str) -> None:
    assert written_in(text) == "vi"


@pytest.mark.parametrize(
    "text",
    [
        "How soon after arrival must I declare imported goods?",
        "what documents do I need to import used machinery",
        "hello",
        "Can I amend a declaration after clearance",
        "refund of overpaid duty",
        "where is the customs office in Hải Phòng",
        "Is Decree 08/2015/NĐ-CP still in force?",
        "How do I clear goods at the port of Hải Phòng in Việt Nam?",
        "late payment interest rate",
        "please help me",
        "what does a box of cars cost",
        "is this tax for us",
        "docs for A11 goods",
    ],
)
def test_english_is_known_even_when_it_names_a_vietnamese_place_or_law(text: str) -> None:
    assert written_in(text) == "en"


@pytest.mark.parametrize(
    "text",
    ["", "8471.30.20", "A11", "C/O", "107/2016/QH13", "08/2015/NĐ-CP", "20/2026/TT-BTC", "VNACCS", "👍", "请问"],
)
def test_codes_and_numbers_tell_no_language(text: str) -> None:
    assert written_in(text) is None


@pytest.mark.parametrize(
    ("choice", "text", "conversation", "hint", "answered_in"),
    [
        ("en", "thủ tục hải quan", "vi", "vi", "en"),
        (None, "thủ tục hải quan", "en", "en", "vi"),
        (None, "thu tuc hai quan", "en", "en", "vi"),
        (None, "what is the fee", "vi", "vi", "en"),
        (None, "8471.30.20", "en", "vi", "en"),
        (None, "8471.30.20", None, "en-GB", "en"),
        (None, "8471.30.20", None, "fr", "vi"),
        (None, "", None, None, "vi"),
    ],
)
def test_the_order_of_evidence(
    choice: str | None, text: str, conversation: str | None, hint: str | None, answered_in: str
) -> None:
    assert choose(choice=choice, text=text, conversation=conversation, channel_hint=hint) == answered_in


@pytest.mark.parametrize("text", ["x" * 20_000, "hồ sơ " * 4_000, "1" * 20_000, "ơ" * 20_000])
def test_a_very_long_text_takes_no_time(text: str) -> None:
    began = time.process_time()
    written_in(text)
    assert time.process_time() - began < 1
