"""Who has a part in a case by its thread, and how large it is."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.cases.model import CaseEntry, EntryKind
from desk.ratings.crediting import Part, parts_of

AN, BINH, CHI = 1, 2, 3


def entry(kind: EntryKind, officer: int | None = None, **detail: object) -> CaseEntry:
    return CaseEntry(kind=kind.value, officer_id=officer, detail=detail, at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))


def moved(by: int, from_: str, to: str) -> CaseEntry:
    return entry(EntryKind.TRANSFERRED, by, **{"from": from_, "to": to})


def test_who_answers_alone_has_the_whole() -> None:
    thread = [entry(EntryKind.OPENED), entry(EntryKind.CLAIMED, AN), entry(EntryKind.REPLIED, AN)]
    assert parts_of([*thread, entry(EntryKind.RESOLVED, AN)], "CATLAI") == [Part(AN, "CATLAI", 1)]


def test_those_who_wrote_share_in_equal_parts_however_much_each_wrote() -> None:
    thread = [
        entry(EntryKind.ASKED, AN),
        moved(AN, "CATLAI", "KV03"),
        entry(EntryKind.REPLIED, BINH),
        entry(EntryKind.REPLIED, BINH),
        entry(EntryKind.RESOLVED, BINH),
    ]
    assert parts_of(thread, "KV03") == [Part(AN, "CATLAI", 0.5), Part(BINH, "KV03", 0.5)]


def test_who_only_passed_a_case_on_has_no_part() -> None:
    thread = [entry(EntryKind.CLAIMED, AN), moved(AN, "CATLAI", "KV03"), entry(EntryKind.REPLIED, BINH)]
    assert parts_of(thread, "KV03") == [Part(BINH, "KV03", 1)]


def test_a_signed_reply_is_its_drafters() -> None:
    assert parts_of([entry(EntryKind.REPLIED, CHI, drafted_by=AN)], "KV03") == [Part(AN, "KV03", 1)]


def test_where_nobody_wrote_who_resolved_has_the_whole() -> None:
    thread = [entry(EntryKind.CLAIMED, AN), entry(EntryKind.NOTED, BINH), entry(EntryKind.RESOLVED, AN)]
    assert parts_of(thread, "VN") == [Part(AN, "VN", 1)]


def test_of_a_case_that_moved_twice_each_unit_is_the_one_in_which_the_officer_wrote_last() -> None:
    thread = [
        entry(EntryKind.ASKED, AN),
        moved(AN, "A", "B"),
        entry(EntryKind.ASKED, BINH),
        moved(BINH, "B", "A"),
        entry(EntryKind.REPLIED, AN),
    ]
    assert parts_of(thread, "A") == [Part(AN, "A", 0.5), Part(BINH, "B", 0.5)]


@given(st.lists(st.tuples(st.sampled_from([EntryKind.REPLIED, EntryKind.ASKED, EntryKind.NOTED]), st.integers(1, 9))))
def test_the_parts_are_the_whole(acts: list[tuple[EntryKind, int]]) -> None:
    parts = parts_of([entry(kind, officer) for kind, officer in acts] + [entry(EntryKind.RESOLVED, AN)], "VN")
    assert sum(part.share for part in parts) == pytest.approx(1)
    assert len({part.officer_id for part in parts}) == len(parts)
