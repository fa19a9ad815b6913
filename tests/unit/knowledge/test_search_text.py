"""How texts are brought into one form before they are compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import client
from knowledge.engine.writing.shorthand import write_out
from knowledge.engine.writing.text import MAX_LENGTH, bigrams, normalise, stem, syllables


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  Hàng   HOÁ\tvề\u200bcảng ", "hàng hóa về cảng"),
        ("thuỷ sản, khoẻ, uỷ quyền", "thủy sản, khỏe, ủy quyền"),
        ("quý quá quỳ", "quý quá quỳ"),
        ("hoàn thuế, khoản, tuyến", "hoàn thuế, khoản, tuyến"),
        (unicodedata.normalize("NFD", "Tờ khai nhập khẩu"), "tờ khai nhập khẩu"),
        ("xin C/O, c / o hay C.O", "xin c/o, c/o hay c/o"),
        ("có CO form E chưa", "có c/o form e chưa"),
        ("HANG CO PHAI KHAI KHONG", "hang co phai khai khong"),
        ("", ""),
    ],
)
def test_a_text_has_one_writing(typed: str, normal: str) -> None:
    assert normalise(typed) == normal


@given(st.text(max_size=300))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_a_long_article_is_kept_whole() -> None:
    assert len(normalise("á" * 5_000)) == 5_000


def test_the_client_sends_what_the_engine_searches() -> None:
    assert client.MAX_LENGTH == MAX_LENGTH


def test_syllables_leave_out_what_stands_between_them() -> None:
    assert syllables("nộp c/o mẫu d, 20.000 đồng?") == ["nộp", "c/o", "mẫu", "d", "20", "000", "đồng"]
    assert bigrams(["nộp", "tờ", "khai"]) == ["nộp tờ", "tờ khai"]


@pytest.mark.parametrize(
    "words", [["declare", "declares", "declared", "declaring"], ["tax", "taxes"], ["duty", "duties"], ["good", "goods"]]
)
def test_english_endings_make_no_difference(words: list[str]) -> None:
    assert len({stem(word) for word in words}) == 1


@pytest.mark.parametrize("syllable", ["nghieng", "khai", "hang", "thue", "quoc", "kinh", "c/o", "le", "phe"])
def test_vietnamese_syllables_have_no_english_ending(syllable: str) -> None:
    assert stem(syllable) == syllable


def test_shorthand_is_written_out_in_its_language() -> None:
    assert write_out("dn mở tk nk, xin c/o", "vi") == "doanh nghiệp mở tờ khai nhập khẩu, xin c/o chứng nhận xuất xứ"
    assert write_out("tk for coo docs", "en") == "tk for certificate of origin documents"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("tt 38 hết hiệu lực chưa", "thông tư  38 hết hiệu lực chưa"),
        ("nđ08/2015", "nghị định 08/2015"),
        ("nd 169/2026 phat bao nhieu", "nghị định  169/2026 phat bao nhieu"),
        ("hs nk gồm gì", "hồ sơ nhập khẩu gồm gì"),
        ("mã hs 8703 là gì", "mã hs 8703 là gì"),
        ("xin hs code", "xin hs code"),
        ("gửi b/l và c/o", "gửi vận đơn và c/o chứng nhận xuất xứ"),
    ],
)
def test_kinds_of_instruments_and_papers_are_written_out(typed: str, written: str) -> None:
    assert write_out(typed, "vi") == written


def test_words_that_only_begin_like_shorthand_stay() -> None:
    assert write_out("hqk tkx1 nkk", "vi") == "hqk tkx1 nkk"
