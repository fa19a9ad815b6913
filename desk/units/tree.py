"""A tree of units as a file: reading and writing its rows, and finding what is wrong with them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desk.json_text import NotJson, parse_json
from desk.units.faults import Fault
from desk.units.model import DEPARTMENT, Unit, UnitKind
from desk.working_time.week import WEEKDAYS, BadCalendar, Week

COLUMNS = (
    *("code", "kind", "parent", "name_vi", "name_en"),
    *("provinces", "office_codes", "other_names", "hours", "source"),
)
REQUIRED = COLUMNS[:5]
#: What lies above comes first: a unit's kind comes after its parent's.
RANK = {kind.value: rank for rank, kind in enumerate(UnitKind)}

#: Stands in for the hours of the authority, which a unit's hours may leave out in part.
_AUTHORITYS = Week(dict.fromkeys(WEEKDAYS, ((0, 1),)), {})
#: Viet Nam's customs has some two hundred units.
FILE_BYTES, UNITS = 2 * 1024 * 1024, 5_000
#: So many faults are told; a file with more is not read any further.
MOST_FAULTS = 100
_CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_OFFICE_CODE = re.compile(r"[A-Z0-9]{2,10}")


class TreeError(ValueError):
    """The tree cannot be used; each of ``faults`` is a sentence."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class UnitRow:
    """A unit as its row has it.

    ``line`` is the line of the file, or 0 where it comes from the store. ``left_out`` names the columns that the file
    does not have: of them a unit that is there already keeps what it has.
    """

    code: str
    kind: str
    parent: str | None
    name_vi: str
    name_en: str
    provinces: tuple[str, ...] = ()
    office_codes: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    hours: dict[str, Any] | None = None
    source: str | None = None
    line: int = field(default=0, compare=False)
    left_out: frozenset[str] = field(default=frozenset(), compare=False)


def read(path: Path) -> list[UnitRow]:
    """The rows of a CSV file in UTF-8 with or without a byte order mark; raises TreeError with every fault."""
    return decoded(path.read_bytes(), path.name)


