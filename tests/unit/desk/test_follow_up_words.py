"""Which short texts are about the entry just shown, and which part of it they ask for."""

from __future__ import annotations

import time

import pytest

from desk.answering.reference import References
from desk.guidance.record import LANGUAGES, OPTIONAL_PARTS, read_records
from tests.desk_fixtures import CONTENT
from tests.scenarios.nlu.spelling import unaccented

REFERENCES = References.read(CONTENT / "follow_up.yml")

VIETNAMESE = [
    ("còn lệ phí thì sao?", "fee"),
    ("Thế còn lệ phí?", "fee"),
    ("vậy phí?", "fee"),
    ("phí bao nhiêu ạ", "fee"),
    ("bao nhiêu tiền", "fee"),
    ("hết bao nhiêu tiền vậy ad", "fee"),
    ("Có mất phí không?", "fee"),
    ("có tốn tiền ko", "fee"),
    ("bao nhiêu?", "fee"),
    ("lệ phí của thủ tục này là bao nhiêu?", "fee"),
    ("mất bao lâu", "time_limit"),
    ("Mất bao lâu thì xong ạ?", "time_limit"),
    ("thế thời hạn thì sao", "time_limit"),
    ("còn thời hạn?", "time_limit"),
    ("thời hạn là bao nhiêu ngày?", "time_limit"),
    ("mấy ngày thì xong?", "time_limit"),
    ("có lâu không ạ", "time_limit"),
    ("deadline khi nào", "time_limit"),
    ("chậm nhất là khi nào?", "time_limit"),
    ("thời hạn nộp hồ sơ?", "time_limit"),
    ("khi nào phải nộp?", "time_limit"),
    ("Hồ sơ gồm những gì?", "documents"),
    ("cần giấy tờ gì ạ", "documents"),
    ("vậy cần chuẩn bị những gì?", "documents"),
    ("còn hồ sơ thì sao?", "documents"),
    ("có biểu mẫu không?", "documents"),
    ("nộp ở đâu?", "where"),
    ("nộp hồ sơ ở đâu ạ?", "where"),
    ("Thế nộp cho cơ quan nào?", "where"),
    ("gửi đi đâu vậy", "where"),
    ("làm online được không?", "online"),
    ("nộp qua mạng dc ko", "online"),
    ("có làm trực tuyến được không ạ?", "online"),
    ("căn cứ pháp lý?", "legal_basis"),
    ("theo văn bản nào vậy?", "legal_basis"),
    ("quy định ở điều mấy?", "legal_basis"),
    ("có bị phạt không?", "penalty"),
    ("thế mức phạt bao nhiêu?", "penalty"),
    ("phạt bao nhiêu tiền", "penalty"),
    ("đơn vị nào phụ trách?", "unit"),
    ("thế liên hệ ai?", "unit"),
    ("điều kiện là gì?", "conditions"),
    ("các bước làm như thế nào?", "whole"),
    ("nói rõ hơn được không?", "whole"),
]
ENGLISH = [
    ("and the deadline?", "time_limit"),
    ("how long does it take?", "time_limit"),
    ("by when must it be submitted?", "time_limit"),
    ("When?", "time_limit"),
    ("how many days do I have", "time_limit"),
    ("what about the fee", "fee"),
    ("how much", "fee"),
    ("How much is the fee?", "fee"),
    ("is it free of charge?", "fee"),
    ("and how much does it cost", "fee"),
    ("what documents do I need?", "documents"),
    ("which papers?", "documents"),
    ("what do I need for this?", "documents"),
    ("where do I submit it?", "where"),
    ("and to which office?", "where"),
    ("can I do it online?", "online"),
    ("What is the legal basis?", "legal_basis"),
    ("which law is that", "legal_basis"),
    ("is there a penalty?", "penalty"),
    ("how much is the fine", "penalty"),
    ("who is in charge?", "unit"),
    ("what are the conditions?", "conditions"),
    ("tell me more please", "whole"),
]
WITH_A_SUBJECT = [
    "lệ phí hải quan là bao nhiêu",
    "Lệ phí làm thủ tục quá cảnh là bao nhiêu?",
    "phí lưu kho ai trả",
    "chi phí vận chuyển có tính vào trị giá không",
    "thời hạn nộp thuế nhập khẩu",
    "thời hạn hoàn thuế mất bao lâu",
    "thời gian làm việc của hải quan",
    "hàng về cảng bao lâu phải mở tờ khai",
    "hồ sơ hoàn thuế gồm những gì",
    "hồ sơ nhập khẩu gồm những gì",
    "hồ sơ của tôi đến đâu rồi",
    "bị phạt khi khai sai mã HS",
    "nộp tờ khai ở đâu",
    "xin C/O ở đâu",
    "còn C/O nộp chậm thì sao",
    "còn hàng mẫu thì sao",
    "đăng ký chữ ký số online",
    "căn cứ pháp lý của kiểm tra sau thông quan",
    "điều kiện làm đại lý hải quan",
    "thuế bao nhiêu",
    "giấy phép gì",
    "how long does clearance take",
    "what is the deadline for paying import duty",
    "what documents do I need to import machines",
    "the fee for goods in transit",
    "where is the customs office",
    "legal basis of priority status",
    "what about used machinery",
    "is there a fine for a late report",
    "xin CO chỗ nào",
    "apply for CO online",
    "không nộp chứng từ theo yêu cầu phạt bao nhiêu",
    "can I submit the certificate of origin online",
]
WITHOUT_A_PART = ["cảm ơn", "được không?", "thế à", "vâng ạ", "is that so", "ok", "", "???", "có phải không ạ?"]


