"""The parts of an article: clauses and points with their addresses, their words, and what leads in to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.law.quotation import inside
from desk.law.structure import LawPart, parts
from desk.ports import LawArticle


def parted(text: str, article: str = "7") -> list[LawPart]:
    return list(parts(LawArticle("901/2026/QH99", article, "Tên điều", text)))


def addresses(text: str, article: str = "7") -> list[tuple[str | None, str | None]]:
    return [(part.clause, part.point) for part in parted(text, article)]


def test_a_text_without_clauses_is_one_part() -> None:
    text = "Người khai thử nộp bản khai thử.\nBản khai thử có hai tờ."
    assert parted(text) == [LawPart(None, None, "", text)]


def test_clauses_are_parts_with_all_their_lines() -> None:
    assert parted("1. Hàng thử phải khai.\nKhai một lần.\n2. Hàng mẫu không phải khai.\n2a. Trừ mẫu lớn.") == [
        LawPart("1", None, "", "1. Hàng thử phải khai.\nKhai một lần."),
        LawPart("2", None, "", "2. Hàng mẫu không phải khai."),
        LawPart("2a", None, "", "2a. Trừ mẫu lớn."),
    ]


def test_a_point_has_its_clause_as_lead_in() -> None:
    found = parted("1. Phải khai.\n2. Các trường hợp sau đây:\na) Hàng thử;\nđ) Hàng mẫu.\n3. Không thu phí.")
    assert found[1:] == [
        LawPart("2", "a", "2. Các trường hợp sau đây:", "a) Hàng thử;"),
        LawPart("2", "đ", "2. Các trường hợp sau đây:", "đ) Hàng mẫu."),
        LawPart("3", None, "", "3. Không thu phí."),
    ]
    assert found[1].passage == "2. Các trường hợp sau đây:\na) Hàng thử;"


def test_the_words_above_the_clauses_lead_in_to_them_too() -> None:
    found = parted("Trong luật này:\n1. Hàng thử là:\na) Hàng thứ nhất;\n2. Bến thử là nơi thử.")
    assert [part.lead_in for part in found] == ["Trong luật này:\n1. Hàng thử là:", "Trong luật này:"]


def test_points_may_stand_without_a_clause() -> None:
    assert addresses("Người khai phải:\na) Khai đúng;\nb) Nộp đủ.") == [(None, "a"), (None, "b")]


def test_points_within_a_point_have_both_above_them() -> None:
    found = parted("1. Nộp:\na) Đối với hàng thử:\na.1) Bản khai;\na.2) Hóa đơn;\nb) Đối với hàng mẫu.")
    assert [(part.clause, part.point) for part in found] == [("1", "a.1"), ("1", "a.2"), ("1", "b")]
    assert found[0].lead_in == "1. Nộp:\na) Đối với hàng thử:"
    assert found[2].lead_in == "1. Nộp:"


def test_a_rule_above_points_is_a_part_of_its_own_too() -> None:
    found = parted("1. Nộp trong 7 ngày\na) Bản khai;\nb) Hóa đơn.")
    assert (found[0].point, found[0].text) == (None, "1. Nộp trong 7 ngày")
    assert found[1].lead_in == "1. Nộp trong 7 ngày"


@pytest.mark.parametrize(
    "line",
    [
        "1.500 đồng một tờ.",
        "1.1. Tờ thứ nhất.",
        "2026. Năm thử.",
        "- Tờ thứ nhất;",
        "(a) Tờ thứ nhất;",
        "Điều 3. Tờ thứ nhất.",
    ],
)
def test_what_only_looks_like_a_mark_begins_nothing(line: str) -> None:
    assert addresses(f"Nộp:\n{line}") == [(None, None)]


def test_a_number_that_does_not_rise_belongs_to_the_clause_before() -> None:
    assert addresses("1. Gồm các bước:\n2. Bước hai.\n1. Lại từ đầu.\n3. Xong.") == [
        *(("1", None), ("2", None), ("3", None)),
    ]


def test_a_letter_that_the_clause_has_already_is_no_address() -> None:
    assert addresses("1. Gồm:\na) Một;\nb) Hai.\na) Lại một.\n2. Gồm:\na) Ba.") == [("1", "a"), ("1", "b"), ("2", "a")]


@pytest.mark.parametrize(("opening", "closing"), [("“", "”"), ('"', '"'), ("«", "»")])
def test_quoted_new_wording_belongs_to_the_clause_that_quotes_it(opening: str, closing: str) -> None:
    text = (
        f"1. Sửa đổi Điều 42 như sau:\n{opening}Điều 42. Tên\n1. Một.\n2. Hai gồm:\na) Ba.{closing}.\n"
        "2. Bỏ cụm từ “hàng thử” tại Điều 9."
    )
    found = parted(text)
    assert [(part.clause, part.point) for part in found] == [("1", None), ("2", None)]
    assert found[0].text.endswith(f"a) Ba.{closing}.")


def test_an_annex_that_counts_anew_in_each_section_is_one_part() -> None:
    text = "I. Bến thử\n1. Bến A\n2. Bến B\nII. Kho thử\n1. Kho C"
    assert parted(text, "Phụ lục I") == [LawPart(None, None, "", text)]
    assert addresses("1. Bến A\n2. Bến B", "Phụ lục I") == [("1", None), ("2", None)]


def test_a_mark_that_is_never_closed_quotes_nothing() -> None:
    assert inside(["“Mở ra", "1. Một", "2. Hai"]) == [False, False, False]
    assert inside(["“Mở ra", "“Mở nữa", "2. Hai”", "3. Ba"]) == [False, False, True, False]


def test_words_quoted_within_a_quotation_do_not_end_it() -> None:
    assert inside(["“Điều 42. Tên", "1. Cụm từ “hàng", "thử” là gì”;", "2. Sau"]) == [False, True, True, False]
    assert inside(['màn hình 42"', "1. Một"]) == [False, False]


words = st.text(alphabet="ăbcđêghô ", min_size=1, max_size=12).map(lambda text: "x" + text.strip())
lines = st.builds(
    lambda mark, text, end: f"{mark}{text}{end}",
    st.sampled_from(["", "", "1. ", "2. ", "2a. ", "3. ", "a) ", "b) ", "đ) ", "a.1) ", "“", "- "]),
    words,
    st.sampled_from(["", ".", ";", ":", "”"]),
)


@given(st.lists(lines, min_size=1, max_size=14))
def test_no_line_of_an_article_is_lost_and_no_address_is_given_twice(article: list[str]) -> None:
    article = [f"{line} {number}{line[-1]}" for number, line in enumerate(article)]
    found = parted("\n".join(article))
    read = [line for part in found for line in part.passage.split("\n")]
    assert list(dict.fromkeys(read)) == article
    own = [line for part in found for line in part.text.split("\n")]
    assert len(set(own)) == len(own)
    given = [(part.clause, part.point) for part in found]
    assert len(set(given)) == len(given)
