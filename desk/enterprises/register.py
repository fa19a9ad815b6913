"""The enterprises that customs has on record, from a CSV file: tax_code, name, contact, unit."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases.fields import FieldRefused, check_tax_code
from desk.enterprises import codes
from desk.enterprises import service as enterprises
from desk.enterprises.model import Enterprise
from desk.units import service as units

COLUMNS = ("tax_code", "name", "contact", "unit")
_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")


class RegisterError(ValueError):
    """The file cannot be loaded; ``faults`` are sentences, each with its line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Entry:
    """One enterprise on record; ``contact`` is an e-mail address, ``unit`` the code of the unit that manages it."""

    line: int
    tax_code: str
    name: str
    contact: str | None
    unit: str | None


@dataclass(frozen=True)
class Loaded:
    """How many enterprises of a file were new, changed, and as they were."""

    new: int
    changed: int
    same: int


def read(path: Path) -> list[Entry]:
    """The entries of a file in UTF-8; raises RegisterError with everything that is wrong with it."""
    faults: list[str] = []
    entries: dict[str, Entry] = {}
    for line, row in _rows(path):
        try:
            entry = _entry(line, row)
        except ValueError as error:
            faults.append(f"line {line}: {error}")
            continue
        if entry.tax_code in entries:
            faults.append(f"line {line}: {entry.tax_code} stands in line {entries[entry.tax_code].line} too")
        entries[entry.tax_code] = entry
    if faults:
        raise RegisterError(faults)
    return list(entries.values())


def load(session: Session, entries: list[Entry], at: dt.datetime) -> Loaded:
    """Take all entries in, or none: raises RegisterError where a unit is not known.

    What is on record replaces name, contact and unit; nobody's membership changes. Enterprises that the file does not
    have stay as they are.
    """
    known_units = {entry.unit: units.by_code(session, entry.unit) for entry in entries if entry.unit}
    faults = [f"line {e.line}: there is no unit {e.unit!r}" for e in entries if e.unit and known_units[e.unit] is None]
    if faults:
        raise RegisterError(faults)
    new = changed = 0
    for entry in entries:
        before = enterprises.by_tax_code(session, entry.tax_code)
        enterprise = before or enterprises.find_or_make(session, entry.tax_code, entry.name, at)
        unit = known_units[entry.unit] if entry.unit else None
        is_as_it_was = (enterprise.name, enterprise.contact, enterprise.unit) == (entry.name, entry.contact, unit)
        new += before is None
        if before is not None and is_as_it_was:
            continue
        changed += before is not None
        if before is not None and enterprise.contact != entry.contact:
            codes.make_void(session, enterprise, at)
        enterprise.name, enterprise.contact, enterprise.unit = entry.name, entry.contact, unit
        _record(session, enterprise, at)
    session.flush()
    return Loaded(new, changed, len(entries) - new - changed)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise RegisterError([f"line 1: the columns are {', '.join(COLUMNS)}; missing: {', '.join(missing)}"])
            for row in reader:
                yield reader.line_num, {name: " ".join((row[name] or "").split()) for name in COLUMNS}
    except (UnicodeDecodeError, csv.Error) as error:
        raise RegisterError([f"{path.name}: no CSV file in UTF-8 ({error})"]) from error


def _entry(line: int, row: dict[str, str]) -> Entry:
    try:
        tax_code = check_tax_code(row["tax_code"])
    except FieldRefused as error:
        raise ValueError(f"{row['tax_code']!r} is no tax code (10 or 13 digits, the check digit right)") from error
    if not row["name"] or len(row["name"]) > enterprises.NAME_LENGTH:
        raise ValueError(f"the name is empty or longer than {enterprises.NAME_LENGTH} characters")
    if row["contact"] and not (row["contact"].isascii() and _ADDRESS.fullmatch(row["contact"])):
        raise ValueError(f"{row['contact']!r} is no e-mail address")
    return Entry(line, tax_code, row["name"], row["contact"] or None, row["unit"] or None)


def _record(session: Session, enterprise: Enterprise, at: dt.datetime) -> None:
    unit = enterprise.unit.code if enterprise.unit is not None else None
    detail = {"has_contact": enterprise.contact is not None, "unit": unit}
    record_act(session, actor="operator", act="enterprise.loaded", subject=enterprise.tax_code, at=at, detail=detail)