@pytest.mark.parametrize(("text", "part"), [*VIETNAMESE, *ENGLISH])
def test_a_part_without_a_subject_is_a_follow_up(text: str, part: str) -> None:
    for typed in (text, unaccented(text), text.upper(), f"  {text} "):
        reference = REFERENCES.of(typed)
        assert [p.name for p in reference.parts] == [part], typed
        assert reference.is_follow_up, typed


@pytest.mark.parametrize("text", [*WITH_A_SUBJECT, *WITHOUT_A_PART])
def test_what_has_a_subject_or_names_no_part_is_none(text: str) -> None:
    assert not REFERENCES.of(text).is_follow_up
    assert not REFERENCES.of(unaccented(text)).is_follow_up


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("thời hạn và lệ phí?", ["time_limit", "fee"]),
        ("hồ sơ gồm gì, nộp ở đâu?", ["where", "documents"]),
        ("the deadline and the fee?", ["time_limit", "fee"]),
    ],
)
def test_several_parts_may_be_asked_for_at_once(text: str, parts: list[str]) -> None:
    assert [part.name for part in REFERENCES.of(text).parts] == parts


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("còn C/O nộp chậm thì sao", True),
        ("con hang xuat thi sao", True),
        ("Thế còn doanh nghiệp chế xuất?", True),
        ("nếu tờ khai luồng đỏ thì sao ạ", True),
        ("what about used machinery", True),
        ("and for exports?", True),
        ("C/O nộp chậm có được không", False),
        ("used machinery import", False),
        ("container bị hư hỏng", False),
    ],
)
def test_a_new_subject_may_point_back(text: str, back: bool) -> None:
    assert REFERENCES.of(text).points_back is back


def test_a_long_text_is_a_question_by_itself() -> None:
    assert not REFERENCES.of("lệ phí " * 20).is_follow_up


@pytest.mark.parametrize("word", ["phi ", "thoi han bao nhieu ", "con ", "x "])
def test_a_very_long_text_takes_no_time(word: str) -> None:
    began = time.process_time()
    REFERENCES.of(word * (8_000 // len(word)))
    assert time.process_time() - began < 1


def test_no_way_to_ask_for_a_record_lacks_a_subject() -> None:
    """Such a question would find nothing: it is asked back, or is about the entry just shown."""
    records = read_records(CONTENT / "guidance")
    asked = [question for record in records for language in LANGUAGES for question in record.questions[language]]
    assert [question for question in asked if REFERENCES.of(question).is_follow_up] == []


def test_every_part_that_a_source_may_be_silent_about_can_be_asked_for() -> None:
    assert {part.name for part in REFERENCES._parts if part.fields} >= {*OPTIONAL_PARTS, "online", "unit"}
