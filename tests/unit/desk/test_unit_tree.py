"""A tree of units as a file: what is read, what is refused and how that is said; and the tree that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk.units.tree import COLUMNS, TreeError, UnitRow, faults_of, parse, read, write
from tests.desk_fixtures import CONTENT

HEADER = ",".join(COLUMNS)
REGION = UnitRow("R1", "region", "VN", "Khu vực 1", "Region 1", line=2)
OFFICE = UnitRow("R1-A", "office", "R1", "Hải quan A", "Office A", office_codes=("01AA",), line=3)
TOP = UnitRow("VN", "department", None, "Cục Hải quan", "Vietnam Customs")


def refused(text: str) -> list[str]:
    with pytest.raises(TreeError) as raised:
        parse(text)
    return raised.value.faults


def test_a_row_is_read_with_its_lists_and_hours() -> None:
    hours = '"{""duty"": {""sunday"": [""08:00-11:30""]}}"'
    (row,) = parse(f"{HEADER}\nR1,region,VN,Khu vực 1,Region 1,Huế; Sơn La,01AA;01AB,KV1,{hours},Nguồn\n")
    assert row == UnitRow(
        *("R1", "region", "VN", "Khu vực 1", "Region 1"),
        *(("Huế", "Sơn La"), ("01AA", "01AB"), ("KV1",), {"duty": {"sunday": ["08:00-11:30"]}}, "Nguồn"),
    )
    assert row.line == 2


def test_only_the_first_five_columns_are_needed() -> None:
    (row,) = parse("code,kind,parent,name_vi,name_en\nR1,region,VN,Khu vực 1,Region 1\n")
    assert row == REGION


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_is_read_with_and_without_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "units.csv"
    path.write_text(write([REGION]), encoding=encoding)
    assert read(path) == [REGION]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(write([REGION]), encoding="utf-16")
    with pytest.raises(TreeError, match="UTF-8"):
        read(path)


def test_what_is_written_is_read_back() -> None:
    rows = [
        REGION,
        UnitRow(
            "R1-B",
            "team",
            "R1",
            'Đội "B", ca 2',
            "Team B",
            hours={"office": {"monday": ["08:00-12:00"]}},
            source="a\nb",
        ),
    ]
    assert parse(write(rows)) == rows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1: the columns code, kind, parent, name_vi, name_en are missing"),
        ("code;kind;parent;name_vi;name_en\n", "are missing"),
        (f"{HEADER},phone\n", "'phone'"),
        ("code,kind,parent,name_vi,name_en\nR1,region,VN,Khu vực 1\n", "Line 2: the number of cells"),
        ("code,kind,parent,name_vi,name_en\nR1,region,VN,a,b,c\n", "Line 2: the number of cells"),
        ("code,kind,parent,name_vi,name_en\n\nR1,region,VN,,b\n", "Line 3: name_vi is empty"),
        ("code,kind,parent,name_vi,name_en\nr 1,region,VN,a,b\n", "'r 1'"),
        ("code,kind,parent,name_vi,name_en\nR1,province,VN,a,b\n", "none of department, region, office, team"),
        (f"{HEADER}\nR1,region,VN,a,b,,01 aa,,,\n", "'01 aa'"),
        (f"{HEADER}\nR1,region,VN,a,b,,,,8-17,\n", "Line 2: hours are no JSON"),
        (f"{HEADER}\nR1,region,VN,a,b,,,,[1],\n", "Line 2: hours: names and values are expected"),
        (f'{HEADER}\nR1,region,VN,a,b,,,,"{{""lunch"": 1}}",\n', "Line 2: hours: there are only office and duty"),
        ('code,kind,parent,name_vi,name_en\nR1,region,VN,a,"b\n', "this is no CSV"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_line(text: str, said: str) -> None:
    (fault,) = refused(text)
    assert said in fault


def test_every_fault_is_told_at_once() -> None:
    assert len(refused("code,kind,parent,name_vi,name_en\nR1,x,VN,a,b\nR2,region,VN,a,\n")) == 2


def test_a_tree_that_fits_has_no_faults() -> None:
    assert faults_of([REGION, OFFICE], [TOP]) == []
    assert faults_of([OFFICE, REGION], [TOP]) == []
    assert faults_of([OFFICE], [TOP, REGION]) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (UnitRow("R1", "region", "VN", "a", "b", line=9), "Line 9: the code R1 is on line 2 already."),
        (UnitRow("R2", "region", "R9", "a", "b", line=9), "Line 9: the parent R9 of R2 is not known, or is closed."),
        (
            UnitRow("R2", "region", "R1", "a", "b", line=9),
            "Line 9: R2, a unit of kind region, cannot lie below a region.",
        ),
        (UnitRow("R2", "office", "R2", "a", "b", line=9), "Line 9: R2 lies below itself."),
        (UnitRow("R2", "region", None, "a", "b", line=9), "Line 9: R2 must lie below another unit"),
        (UnitRow("R2", "department", "VN", "a", "b", line=9), "Line 9: R2 must lie below another unit"),
        (UnitRow("VN", "region", None, "a", "b", line=9), "Line 9: VN is the unit at the top"),
        (
            UnitRow("R1-B", "office", "R1", "a", "b", office_codes=("01AA",), line=9),
            "Line 9: the office code 01AA is both R1-A's and R1-B's.",
        ),
    ],
)
def test_what_does_not_fit_into_the_tree_is_told_with_its_line(row: UnitRow, said: str) -> None:
    (fault, *_) = faults_of([REGION, OFFICE, row], [TOP])
    assert said in fault


def test_a_circle_of_two_is_found() -> None:
    circle = [UnitRow("A", "office", "B", "a", "a", line=2), UnitRow("B", "team", "A", "b", "b", line=3)]
    assert "Line 2: A lies below itself." in faults_of(circle, [TOP])


def test_a_new_kind_must_fit_what_lies_below_already() -> None:
    (fault,) = faults_of(
        [UnitRow("R1", "office", "VN", "a", "b", line=2)], [TOP, REGION, UnitRow("X", "office", "R1", "a", "b")]
    )
    assert fault == "Line 2: X, a unit of kind office, cannot lie below a office."


class TestTheTreeThatShips:
    rows = read(CONTENT / "units.csv")

    def test_it_fits_together(self) -> None:
        assert faults_of(self.rows) == []

    def test_it_has_the_department_and_its_twenty_regions(self) -> None:
        regions = [row for row in self.rows if row.kind == "region"]
        assert [row.code for row in regions] == [f"KV{n:02d}" for n in range(1, 21)]
        assert {row.parent for row in regions} == {"VN"}
        provinces = [province for row in regions for province in row.provinces]
        assert len(provinces) == len(set(provinces))

    def test_every_row_has_its_source(self) -> None:
        assert [row.code for row in self.rows if not row.source] == []

    def test_offices_are_given_only_for_region_two(self) -> None:
        assert {row.code[:4] for row in self.rows if row.kind in ("office", "team")} == {"KV02"}
