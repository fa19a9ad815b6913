"""How a message is taken apart into its questions, and what is left in one piece."""

from __future__ import annotations

import time

import pytest

from desk.answering.reference import References
from desk.answering.split import Split
from desk.guidance.record import LANGUAGES, read_records
from tests.desk_fixtures import CONTENT

SPLIT = Split.read(CONTENT / "several_questions.yml", References.read(CONTENT / "follow_up.yml"))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "Thời hạn nộp tờ khai nhập là bao lâu? Lệ phí bao nhiêu?",
            ["Thời hạn nộp tờ khai nhập là bao lâu?", "Lệ phí bao nhiêu?"],
        ),
        (
            "Hồ sơ nhập khẩu gồm những gì\nthời hạn nộp thuế là bao lâu",
            ["Hồ sơ nhập khẩu gồm những gì", "thời hạn nộp thuế là bao lâu"],
        ),
        (
            "1. Hồ sơ hoàn thuế gồm gì?\n2. Bao lâu thì được hoàn?\n3) Nộp ở đâu?",
            ["Hồ sơ hoàn thuế gồm gì?", "Bao lâu thì được hoàn?", "Nộp ở đâu?"],
        ),
        (
            "Em chào anh chị. Công ty em là DNCX. Bán phế liệu vào nội địa cần gì? Có phải nộp thuế nhập khẩu không?",
            [
                "Em chào anh chị. Công ty em là DNCX. Bán phế liệu vào nội địa cần gì?",
                "Có phải nộp thuế nhập khẩu không?",
            ],
        ),
        (
            "Cho em hỏi hủy tờ khai thế nào; ngoài ra nộp thuế chậm thì bị tính bao nhiêu",
            ["Cho em hỏi hủy tờ khai thế nào", "ngoài ra nộp thuế chậm thì bị tính bao nhiêu"],
        ),
        (
            "huy to khai the nao, dong thoi cho hoi phi qua canh bao nhieu",
            ["huy to khai the nao", "dong thoi cho hoi phi qua canh bao nhieu"],
        ),
        (
            "How do I cancel a declaration and also when must import duty be paid",
            ["How do I cancel a declaration", "and also when must import duty be paid"],
        ),
        (
            "What is the deadline for the settlement report? And where do I submit it?",
            ["What is the deadline for the settlement report?", "And where do I submit it?"],
        ),
        (
            "Tờ khai luồng đỏ thì làm gì? Công ty em ở Hải Phòng. Kiểm hóa ở đâu? Cảm ơn anh chị.",
            ["Tờ khai luồng đỏ thì làm gì?", "Công ty em ở Hải Phòng. Kiểm hóa ở đâu? Cảm ơn anh chị"],
        ),
        (
            "- hồ sơ xuất khẩu gồm gì?\n- hàng mẫu có được miễn thuế không?",
            ["hồ sơ xuất khẩu gồm gì?", "hàng mẫu có được miễn thuế không?"],
        ),
    ],
)
def test_questions_that_stand_by_themselves_are_told_apart(text: str, pieces: list[str]) -> None:
    assert SPLIT.pieces(text) == pieces


@pytest.mark.parametrize(
    "text",
    [
        "Thời hạn nộp tờ khai nhập là bao lâu?",
        "Chào anh chị,\nCông ty em là DNCX.\nBán phế liệu vào nội địa thì làm thủ tục gì?",
        "Cho em hỏi hồ sơ nhập khẩu\ngồm những gì",
        "Hàng về cảng rồi, bao lâu phải mở tờ khai? Có phải không ạ?",
        "Khai sai mã HS thì sửa được không? Giúp em với ạ!",
        "hồ sơ và thời hạn nộp tờ khai nhập khẩu",
        "Is packing list mandatory? Thank you.",
        "xem https://example.test/a?b=1 rồi mà chưa hiểu, tờ khai hủy thế nào",
        "Hàng mẫu, hàng quà tặng, ngoài ra còn hàng cá nhân",
        "Goods that are also used abroad: how are they declared?",
        "I read that baggage worth this much is fine. Does that also mean no tax on the rest?",
        "Does the rule that waives licences for luggage also waive import duty?",
        "",
        "???",
        "a? b? c? d? e?",
        "Hồ sơ nhập gồm gì? Hồ sơ xuất gồm gì? Hàng mẫu thì sao? Quà tặng thế nào?",
    ],
)
def test_what_is_one_question_or_too_many_stays_whole(text: str) -> None:
    assert SPLIT.pieces(text) == [text]


def test_no_way_to_ask_for_a_record_is_taken_apart() -> None:
    records = read_records(CONTENT / "guidance")
    asked = [question for record in records for language in LANGUAGES for question in record.questions[language]]
    assert [question for question in asked if len(SPLIT.pieces(question)) > 1] == []


def test_no_word_is_lost() -> None:
    text = "Chào chị. 1) Hủy tờ khai thế nào? Gấp lắm. 2) Hàng mẫu có được miễn thuế không? Cảm ơn!"
    words = [word for word in text.split() if word not in ("1)", "2)")]
    assert " ".join(SPLIT.pieces(text)).split() == words


@pytest.mark.parametrize("word", ["gì? ", "ngoai ra gi ", "1. gì\n", "also what "])
def test_a_very_long_text_takes_no_time(word: str) -> None:
    began = time.process_time()
    SPLIT.pieces(word * (8_000 // len(word)))
    assert time.process_time() - began < 1
