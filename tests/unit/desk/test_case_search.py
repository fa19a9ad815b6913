"""Words by which a person finds a case: with and without diacritics, in number, question and what was said."""

from __future__ import annotations

import pytest

from desk.cases.model import Case, CaseEntry, EntryKind
from desk.cases.persons.search import fits


def a_case(question: str = "Tờ khai nhập khẩu hoa lan bị treo", *said: tuple[EntryKind, str]) -> Case:
    entries = [CaseEntry(kind=kind.value, text=text) for kind, text in said]
    return Case(number="2026-00042", question=question, details=None, entries=entries)


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        ("", True),
        ("to khai", True),
        ("TỜ KHAI", True),
        ("tờ khai", True),
        ("tơ khai", False),
        ("tổ khai", False),
        ("nhap lan", True),
        ("nhập lần", False),
        ("trẹo", False),
        ("treo", True),
        ("kha", True),
        ("hai", False),
        ("00042", True),
        ("2026-00042", True),
        ("2026-00043", False),
        ("xe máy", False),
    ],
)
def test_marks_count_where_they_were_typed(wanted: str, is_found: bool) -> None:
    assert fits(a_case(), wanted.split()) is is_found


@pytest.mark.parametrize("wanted", ["tờ khai", "to khai", "TO KHAI"])
def test_a_question_typed_without_marks_is_found_with_them(wanted: str) -> None:
    assert fits(a_case("to khai bi treo"), wanted.split())


@pytest.mark.parametrize("wanted", ["hóa đơn", "hoá đơn", "hoa don", "đơn"])
def test_where_the_tone_is_placed_does_not_matter(wanted: str) -> None:
    assert fits(a_case("Thiếu hoá đơn gốc"), wanted.split())


def test_replies_questions_and_additions_are_searched_and_what_officers_note_is_not() -> None:
    case = a_case(
        "Câu hỏi",
        (EntryKind.REPLIED, "Làm theo Nghị định 167/2025"),
        (EntryKind.ASKED, "Gửi vận đơn"),
        (EntryKind.PERSON_WROTE, "Đã gửi bản chụp"),
        (EntryKind.NOTED, "Nghi ngờ gian lận"),
        (EntryKind.DRAFTED, "Dự thảo chưa ký"),
    )
    assert all(fits(case, words.split()) for words in ("167/2025", "vận đơn", "ban chup", "nghị định vận đơn"))
    assert not fits(case, ["gian"])
    assert not fits(case, ["thảo"])
