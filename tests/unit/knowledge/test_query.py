"""What a person types is read as what was meant, before it is searched."""

from __future__ import annotations

from collections import Counter

import pytest

from desk.guidance.record import Language
from knowledge.engine.writing.diacritics import SyllableCounts
from knowledge.engine.writing.frames import without_frame
from knowledge.engine.writing.query import Writing
from knowledge.engine.writing.text import MAX_LENGTH, syllables

VIETNAMESE = [
    "thủ tục hải quan nhập khẩu hàng hóa",
    "thời hạn nộp tờ khai hải quan là 30 ngày",
    "thuế nhập khẩu của máy móc đã qua sử dụng",
    "nộp tờ khai hàng xuất khẩu trước khi xếp hàng",
]
ENGLISH = ["import tax on used machinery", "the customs declaration for exports"]


@pytest.fixture
def writing() -> Writing:
    words = Counter(word for text in [*VIETNAMESE, *ENGLISH] for word in syllables(text))
    return Writing(SyllableCounts(VIETNAMESE), words)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("thu tuc hai quan", "thủ tục hải quan"),
        ("thur tucj hair quan", "thủ tục hải quan"),
        ("thu3 tu5c hai3 quan", "thủ tục hải quan"),
        ("thủ tucj hải quan", "thủ tục hải quan"),
        ("thũ tục hãi quan", "thủ tục hải quan"),
        ("thủ tuc hai quan nhap khau", "thủ tục hải quan nhập khẩu"),
        ("nhapp khau", "nhập khẩu"),
        ("tk hq nk", "tờ khai hải quan nhập khẩu"),
        ("cho em hỏi thủ tục hải quan ạ", "thủ tục hải quan"),
        ("tax máy móc", "tax máy móc"),
    ],
)
def test_ways_of_typing_lead_to_one_writing(writing: Writing, typed: str, read: str) -> None:
    assert writing.query(typed, "vi").text == read


def test_what_has_its_accents_is_left(writing: Writing) -> None:
    text = "thuế nhập khẩu của máy móc"
    assert writing.query(text, "vi").text == text


def test_english_is_mended_but_not_accented(writing: Writing) -> None:
    assert writing.query("Import tax on used machinary", "en").text == "import tax on used machinery"


def test_only_the_beginning_of_a_long_question_is_searched(writing: Writing) -> None:
    assert len(writing.query("á" * 5_000, "vi").text) == MAX_LENGTH


def test_nothing_typed_is_no_query(writing: Writing) -> None:
    assert not writing.query("", "vi").terms


@pytest.mark.parametrize(
    ("language", "asked", "bare"),
    [
        ("vi", "em chào anh chị, cho em hỏi là hồ sơ gồm những gì ạ?", "hồ sơ gồm những gì"),
        ("vi", "hàng mẫu được miễn thuế, đúng hay sai?", "hàng mẫu được miễn thuế"),
        ("vi", "xin hỏi: lệ phí bao nhiêu", "lệ phí bao nhiêu"),
        ("vi", "đúng hay sai", "đúng hay sai"),
        ("en", "hello, could you please tell me about the fee?", "the fee?"),
        ("en", "samples are duty-free, right or wrong?", "samples are duty-free"),
        ("en", "hi", "hi"),
    ],
)
def test_what_frames_a_question_is_taken_off(language: Language, asked: str, bare: str) -> None:
    assert without_frame(asked, language) == bare
