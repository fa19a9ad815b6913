"""What only an officer can answer is recognised by its wording, and nothing else is."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
import yaml

from desk.answering.folding import folded
from desk.answering.recognise import Patterns
from desk.guidance.record import LANGUAGES, read_record
from desk.texts import Texts
from tests.desk_fixtures import CONTENT, PROJECT
from tests.scenarios.nlu.spelling import unaccented

PATTERNS = Patterns.read(CONTENT / "recognition.yml")


def kind(text: str) -> str | None:
    outcome = PATTERNS.matter_of(text)
    return None if outcome is None else outcome.removeprefix("unanswerable_")


@pytest.mark.parametrize(
    "text",
    [
        "tờ khai 105123456789 của tôi thông quan chưa",
        "to khai so 105123456789 bi luong do sao lau the",
        "Tờ khai nhập khẩu của công ty em thông quan chưa ạ?",
        "lô hàng của tôi đang ở đâu",
        "lo hang cua ben em den dau roi",
        "hồ sơ hoàn thuế của công ty tôi đến đâu rồi",
        "container của tôi tình trạng thế nào",
        "tình trạng tờ khai của tôi",
        "kết quả hồ sơ của công ty em thế nào",
        "Where is my shipment?",
        "what is the status of our declaration",
        "has my container been cleared yet",
        "when will our refund be paid",
        "declaration 105123456789 has been yellow for three days",
    ],
)
def test_the_state_of_ones_own_matter_is_personal(text: str) -> None:
    assert kind(text) == "personal"


@pytest.mark.parametrize(
    "text",
    [
        "tôi muốn tố cáo cán bộ hải quan nhận tiền",
        "doanh nghiệp chúng tôi muốn phản ánh thái độ của công chức",
        "Công ty tôi xin khiếu nại việc nhân viên hải quan gây khó",
        "cán bộ hải quan ở cửa khẩu đòi tiền tôi",
        "can bo hai quan gay kho de cho doanh nghiep",
        "I want to report a corrupt customs officer",
        "complaint against an inspector",
        "the customs officer asked me for money",
    ],
)
def test_a_complaint_or_report_is_a_request(text: str) -> None:
    assert kind(text) == "request"


@pytest.mark.parametrize(
    "text",
    [
        "khiếu nại lần hai nộp ở đâu",
        "thời hạn giải quyết khiếu nại về thuế là bao lâu",
        "Khiếu nại quyết định ấn định thuế thì gửi cho ai?",
        "doanh nghiệp muốn khiếu nại quyết định xử phạt thì làm thế nào",
        "tôi muốn biết thời hạn nộp thuế nhập khẩu",
        "tờ khai luồng đỏ thì bao lâu được thông quan",
        "hàng của tôi bị luồng đỏ thì phải làm gì",
        "tờ khai của tôi khai sai mã HS thì sửa thế nào",
        "hồ sơ hoàn thuế gồm những gì",
        "công ty em nhập máy cũ thì cần giấy tờ gì",
        "lô hàng nhập khẩu thừa so với hợp đồng thì xử lý sao",
        "tra cứu tình trạng tờ khai ở đâu",
        "đường dây nóng phản ánh vướng mắc là số nào",
        "mã số 8471.30.20 thuế bao nhiêu",
        "tờ khai bị hủy sau bao nhiêu ngày",
        "How do I complain about a tax assessment?",
        "where do I submit a second complaint",
        "my goods were damaged at sea, can I get a duty reduction",
        "how can our company cancel a declaration",
        "where is my nearest customs branch",
        "can an officer inspect goods at my factory",
        "is my company eligible for priority status",
        "do I have to pay duty when I bring cash",
    ],
)
def test_a_question_about_procedure_is_neither(text: str) -> None:
    assert kind(text) is None


@pytest.mark.parametrize("name", ["golden.jsonl", "outside.jsonl"])
def test_hardly_a_question_of_the_evaluation_is_taken_for_an_officers_matter(name: str) -> None:
    lines = (PROJECT / "evaluation" / "questions" / name).read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    assert [question for question in questions if PATTERNS.certain_matter_of(question)] == []
    # The rules are not fitted to these questions one by one: a few are told as one's own case, and are an officer's
    # where no guidance is very sure.
    assert sum(kind(question) is not None for question in questions) <= 0.005 * len(questions)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("nhập khẩu hoa tươi từ Hà Lan", True),
        ("NHAP KHAU hoa tuoi", True),
        ("xin C/O ở đâu", True),
        ("export duty on rubber", True),
        ("Hàng bị rách niêm phong trên đường thì báo ai?", True),
        ("the seal broke on the way, whom do we tell", True),
        ("hang mau mang di trien lam o nuoc ngoai roi dua ve co phai nop thue khong", True),
        ("may the samples come back without tax", True),
        ("xem trien lam tranh o dau", False),
        ("cước container từ Hải Phòng đi Los Angeles", False),
        ("giá vàng hôm nay", False),
        ("how do I renew my passport", False),
        ("the transition was important", False),
    ],
)
def test_customs_matters_are_known_by_whole_words(text: str, about: bool) -> None:
    assert PATTERNS.about_customs(text) is about


def test_folding_takes_marks_and_spaces_away() -> None:
    assert folded("  ĐƯỜNG\u00a0bộ\n Hải   Phòng ") == "duong bo hai phong"
    assert folded("Hải quan") == folded("Ha\u0309i quan")


@pytest.mark.parametrize("word", ["x", "toi ", "lo hang ", "can bo ", "to khai 1", "doanh nghiep muon ", "1 ", "a "])
def test_a_very_long_text_takes_no_time(word: str) -> None:
    began = time.process_time()
    kind(word * (8_000 // len(word)))
    assert time.process_time() - began < 1


MATTERS = yaml.safe_load((Path(__file__).parent / "officers_matters.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("matter", "text"),
    [(matter, text) for language in MATTERS.values() for matter, texts in language.items() for text in texts],
)
def test_paraphrases_are_told_apart(matter: str, text: str) -> None:
    assert (kind(text) or "guidance") == matter
    assert (kind(unaccented(text)) or "guidance") == matter


def test_the_paraphrases_are_balanced_and_fresh() -> None:
    for language in MATTERS.values():
        assert [len(language[matter]) for matter in ("personal", "request", "guidance")] == [20, 20, 40]
    texts = [text for language in MATTERS.values() for texts in language.values() for text in texts]
    assert len(set(texts)) == 160


@pytest.mark.parametrize(
    "text",
    [
        "hàng của công ty tôi đang ở kho ngoại quan, khi nào phải mở tờ khai nhập",
        "lô hàng của công ty em chưa được thông quan thì có hủy tờ khai được không",
        "cán bộ hải quan nhận tiền thuế ở đâu",
        "công ty em muốn phản ánh vướng mắc chính sách thì gửi kênh nào",
        "to report a change do I contact officers",
        "is our cargo held when value is doubted",
        "where are our goods inspected",
    ],
)
def test_a_question_with_an_officer_or_ones_own_goods_in_it_is_still_about_procedure(text: str) -> None:
    assert kind(text) is None


def test_the_hotline_that_is_named_is_the_one_of_the_guidance() -> None:
    """The sentence is the desk's own, so it must not grow old when the record of the hotline changes."""
    texts, record = Texts.read(CONTENT / "texts"), read_record(CONTENT / "guidance" / "hotline.yml")
    for language in LANGUAGES:
        said = texts.say("outcome.unanswerable_request", language)
        for fact in re.findall(r"\b\d{8}\b|[\w.]+@[\w.]+\w", said):
            assert fact in record.answer[language]
        assert re.search(r"(?:phím|[Pp]ress) 1 (?:để báo tin|to report)", record.answer[language])
        assert "19009299" in said
