"""What administrators may do with units: only below their own; and the tree loaded from a file, looked at before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.cases.model import Case
from desk.people.model import Officer
from desk.units import administration, register
from desk.units import service as units
from desk.units.administration import UnitRefused
from desk.units.tree import TreeError, UnitRow, parse, write
from tests.administration_fixtures import add_administrators
from tests.desk_fixtures import NOON, World
from tests.small_tree import a_case_at, officer, unit

Act = Callable[[Session, str, Officer], object]


@pytest.fixture(autouse=True)
def _administrators(world: World) -> None:
    add_administrators(world)


def a_row(code: str, parent: str, kind: str = "team", **more: object) -> UnitRow:
    return UnitRow(code, kind, parent, f"Đội {code}", f"Team {code}", **more)  # type: ignore[arg-type]


ACTS: dict[str, Act] = {
    "rename": lambda s, code, by: administration.change(s, unit(s, code), by=by, at=NOON, name_vi="Tên mới"),
    "close": lambda s, code, by: administration.close(s, unit(s, code), "Sắp xếp lại", by=by, at=NOON),
    "load": lambda s, code, by: administration.load(
        s, [replace(row, name_en="New") for row in units.rows(s) if row.code == code], by=by, at=NOON
    ),
}


def refusal(world: World, act: Act, code: str, by: str) -> str | None:
    """Why the act was refused, None where it was done; what was done is taken back."""
    with world.store.writing() as session:
        attempt = session.begin_nested()
        try:
            act(session, code, officer(session, by))
        except UnitRefused as refused:
            return refused.reason.removeprefix("page.units.refused_")
        finally:
            attempt.rollback()
    return None


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize(
    ("by", "code", "refused"),
    [
        ("quang", "KV02", None),
        ("quang", "CATLAI-1", None),
        ("ngoc", "CATLAI", None),
        ("ngoc", "CATLAI-1", None),
        ("tam", "CATLAI-1", None),
        ("ngoc", "KV02", "unit"),
        ("ngoc", "KV03", "unit"),
        ("ngoc", "VN", "unit"),
        ("tam", "LINHTRUNG", "unit"),
        ("vinh", "CATLAI", "unit"),
    ],
)
def test_an_administrator_edits_only_below(world: World, act: Act, by: str, code: str, refused: str | None) -> None:
    assert refusal(world, act, code, by) == refused


def test_the_department_changes_its_own_name_and_is_never_closed(world: World) -> None:
    assert refusal(world, ACTS["rename"], "VN", "quang") is None
    assert refusal(world, ACTS["close"], "VN", "quang") == "unit"


@pytest.mark.parametrize(
    ("by", "parent", "refused"),
    [("ngoc", "KV02", None), ("ngoc", "CATLAI", None), ("ngoc", "KV03", "unit"), ("tam", "KV02", "unit")],
)
def test_a_unit_is_added_below_ones_own(world: World, by: str, parent: str, refused: str | None) -> None:
    def add(session: Session, code: str, by: Officer) -> object:
        return administration.add(session, a_row("MOI", code, "team"), by=by, at=NOON)

    assert refusal(world, add, parent, by) == refused


@pytest.mark.parametrize(
    ("by", "code", "parent", "refused"),
    [
        ("ngoc", "CATLAI-1", "LINHTRUNG", None),
        ("ngoc", "CATLAI-1", "KV02", None),
        ("ngoc", "CATLAI-1", "KV03", "unit"),
        ("long", "CATLAI-1", "KV03", "unit"),
        ("tam", "CATLAI-1", "LINHTRUNG", "unit"),
        ("quang", "CATLAI", "KV03", None),
    ],
)
def test_a_unit_is_moved_from_below_to_below(
    world: World, by: str, code: str, parent: str, refused: str | None
) -> None:
    def move(session: Session, code: str, by: Officer) -> object:
        return administration.change(session, unit(session, code), by=by, at=NOON, parent=parent)

    assert refusal(world, move, code, by) == refused


def test_where_a_unit_may_be_moved_to(world: World) -> None:
    with world.store.reading() as session:
        for by, code, places in (
            ("ngoc", "CATLAI-1", ["KV02", "CATLAI", "LINHTRUNG"]),
            ("quang", "CATLAI", ["VN", "KV02", "KV03"]),
            ("tam", "CATLAI-1", ["CATLAI"]),
        ):
            found = administration.places_for(session, unit(session, code), officer(session, by))
            assert sorted(each.code for each in found) == sorted(places)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (a_row("moi", "KV02"), "code"),
        (replace(a_row("MOI", "KV02"), name_vi=""), "empty"),
        (a_row("MOI", "KV02", "region"), "rank"),
        (a_row("MOI", "KHONG-CO"), "no_parent"),
        (a_row("MOI", "KV02", office_codes=("02CI",)), "office_code_twice"),
    ],
)
def test_a_unit_that_does_not_fit_is_refused_with_the_name_of_its_fault(world: World, row: UnitRow, name: str) -> None:
    with world.store.writing() as session, pytest.raises(TreeError) as refused:
        administration.add(session, row, by=officer(session, "quang"), at=NOON)
    assert [fault.name for fault in refused.value.faults] == [name]


def test_a_code_is_taken_also_by_a_closed_unit(world: World) -> None:
    with world.store.writing() as session:
        administration.close(session, unit(session, "CATLAI-1"), "Giải thể", by=officer(session, "tam"), at=NOON)
        with pytest.raises(UnitRefused, match="refused_taken"):
            administration.add(session, a_row("CATLAI-1", "CATLAI"), by=officer(session, "tam"), at=NOON)


def test_a_unit_closes_with_those_below_and_its_cases_go_up_for_the_reason(world: World) -> None:
    cases = [a_case_at(world, code, world.chatter(f"10{n}")) for n, code in enumerate(("CATLAI", "CATLAI-1"))]
    with world.store.writing() as session:
        catlai, ngoc = unit(session, "CATLAI"), officer(session, "ngoc")
        assert administration.open_cases(session, catlai) == 2
        with pytest.raises(UnitRefused, match="refused_no_reason"):
            administration.close(session, catlai, "  ", by=ngoc, at=NOON)
        report = administration.close(session, catlai, "Sáp nhập", by=ngoc, at=NOON)
        assert report.closed == ["CATLAI-1", "CATLAI"]
        assert len(report.cases) == 2
        with pytest.raises(UnitRefused, match="refused_closed"):
            administration.close(session, catlai, "Nữa", by=ngoc, at=NOON)
    with world.store.reading() as session:
        for case_id in cases:
            case = session.get_one(Case, case_id)
            assert (case.unit.code, case.entries[-1].text) == ("KV02", "Sáp nhập")
        closed = session.scalars(select(AuditEntry.subject).where(AuditEntry.act == "unit.closed"))
        assert sorted(closed) == ["CATLAI", "CATLAI-1"]


class TestATreeFromAFile:
    def test_what_was_downloaded_changes_nothing_when_it_is_loaded(self, world: World) -> None:
        for by in ("quang", "ngoc"):
            with world.store.writing() as session:
                who = officer(session, by)
                rows = parse(write(administration.rows_for(session, who)))
                report = administration.load(session, rows, by=who, at=NOON)
                assert report.touched() == set()
                assert len(report.unchanged) == len(rows)

    def test_the_download_of_a_sub_unit_has_what_lies_there(self, world: World) -> None:
        with world.store.reading() as session:
            rows = administration.rows_for(session, officer(session, "tam"))
        assert [row.code for row in rows] == ["CATLAI", "CATLAI-1"]

    def test_a_preview_tells_what_a_load_would_do_and_leaves_everything(self, world: World) -> None:
        with world.store.writing() as session:
            before = session.scalar(select(func.count(AuditEntry.id)))
            quang = officer(session, "quang")
            rows = [replace(row, name_en="Newer") if row.code == "CATLAI" else row for row in units.rows(session)]
            rows = [replace(row, parent="LINHTRUNG") if row.code == "CATLAI-1" else row for row in rows]
            rows = [row for row in rows if row.code != "KV03"] + [a_row("MOI", "KV02", "office")]
            seen = administration.preview(session, rows, by=quang, at=NOON, close_missing=True)
            assert (seen.added, seen.changed, seen.moved, seen.closed) == (["MOI"], ["CATLAI"], ["CATLAI-1"], ["KV03"])
            assert seen.details == {
                "CATLAI": {"name_en": ["Cat Lai Port Customs", "Newer"]},
                "CATLAI-1": {"parent": ["CATLAI", "LINHTRUNG"]},
            }
        with world.store.writing() as session:
            assert session.scalar(select(func.count(AuditEntry.id))) == before
            assert units.by_code(session, "MOI") is None
            assert unit(session, "KV03").active
            assert unit(session, "CATLAI").name_en == "Cat Lai Port Customs"
            done = administration.load(session, rows, by=officer(session, "quang"), at=NOON, close_missing=True)
            assert administration.fingerprint(done) == administration.fingerprint(seen)

    def test_a_file_that_changes_other_units_too_is_refused_as_a_whole(self, world: World) -> None:
        with world.store.writing() as session:
            rows = [replace(row, name_en="N") if row.code in ("CATLAI", "KV03") else row for row in units.rows(session)]
            with pytest.raises(UnitRefused) as refused:
                administration.load(session, rows, by=officer(session, "ngoc"), at=NOON)
        assert refused.value.values == {"codes": "KV03"}

    def test_a_sub_unit_closes_nothing_elsewhere_by_leaving_it_out(self, world: World) -> None:
        with world.store.writing() as session:
            ngoc = officer(session, "ngoc")
            rows = administration.rows_for(session, ngoc)
            with pytest.raises(UnitRefused) as refused:
                administration.load(session, rows, by=ngoc, at=NOON, close_missing=True)
        assert refused.value.values == {"codes": "KV03"}


def test_the_tree_as_an_administrator_sees_it(world: World) -> None:
    a_case_at(world, "CATLAI", world.chatter("100"))
    with world.store.writing() as session:
        units.close(session, unit(session, "LINHTRUNG"), "x", by="operator", at=NOON)
    with world.store.reading() as session:
        ngoc = officer(session, "ngoc")
        lines = [(line.unit.code, line.depth, line.officers, line.cases) for line in register.lines(session, ngoc)]
        with_closed = [line.unit.code for line in register.lines(session, ngoc, closed=True)]
        named = [line.unit.code for line in register.lines(session, ngoc, words="doi thu tuc")]
    assert lines == [("KV02", 0, 2, 0), ("CATLAI", 1, 4, 1), ("CATLAI-1", 2, 0, 0)]
    assert with_closed == ["KV02", "CATLAI", "CATLAI-1", "LINHTRUNG"]
    assert named == ["CATLAI-1"]
