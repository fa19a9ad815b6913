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
_CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_OFFICE_CODE = re.compile(r"[A-Z0-9]{2,10}")


class TreeError(ValueError):
    """The tree cannot be used; each of ``faults`` is a sentence."""

    def __init__(self, faults: Sequence[str]) -> None:
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
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise TreeError([f"{path.name} is not in UTF-8; save it as “CSV UTF-8”."]) from None
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
            if not faults:
                rows.append(_row(cells, reader.line_num))
    except csv.Error as error:
        faults.append(f"Line {reader.line_num}: this is no CSV ({error}).")
    if faults:
        raise TreeError(faults)
    return rows


def _header_faults(names: Iterable[str]) -> list[str]:
    given = list(names)
    missing = [name for name in REQUIRED if name not in given]
    unknown = [name for name in given if name not in COLUMNS]
    if missing:
        return [f"Line 1: the columns {', '.join(missing)} are missing; the first line names them, between commas."]
    return [f"Line 1: the columns {', '.join(map(repr, unknown))} are not known."] if unknown else []


def _cell_faults(cells: Mapping[Any, Any], line: int) -> list[str]:
    if None in cells or None in cells.values():
        return [f"Line {line}: the number of cells is not that of the first line."]
    faults = [f"Line {line}: {name} is empty." for name in ("code", "name_vi", "name_en") if not cells[name].strip()]
    code, kind = cells["code"].strip(), cells["kind"].strip()
    if code and not _CODE.fullmatch(code):
        faults.append(f"Line {line}: the code {code!r} may have capital letters, digits and hyphens only.")
    if kind not in RANK:
        faults.append(f"Line {line}: the kind {kind!r} is none of {', '.join(RANK)}.")
    for office_code in _listed(cells.get("office_codes", "")):
        if not _OFFICE_CODE.fullmatch(office_code):
            faults.append(f"Line {line}: the office code {office_code!r} may have 2 to 10 capital letters and digits.")
    return faults + _hours_faults(cells.get("hours", "").strip(), line)


def _hours_faults(cell: str, line: int) -> list[str]:
    if not cell:
        return []
    try:
        Week.read(json.loads(cell), f"Line {line}: hours", _AUTHORITYS)
    except json.JSONDecodeError:
        return [f"Line {line}: hours are no JSON; desk/working_time/week.py has their shape."]
    except BadCalendar as refused:
        return [f"{refused}."]
    return []


def _row(cells: Mapping[str, str], line: int) -> UnitRow:
    return UnitRow(
        code=cells["code"].strip(),
        kind=cells["kind"].strip(),
        parent=cells["parent"].strip() or None,
        name_vi=cells["name_vi"].strip(),
        name_en=cells["name_en"].strip(),
        provinces=_listed(cells.get("provinces", "")),
        office_codes=_listed(cells.get("office_codes", "")),
        other_names=_listed(cells.get("other_names", "")),
        hours=json.loads(cells.get("hours", "").strip() or "null"),
        source=cells.get("source", "").strip() or None,
        line=line,
        left_out=frozenset(COLUMNS) - cells.keys(),
    )


def _listed(cell: str) -> tuple[str, ...]:
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


def faults_of(rows: Sequence[UnitRow], standing: Iterable[UnitRow] = ()) -> list[str]:
    """What is wrong with the tree that the rows make together with the units that stand already, as sentences."""
    faults, seen = [], dict[str, int]()
    for row in rows:
        if row.code in seen:
            faults.append(f"Line {row.line}: the code {row.code} is on line {seen[row.code]} already.")
        seen.setdefault(row.code, row.line)
    merged = {row.code: row for row in (*standing, *rows)}
    for row in merged.values():
        faults += _place_faults(row, merged)
    return faults + _office_code_faults(merged.values())


def _place_faults(row: UnitRow, merged: Mapping[str, UnitRow]) -> list[str]:
    """What is wrong with where a unit lies."""
    at = _at(row)
    if row.code == DEPARTMENT:
        right = row.parent is None and row.kind == UnitKind.DEPARTMENT
        return [] if right else [f"{at}{DEPARTMENT} is the unit at the top: a department without a parent."]
    if row.parent is None or row.kind == UnitKind.DEPARTMENT:
        return [f"{at}{row.code} must lie below another unit; the one department at the top is {DEPARTMENT}."]
    parent = merged.get(row.parent)
    if parent is None:
        return [f"{at}the parent {row.parent} of {row.code} is not known, or is closed."]
    if _lies_below_itself(row, merged):
        return [f"{at}{row.code} lies below itself."]
    if RANK[row.kind] <= RANK[parent.kind]:
        return [f"{at or _at(parent)}{row.code}, a unit of kind {row.kind}, cannot lie below a {parent.kind}."]
    return []


def _lies_below_itself(row: UnitRow, merged: Mapping[str, UnitRow]) -> bool:
    above, passed = row.parent, set[str]()
    while above is not None and above in merged and above not in passed:
        if above == row.code:
            return True
        passed.add(above)
        above = merged[above].parent
    return False


def _office_code_faults(merged: Iterable[UnitRow]) -> list[str]:
    faults, holders = [], dict[str, UnitRow]()
    for row in merged:
        for code in row.office_codes:
            other = holders.setdefault(code, row)
            if other is not row:
                faults.append(
                    f"{_at(row) or _at(other)}the office code {code} is both {other.code}'s and {row.code}'s."
                )
    return faults


def _at(row: UnitRow) -> str:
    return f"Line {row.line}: " if row.line else ""
