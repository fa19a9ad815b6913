"""The linter's rules: each finding has its day, its place and its level, around the days on which the law changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from desk.guidance.lint.findings import LEVELS, Finding, Law, Linted, Stale
from desk.guidance.lint.linter import lint
from desk.guidance.lint.stale import stale_in
from desk.guidance.lint.words import sentence
from desk.guidance.record import LANGUAGES
from desk.law.citations.reading import Citations
from desk.law.instruments import Instrument, Instruments
from desk.texts import Texts
from tests.desk_fixtures import CONTENT, a_record

LAW = CONTENT / "law"
INSTRUMENTS = Instruments.read(LAW / "instruments.yml")
CITATIONS = Citations.read(INSTRUMENTS, LAW)
TEXTS = Texts.read(CONTENT / "texts")
TODAY = dt.date(2026, 11, 23)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def found(
    as_of: dt.date | str = TODAY,
    instruments: Instruments = INSTRUMENTS,
    *,
    stale: tuple[Stale, ...] = (),
    is_last: bool = True,
    **changes: Any,
) -> list[Finding]:
    """What is found in a record with these parts, which is served for the days that it gives itself."""
    record = a_record(**changes)
    linted = Linted(record, 1, record.in_force.from_, record.in_force.to, stale, is_last)
    citations = CITATIONS if instruments is INSTRUMENTS else Citations(instruments)
    on = as_of if isinstance(as_of, dt.date) else day(as_of)
    return lint([linted], Law(instruments, citations, on, {record.id, "channels"}))


def codes(*args: Any, **changes: Any) -> list[str]:
    return [one.code for one in found(*args, **changes)]


def cites(*numbers: str, **place: Any) -> list[dict[str, Any]]:
    return [{"instrument": number, **place} for number in numbers]


def an_instrument(number: str, since: str | None, until: str | None = None, **more: Any) -> Instrument:
    data = {
        "number": number,
        "kind": "decree",
        "title": {"vi": f"Nghị định {number}", "en": f"Decree {number}"},
        "in_force": {"from": since, "to": until},
        "sources": ["Bịa"],
        **more,
    }
    return Instrument.model_validate(data)


def test_guidance_that_agrees_with_the_law_has_no_findings() -> None:
    assert found() == []


class TestTheCitedText:
    def test_an_unknown_instrument_is_an_error(self) -> None:
        (one,) = found(legal_basis=cites("1/2099/NĐ-CP"))
        assert (one.code, one.level, one.field) == ("unknown_instrument", "error", "legal_basis-0-instrument")
        assert one.values == {"number": "1/2099/NĐ-CP"}

    @pytest.mark.parametrize(
        ("place", "field"),
        [
            ({"article": "5, 6"}, "article"),
            ({"article": "33 - 37"}, "article"),
            ({"article": "Chương II"}, "article"),
            ({"article": 7, "clause": "3, 4"}, "clause"),
            ({"article": 7, "clause": 3, "point": "a và b"}, "point"),
        ],
        ids=str,
    )
    def test_a_part_that_is_no_number_letter_or_annex_is_an_error(self, place: dict[str, Any], field: str) -> None:
        (one,) = found(legal_basis=cites("54/2014/QH13", **place))
        assert (one.code, one.field) == ("malformed_citation", f"legal_basis-0-{field}")

    @pytest.mark.parametrize(
        "place",
        [
            {"article": "16a"},
            {"article": "Phụ lục II"},
            {"article": 20, "clause": "1a", "point": "a.5"},
            {"point": "đ"},
        ],
        ids=str,
    )
    def test_numbers_letters_and_annexes_are_right(self, place: dict[str, Any]) -> None:
        assert codes(legal_basis=cites("54/2014/QH13", **place)) == []

    @pytest.mark.parametrize(
        ("as_of", "since", "expected"),
        [
            ("2026-06-30", "2021-01-01", ["outlives_basis"]),
            ("2026-07-01", "2021-01-01", ["basis_ended"]),
            ("2026-06-30", "2026-07-01", ["basis_ended"]),
        ],
    )
    def test_the_decree_on_fines_ended_with_june_2026(self, as_of: str, since: str, expected: list[str]) -> None:
        told = found(
            as_of,
            legal_basis=cites("128/2020/NĐ-CP", article=9),
            in_force={"from": since},
            text_date="2026-06-01",
        )
        assert [one.code for one in told] == expected
        assert told[0].values.get("by") == (None if expected == ["outlives_basis"] else "169/2026/NĐ-CP")

    def test_the_old_decree_may_be_the_basis_of_guidance_that_ended_with_it(self) -> None:
        parts: dict[str, Any] = {
            "legal_basis": cites("128/2020/NĐ-CP"),
            "in_force": {"from": "2021-01-01", "to": "2026-06-30"},
            "is_last": False,
        }
        assert codes("2026-06-30", **parts) == []
        assert codes("2026-07-01", **parts) == []

    @pytest.mark.parametrize(
        ("as_of", "since", "expected"),
        [
            ("2026-06-30", "2026-01-01", ["basis_not_yet"]),
            ("2026-06-30", "2026-07-01", []),
            ("2026-07-01", "2026-01-01", []),
        ],
    )
    def test_the_tax_administration_law_is_no_basis_before_july_2026(
        self, as_of: str, since: str, expected: list[str]
    ) -> None:
        told = codes(as_of, legal_basis=cites("108/2025/QH15"), in_force={"from": since}, text_date="2026-07-02")
        assert told == expected

    def test_a_text_to_come_may_be_cited_where_the_answer_says_so_in_both_languages(self) -> None:
        says = {
            "vi": "Luật 11/2026/QH16 áp dụng từ ngày 1/3/2027.",
            "en": "Law 11/2026/QH16 applies from 1 March 2027.",
        }
        basis = cites("11/2026/QH16")
        assert codes(legal_basis=basis, answer=says) == []
        silent = {**says, "en": "Law 11/2026/QH16 amends the Customs Law."}
        assert codes(legal_basis=basis, answer=silent) == ["basis_not_yet", "prose_not_in_force"]
        assert codes("2027-03-01", legal_basis=basis, answer=silent) == []

    @pytest.mark.parametrize(("as_of", "expected"), [("2027-02-28", "outlives_basis"), ("2027-03-01", "basis_ended")])
    def test_a_resolution_ends_with_february_2027(self, as_of: str, expected: str) -> None:
        told = codes(
            as_of, legal_basis=cites("66.17/2026/NQ-CP"), in_force={"from": "2026-07-01"}, text_date="2027-02-01"
        )
        assert told == [expected]

    def test_a_text_replaced_in_part_goes_on(self) -> None:
        replaces = {"instrument": "1/2020/NĐ-CP", "how": "replaces", "articles": ["5"]}
        law = Instruments(
            [
                an_instrument("1/2020/NĐ-CP", "2020-01-01"),
                an_instrument("2/2026/NĐ-CP", "2026-01-01", changes=[replaces]),
            ]
        )
        assert codes(instruments=law, legal_basis=cites("1/2020/NĐ-CP", article=6), text_date="2026-11-01") == []


class TestAmendments:
    @pytest.mark.parametrize(
        ("as_of", "read", "expected"),
        [
            ("2026-01-31", "2026-01-15", []),
            ("2026-02-01", "2026-01-15", ["amended_since"]),
            ("2026-02-01", "2026-02-01", []),
            ("2026-02-01", "2026-01-31", ["amended_since"]),
        ],
    )
    def test_circular_121_asks_for_another_look_from_february_2026(
        self, as_of: str, read: str, expected: list[str]
    ) -> None:
        basis = cites("38/2015/TT-BTC", article=86)
        assert codes(as_of, legal_basis=basis, text_date=read, in_force={"from": "2015-04-01"}) == expected

    @pytest.mark.parametrize(("as_of", "expected"), [("2027-02-28", []), ("2027-03-01", ["amended_since"])])
    def test_law_11_asks_for_another_look_from_march_2027(self, as_of: str, expected: list[str]) -> None:
        assert codes(as_of, legal_basis=cites("54/2014/QH13", article=25), text_date="2026-11-22") == expected

    def test_only_a_change_of_the_cited_article_counts(self) -> None:
        amends = {"instrument": "1/2020/NĐ-CP", "how": "amends", "articles": ["5"]}
        law = Instruments(
            [an_instrument("1/2020/NĐ-CP", "2020-01-01"), an_instrument("2/2026/NĐ-CP", "2026-07-01", changes=[amends])]
        )
        for article, expected in (("5", ["amended_since"]), ("6", []), (None, ["amended_since"])):
            basis = cites("1/2020/NĐ-CP", article=article)
            assert codes("2026-07-01", law, legal_basis=basis, text_date="2026-06-30") == expected
        (one,) = found("2026-07-01", law, legal_basis=cites("1/2020/NĐ-CP"), text_date="2026-06-30")
        assert one.values == {"number": "1/2020/NĐ-CP", "by": "2/2026/NĐ-CP (01/07/2026)"}


class TestTheEntryItself:
    @pytest.mark.parametrize(
        ("as_of", "expected"),
        [
            ("2027-01-28", []),
            ("2027-01-29", ["expires_soon"]),
            ("2027-02-28", ["expires_soon"]),
            ("2027-03-01", ["expired"]),
        ],
    )
    def test_an_entry_ends_and_is_told_thirty_days_before(self, as_of: str, expected: list[str]) -> None:
        told = codes(as_of, in_force={"from": "2026-01-01", "to": "2027-02-28"})
        assert [code for code in told if code.startswith("expire")] == expected

    def test_an_entry_that_goes_on_in_another_version_does_not_end(self) -> None:
        told = codes("2027-01-29", in_force={"from": "2026-01-01", "to": "2027-02-28"}, is_last=False)
        assert told == []

    @pytest.mark.parametrize(("as_of", "expected"), [("2027-11-22", []), ("2027-11-23", ["checked_long_ago"])])
    def test_after_a_year_the_law_is_to_be_read_again(self, as_of: str, expected: list[str]) -> None:
        assert codes(as_of, legal_basis=cites("05/2017/QH14")) == expected

    def test_an_unknown_related_entry_is_an_error(self) -> None:
        (one,) = found(related=["channels", "nowhere"])
        assert (one.code, one.level, one.field) == ("unknown_related", "error", "related-1")

    @pytest.mark.parametrize(
        ("vi", "basis", "expected"),
        [
            ("20.000 đồng một tờ khai.", "54/2014/QH13", ["fee_without_text"]),
            ("VND 20.000 một tờ khai.", "54/2014/QH13", ["fee_without_text"]),
            ("20.000 đồng một tờ khai.", "86/2025/TT-BTC", []),
            ("Không thu phí.", "54/2014/QH13", []),
        ],
    )
    def test_an_amount_needs_a_text_on_fees(self, vi: str, basis: str, expected: list[str]) -> None:
        told = codes(fee={"vi": vi, "en": "A fee."}, not_stated=[], legal_basis=cites(basis))
        assert told == expected

    def test_a_stale_translation_is_told_beside_the_language_that_lags(self) -> None:
        (one,) = found(stale=(Stale("answer", "vi", 3),))
        assert (one.code, one.level, one.field) == ("stale_translation", "warning", "answer-en")
        assert one.values == {"part": "answer", "changed": "vi", "other": "en", "since": 3}


class TestProse:
    def says(self, vi: str, **more: Any) -> list[str]:
        return codes(answer={"vi": vi, "en": "As before."}, **more)

    def test_a_text_that_is_named_belongs_to_the_legal_basis(self) -> None:
        assert self.says("Theo Thông tư 39/2015/TT-BTC.") == ["prose_not_in_basis"]
        assert self.says("Theo Thông tư 39/2015/TT-BTC.", legal_basis=cites("39/2015/TT-BTC")) == []

    def test_what_amends_or_is_amended_by_the_basis_may_be_named(self) -> None:
        assert self.says("Luật 90/2025/QH15 đã sửa Luật Hải quan.") == []

    def test_the_former_text_may_be_named_as_such(self) -> None:
        basis = {"legal_basis": cites("292/2026/NĐ-CP"), "in_force": {"from": "2026-09-05"}}
        assert self.says("Theo Nghị định 292/2026/NĐ-CP, thay Nghị định 69/2018/NĐ-CP.", **basis) == []
        assert self.says("Theo Điều 39 Nghị định 69/2018/NĐ-CP.", **basis) == ["prose_not_in_force"]

    def test_what_is_not_certain_is_not_held_against_an_answer(self) -> None:
        assert self.says("Theo Điều 5 và theo Luật này, mẫu 04/HTK/GSQL.") == []


def contents(*versions: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    before: dict[str, Any] = {"answer": {"vi": "một", "en": "one"}, "fee": {"vi": "hai", "en": "two"}}
    history = [(1, before)]
    for number, version in enumerate(versions, 2):
        before = {part: {**before.get(part, {}), **version.get(part, {})} for part in (*before, *version)}
        history.append((number, before))
    return history


class TestHistory:
    def test_a_change_in_one_language_only_is_stale_until_the_other_follows(self) -> None:
        changed = {"answer": {"vi": "mới"}}
        assert stale_in(contents(changed)) == [Stale("answer", "vi", 2)]
        assert stale_in(contents(changed, {"fee": {"vi": "x", "en": "y"}})) == [Stale("answer", "vi", 2)]
        assert stale_in(contents(changed, {"answer": {"en": "new"}})) == []

    def test_a_change_in_both_languages_is_none(self) -> None:
        assert stale_in(contents({"answer": {"vi": "mới", "en": "new"}})) == []
        assert stale_in(contents()) == []

    def test_a_part_that_is_new_in_both_languages_is_none(self) -> None:
        assert stale_in(contents({"where": {"vi": "đâu", "en": "where"}})) == []

    def test_somebody_who_compared_both_settles_what_was_changed_before(self) -> None:
        history = contents({"answer": {"vi": "mới"}}, {"answer": {"vi": "mới nữa"}})
        assert stale_in(history, [("answer", 2)]) == [Stale("answer", "vi", 3)]
        assert stale_in(history, [("answer", 3)]) == []
        assert stale_in(history, [("fee", 3)]) == [Stale("answer", "vi", 3)]


class TestWords:
    def test_every_code_has_its_sentence_and_its_name(self) -> None:
        assert [code for code in LEVELS if not TEXTS.has(f"lint.{code}") or not TEXTS.has(f"lint.kind.{code}")] == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_days_parts_and_languages_are_said_as_people_say_them(self, language: str) -> None:
        said = sentence(TEXTS, "basis_ended", {"number": "1/NĐ", "ended": "2026-06-30", "by": "2/NĐ"}, language)  # type: ignore[arg-type]
        assert ("30/6/2026" if language == "vi" else "30 June 2026") in said
        assert "2/NĐ" in said
        values = {"part": "answer", "changed": "vi", "other": "en", "since": 3}
        told = sentence(TEXTS, "stale_translation", values, language)  # type: ignore[arg-type]
        assert ("tiếng Anh" if language == "vi" else "English") in told

    def test_a_finding_is_the_same_wherever_its_citation_stands_in_the_list(self) -> None:
        first = found(legal_basis=cites("1/2099/NĐ-CP"))[0]
        second = found(legal_basis=cites("54/2014/QH13", "1/2099/NĐ-CP"))[0]
        assert first.field != second.field
        assert (first.key, first.digest) == (second.key, second.digest)
