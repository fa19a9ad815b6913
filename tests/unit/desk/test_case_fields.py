"""What a person may type into the fields of a case."""

from __future__ import annotations

import pytest

from desk.cases.fields import CASE_FIELDS, LIMITS, FieldRefused, check_field, may_be_a_question
from desk.cases.model import Urgency


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0100109106", "0100109106"),
        (" 0100 109 106 ", "0100109106"),
        ("MST: 0100109106", "0100109106"),
        ("Mã số thuế 0100109106", "0100109106"),
        ("0100109106001", "0100109106-001"),
        ("0100109106-001", "0100109106-001"),
    ],
)
def test_a_right_tax_code_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert check_field("tax_code", typed) == kept


@pytest.mark.parametrize("typed", ["", "0100109105", "010010910", "01001091061", "0100109106-000", "không có", "-"])
def test_a_wrong_tax_code_is_refused(typed: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        check_field("tax_code", typed)
    assert refused.value.text_name == "case.tax_code_refused"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("normal", "not_urgent"),
        ("bình thường thôi", "not_urgent"),
        ("Không gấp!", "not_urgent"),
        ("sắp cắt máng", "vessel_cut_off"),
        ("truck at the gate", "truck_at_gate"),
        ("Hàng mau hỏng", "perishable"),
        ("high", "urgent"),
        ("khá gấp", "urgent"),
        ("urgent", "urgent"),
        ("Gấp", "urgent"),
        ("rat gap a", "urgent"),
        ("khẩn cấp nhé", "urgent"),
    ],
)
def test_urgency_may_be_typed_in_everyday_words(typed: str, kept: str) -> None:
    assert check_field("urgency", typed) == kept


@pytest.mark.parametrize("urgency", Urgency)
def test_each_urgency_can_be_chosen_by_its_button(urgency: Urgency) -> None:
    assert check_field("urgency", urgency.value) == urgency


def test_another_urgency_is_refused() -> None:
    with pytest.raises(FieldRefused, match=r"case\.urgency_refused"):
        check_field("urgency", "tuần sau")


@pytest.mark.parametrize("field", ["enterprise_name", "contact", "details"])
def test_a_text_is_kept_on_one_line_up_to_its_limit(field: str) -> None:
    assert check_field(field, "  Công ty\nMinh   Long ") == "Công ty Minh Long"
    assert len(check_field(field, "x" * LIMITS[field])) == LIMITS[field]


@pytest.mark.parametrize("field", ["enterprise_name", "contact", "details"])
@pytest.mark.parametrize("much", [0, 1])
def test_an_empty_or_too_long_text_is_refused(field: str, much: int) -> None:
    with pytest.raises(FieldRefused, match=rf"case\.{field}_refused"):
        check_field(field, "x" * (LIMITS[field] + 1) * much)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("enterprise_name", "Công ty TNHH Kho ngoại quan Tân Cảng"),
        ("enterprise_name", "An Khang JSC"),
        ("enterprise_name", "DNTN Hai Sao"),
        ("tax_code", "0100109106"),
        ("contact", "lan@example.vn"),
        ("contact", "gọi chị Lan 0903 111 222"),
        ("urgency", "gấp"),
        ("details", "Hàng nào phải đánh giá sự phù hợp?"),
    ],
)
def test_what_fits_a_field_is_no_question(field: str, typed: str) -> None:
    assert not may_be_a_question(field, typed)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("enterprise_name", "Công ty tôi muốn nhập máy cũ thì cần gì"),
        ("enterprise_name", "Công ty TNHH có được hoàn thuế không?"),
        ("enterprise_name", "Sao Mai"),
        ("tax_code", "mã số thuế lấy ở đâu"),
        ("contact", "gọi số nào để hỏi"),
        ("urgency", "bao lâu thì có trả lời"),
    ],
)
def test_what_may_be_a_question_is_looked_at(field: str, typed: str) -> None:
    assert may_be_a_question(field, typed)


def test_every_field_can_be_checked() -> None:
    values = ("An Khang", "0100109106", "lan@example.vn", "urgent", "Xin hướng dẫn")
    assert [check_field(field, value) for field, value in zip(CASE_FIELDS, values, strict=True)] == list(values)
