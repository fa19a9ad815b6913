"""How two texts of an entry differ, what three make together, and what a draft lacks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from desk.guidance.drafts.differences import Difference, Piece, differences
from desk.guidance.drafts.merging import merge
from desk.guidance.drafts.problems import problems_of
from desk.guidance.record import GuidanceRecord
from tests.desk_fixtures import a_record, record_data, rules_for_tests

INSTRUMENTS = rules_for_tests().instruments
BASE = a_record().as_json()
WORDS = st.lists(st.sampled_from(["nộp", "tờ", "khai", "hải quan", ".", ",", " ", "\n", "30", "ngày"]), max_size=12)


def changed(**changes: Any) -> dict[str, Any]:
    return {**BASE, **changes}


def one(found: list[Difference], field: str, language: str | None) -> Difference:
    return next(d for d in found if (d.field, d.language) == (field, language))


def test_only_the_words_that_changed_are_marked() -> None:
    new = changed(answer={"vi": "Nguyên văn dossier_import: nộp trực tuyến ở chi cục.", "en": BASE["answer"]["en"]})
    (difference,) = differences(BASE, new)
    assert (difference.field, difference.language) == ("answer", "vi")
    assert [piece for line in difference.lines for piece in line if piece.how != "same"] == [
        Piece("added", "trực tuyến ")
    ]


def test_words_beside_each_other_are_one_change() -> None:
    found = differences(
        changed(time_limit={"vi": "bốn mươi ngày", "en": "x"}), changed(time_limit={"vi": "ba chục ngày", "en": "x"})
    )
    assert one(found, "time_limit", "vi").lines == (
        (Piece("removed", "bốn mươi"), Piece("added", "ba chục"), Piece("same", " ngày")),
    )


def test_an_item_that_came_and_one_that_went_are_whole_lines() -> None:
    new = changed(documents={"vi": ["Hóa đơn", "Vận đơn"], "en": ["Invoice", "Bill of lading"]})
    assert one(differences(BASE, new), "documents", "vi").lines == (
        (Piece("removed", "Tờ khai"),),
        (Piece("same", "Hóa đơn"),),
        (Piece("added", "Vận đơn"),),
    )


def test_legal_basis_and_dates_are_compared_as_they_are_read() -> None:
    new = changed(
        legal_basis=[{"instrument": "54/2014/QH13", "article": "24", "clause": "2", "point": None}],
        in_force={"from": "2015-01-01", "to": "2027-02-28"},
    )
    assert {difference.field for difference in differences(BASE, new)} == {"legal_basis", "in_force"}


def test_a_new_entry_is_all_added() -> None:
    assert all(piece.how == "added" for d in differences({}, BASE) for line in d.lines for piece in line)


@given(WORDS, WORDS)
def test_both_sides_can_be_read_back_from_a_difference(old: list[str], new: list[str]) -> None:
    before, after = ({"answer": {"vi": "".join(words), "en": "x"}} for words in (old, new))
    found = one(differences(before, after, changed_only=False), "answer", "vi")
    for lines, written in ((found.before(), before), (found.after(), after)):
        told = ["".join(piece.text for piece in line) for line in lines]
        assert told == [line for line in written["answer"]["vi"].split("\n") if line]


def test_what_only_one_changed_is_as_that_one_has_it() -> None:
    live = changed(title={"vi": "Tiêu đề mới", "en": BASE["title"]["en"]})
    draft = changed(title={"vi": BASE["title"]["vi"], "en": "New title"}, group="tax")
    merged = merge(BASE, live, draft)
    assert (merged.content["title"], merged.content["group"]) == ({"vi": "Tiêu đề mới", "en": "New title"}, "tax")
    assert merged.conflicts == []


def test_where_both_changed_the_drafts_words_stay_unless_the_others_are_chosen() -> None:
    live, draft = changed(sources=["Luật A"]), changed(sources=["Luật B"])
    assert merge(BASE, live, draft).conflicts == ["sources"]
    assert merge(BASE, live, draft).content["sources"] == ["Luật B"]
    assert merge(BASE, live, draft, theirs=["sources"]).content["sources"] == ["Luật A"]


def test_a_part_that_was_taken_out_on_one_side_stays_out() -> None:
    live = changed(where=None)
    assert "where" not in merge(BASE, live, dict(BASE)).content


def test_a_complete_record_has_no_problem() -> None:
    assert problems_of(record_data(), INSTRUMENTS, ["channels"]) == []


@pytest.mark.parametrize(
    ("changes", "path", "text"),
    [
        ({"title": {"vi": "A", "en": ""}}, "title-en", "missing"),
        ({"group": ""}, "group", "not_chosen"),
        ({"id": "Số 1"}, "id", "bad_id"),
        ({"documents": {"vi": ["A", ""], "en": ["A", "B"]}}, "documents-vi-1", "missing"),
        ({"documents": {"vi": ["A"], "en": ["A", "B"]}}, "documents", "not_same_length"),
        ({"documents": None}, "documents", "part_missing"),
        ({"fee": {"vi": "A", "en": "A"}}, "fee", "part_twice"),
        ({"legal_basis": []}, "legal_basis", "too_few"),
        ({"legal_basis": [{"instrument": "1/2/3"}]}, "legal_basis-0-instrument", "unknown_instrument"),
        ({"in_force": {}}, "in_force-from", "missing"),
        ({"in_force": {"from": "mai"}}, "in_force-from", "not_a_date"),
        ({"in_force": {"from": "2020-01-02", "to": "2020-01-01"}}, "in_force", "ends_before_it_begins"),
        ({"text_date": "2020-13-01"}, "text_date", "not_a_date"),
        ({"questions": {"vi": ["a"], "en": ["a"] * 6}}, "questions-vi", "too_few"),
        ({"related": ["nothing"]}, "related-0", "unknown_entry"),
        ({"sources": []}, "sources", "too_few"),
        ({"unverified": [{"vi": "A", "en": ""}]}, "unverified-0-en", "missing"),
    ],
)
def test_each_problem_is_named_with_its_field(changes: dict[str, Any], path: str, text: str) -> None:
    found = problems_of(record_data(**changes), INSTRUMENTS, ["channels"])
    assert (path, f"drafting.problem.{text}") in [(problem.path, problem.text) for problem in found]


PARTS = st.sampled_from(
    ["title", "answer", "documents", "fee", "where", "legal_basis", "in_force", "questions", "unit"]
)
BROKEN = st.sampled_from([None, "", [], {}, {"vi": "", "en": ""}, {"vi": [], "en": []}, ["x"], "2020-01-01", 7])


@given(
    st.dictionaries(PARTS, BROKEN, max_size=3), st.lists(st.sampled_from(["fee", "where", "documents"]), unique=True)
)
def test_a_draft_without_problems_is_a_record_and_one_with_some_is_none(
    broken: dict[str, Any], silent: list[str]
) -> None:
    content = record_data(**broken, not_stated=silent)
    try:
        GuidanceRecord.model_validate(content)
    except ValidationError:
        assert problems_of(content, INSTRUMENTS, []) != []
    else:
        assert problems_of(content, INSTRUMENTS, []) == []