def decoded(data: bytes, name: str) -> list[UnitRow]:
    """The rows of what a CSV file of this name holds; raises TreeError with every fault."""
    if len(data) > FILE_BYTES:
        raise TreeError([Fault.of("too_large", limit=FILE_BYTES // 1024**2)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TreeError([Fault.of("not_utf8", file=name)]) from None
    return parse(text)


def parse(text: str) -> list[UnitRow]:
    """The rows of a CSV text; raises TreeError with every fault that a single row can have."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    faults = _header_faults(reader.fieldnames or ())
    if faults:
        raise TreeError(faults)
    rows: list[UnitRow] = []
    try:
        for cells in reader:
            faults += _cell_faults(cells, reader.line_num)
            if len(faults) > MOST_FAULTS:
                raise TreeError([*faults[:MOST_FAULTS], Fault.of("more")])
            if len(rows) >= UNITS:
                raise TreeError([Fault.of("too_many", reader.line_num, limit=UNITS)])
            if not faults:
                rows.append(_row(cells, reader.line_num))
    except csv.Error as error:
        faults.append(Fault.of("no_csv", reader.line_num, said=error))
    if faults:
        raise TreeError(faults)
    return rows


def _header_faults(names: Iterable[str]) -> list[Fault]:
    given = list(names)
    missing = [name for name in REQUIRED if name not in given]
    unknown = [name for name in given if name not in COLUMNS]
    if missing:
        return [Fault.of("columns_missing", 1, columns=", ".join(missing))]
    return [Fault.of("columns_unknown", 1, columns=", ".join(map(repr, unknown)))] if unknown else []


def _cell_faults(cells: Mapping[Any, Any], line: int) -> list[Fault]:
    if None in cells or None in cells.values():
        return [Fault.of("cells", line)]
    faults = [
        Fault.of("empty", line, column=name) for name in ("code", "name_vi", "name_en") if not cells[name].strip()
    ]
    code, kind = cells["code"].strip(), cells["kind"].strip()
    if code and not _CODE.fullmatch(code):
        faults.append(Fault.of("code", line, code=code))
    if kind not in RANK:
        faults.append(Fault.of("kind", line, kind=kind, kinds=", ".join(RANK)))
    for office_code in listed(cells.get("office_codes", "")):
        if not _OFFICE_CODE.fullmatch(office_code):
            faults.append(Fault.of("office_code", line, code=office_code))
    return faults + _hours_faults(cells.get("hours", "").strip(), line)


def _hours_faults(cell: str, line: int) -> list[Fault]:
    if not cell:
        return []
    try:
        Week.read(parse_json(cell), "hours", _AUTHORITYS)
    except NotJson:
        return [Fault.of("hours_no_json", line)]
    except BadCalendar as refused:
        return [Fault.of("hours", line, said=refused)]
    return []


def _row(cells: Mapping[str, str], line: int) -> UnitRow:
    return UnitRow(
        code=cells["code"].strip(),
        kind=cells["kind"].strip(),
        parent=cells["parent"].strip() or None,
        name_vi=cells["name_vi"].strip(),
        name_en=cells["name_en"].strip(),
        provinces=listed(cells.get("provinces", "")),
        office_codes=listed(cells.get("office_codes", "")),
        other_names=listed(cells.get("other_names", "")),
        hours=parse_json(cells.get("hours", "").strip() or "null"),
        source=cells.get("source", "").strip() or None,
        line=line,
        left_out=frozenset(COLUMNS) - cells.keys(),
    )


def listed(cell: str) -> tuple[str, ...]:
    """The parts of a cell between semicolons, each once."""
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def write(rows: Iterable[UnitRow]) -> str:
    """The rows as a CSV text that ``parse`` reads back."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        lists = (";".join(part) for part in (row.provinces, row.office_codes, row.other_names))
        hours = json.dumps(row.hours, ensure_ascii=False) if row.hours is not None else ""
        writer.writerow(
            [row.code, row.kind, row.parent or "", row.name_vi, row.name_en, *lists, hours, row.source or ""]
        )
    return text.getvalue()


def row_of(unit: Unit, parent: Unit | None) -> UnitRow:
    """A unit of the store as a row."""
    return UnitRow(
        code=unit.code,
        kind=unit.kind,
        parent=parent.code if parent else None,
        name_vi=unit.name_vi,
        name_en=unit.name_en,
        provinces=tuple(unit.provinces),
        office_codes=tuple(unit.office_codes),
        other_names=tuple(unit.other_names),
        hours=unit.hours,
        source=unit.source,
    )


def row_faults(row: UnitRow) -> list[Fault]:
    """What is wrong with a row by itself, as if it stood in a file."""
    (cells,) = csv.DictReader(io.StringIO(write([row]), newline=""))
    return _cell_faults(cells, row.line)


def faults_of(rows: Sequence[UnitRow], standing: Iterable[UnitRow] = ()) -> list[Fault]:
    """What is wrong with the tree that the rows make together with the units that stand already, as sentences."""
    faults, seen = [], dict[str, int]()
    for row in rows:
        if row.code in seen:
            faults.append(Fault.of("twice", row.line, code=row.code, other=seen[row.code]))
        seen.setdefault(row.code, row.line)
    merged = {row.code: row for row in (*standing, *rows)}
    for row in merged.values():
        faults += _place_faults(row, merged)
    return faults + _office_code_faults(merged.values())


def _place_faults(row: UnitRow, merged: Mapping[str, UnitRow]) -> list[Fault]:
    """What is wrong with where a unit lies."""
    if row.code == DEPARTMENT:
        right = row.parent is None and row.kind == UnitKind.DEPARTMENT
        return [] if right else [Fault.of("top", row.line, code=DEPARTMENT)]
    if row.parent is None or row.kind == UnitKind.DEPARTMENT:
        return [Fault.of("below_nothing", row.line, code=row.code, top=DEPARTMENT)]
    parent = merged.get(row.parent)
    if parent is None:
        return [Fault.of("no_parent", row.line, parent=row.parent, code=row.code)]
    if _lies_below_itself(row, merged):
        return [Fault.of("below_itself", row.line, code=row.code)]
    if RANK[row.kind] <= RANK[parent.kind]:
        return [Fault.of("rank", row.line or parent.line, code=row.code, kind=row.kind, above=parent.kind)]
    return []


def _lies_below_itself(row: UnitRow, merged: Mapping[str, UnitRow]) -> bool:
    above, passed = row.parent, set[str]()
    while above is not None and above in merged and above not in passed:
        if above == row.code:
            return True
        passed.add(above)
        above = merged[above].parent
    return False


def _office_code_faults(merged: Iterable[UnitRow]) -> list[Fault]:
    faults, holders = [], dict[str, UnitRow]()
    for row in merged:
        for code in row.office_codes:
            other = holders.setdefault(code, row)
            if other is not row:
                line = row.line or other.line
                faults.append(Fault.of("office_code_twice", line, office_code=code, other=other.code, code=row.code))
    return faults
