"""Bringing a whole export into a store that has no guidance yet: every version as it was, with its dates and names."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.exports.whole import (
    ARTICLES,
    ENTERED,
    ENTRIES,
    FORMAT,
    GOLDEN,
    INSTRUMENTS,
    MANIFEST,
    SETTINGS,
    TABLES,
    UNITS,
    VERSIONS,
)
from desk.guidance.model import GuidanceEntry, GuidanceVersion, Publication
from desk.guidance.permissions import GuidanceRefused
from desk.imports.faults import Fault, FileRefused, Where, refuse
from desk.imports.files import File, check_package
from desk.json_text import parse_json
from desk.law.instruments import Instruments
from desk.law.model import InstrumentRow, LawText
from desk.people.model import Officer, Role
from desk.settings.model import SettingChange
from desk.store import Base
from desk.units import service as units
from desk.units.tree import decoded

NEEDED = (*TABLES, INSTRUMENTS, UNITS)


@dataclass(frozen=True)
class Whole:
    """What an export holds, by the names of its files: rows of the store, unsaved, and the tree of units as it is."""

    rows: Mapping[str, list[Base]]
    instruments: list[str]
    tree: bytes

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(rows) for name, rows in self.rows.items()}


def read(file: File) -> Whole:
    """An export, checked against its own manifest; raises FileRefused with every fault that is found."""
    check_package(file.data, MANIFEST)
    with zipfile.ZipFile(io.BytesIO(file.data)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    faults = list(_manifest_faults(files))
    if faults:
        raise FileRefused(faults)
    rows: dict[str, list[Base]] = {}
    for name in TABLES:
        rows[name] = list(_rows(name, files[name], faults))
    for place, version in enumerate(rows[VERSIONS], start=1):
        assert isinstance(version, GuidanceVersion), "the table of versions"
        if not _is_whole(version):
            faults.append(Fault.of("part_row", Where("line", place), part=VERSIONS))
    if faults:
        raise FileRefused(faults)
    return Whole(rows, _numbers(files[INSTRUMENTS]), files[UNITS])


def restore(
    session: Session, file: File, whole: Whole, officer: Officer, instruments: Instruments, at: dt.datetime
) -> dict[str, int]:
    """Put everything into the store; how many rows of each file. Raises GuidanceRefused, FileRefused and TreeError.

    Only an administrator of the department may, and only where no guidance, law or setting is kept yet.
    """
    if not officer.may(units.department(session), Role.ADMINISTRATOR):
        raise GuidanceRefused("imports.refused.only_administrator")
    if any(session.scalar(select(model).limit(1)) for model in (GuidanceEntry, InstrumentRow, LawText, SettingChange)):
        raise GuidanceRefused("imports.refused.not_empty")
    entered = {row.number for row in whole.rows[ENTERED] if isinstance(row, InstrumentRow)}
    if unknown := [number for number in whole.instruments if number not in instruments and number not in entered]:
        raise refuse("unknown_instrument", number=", ".join(unknown))
    units.load(session, decoded(whole.tree, UNITS), by=officer.actor, at=at, close_missing=True)
    _add_guidance(session, whole)
    for name in (GOLDEN, ENTERED, ARTICLES, SETTINGS):
        session.add_all(whole.rows[name])
        session.flush()
    detail = {"file": file.name, "sha256": file.sha256, "entries": len(whole.rows[ENTRIES])}
    record_act(session, actor=officer.actor, act="store.imported", subject=file.name, detail=detail, at=at)
    return whole.counts


def _add_guidance(session: Session, whole: Whole) -> None:
    versions = [row for row in whole.rows[VERSIONS] if isinstance(row, GuidanceVersion)]
    newest = {version.entry_id: version for version in sorted(versions, key=lambda version: version.number)}
    for entry in whole.rows[ENTRIES]:
        assert isinstance(entry, GuidanceEntry), "the table of entries"
        entry.searched = newest[entry.id].record.searched() if entry.id in newest else ""
        session.add(entry)
    session.flush()
    session.add_all(versions)
    number = max((version.publication_no for version in versions), default=0)
    session.merge(Publication(id=1, number=max(number, 1), law_no=1 if whole.rows[ARTICLES] else 0))
    session.flush()


def _manifest_faults(files: Mapping[str, bytes]) -> Iterator[Fault]:
    try:
        manifest = parse_json(files[MANIFEST])
        told = {str(one["name"]): str(one["sha256"]) for one in manifest["files"]}
        is_known = manifest["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        yield Fault.of("no_manifest")
        return
    if not is_known:
        yield Fault.of("no_manifest")
    for name in NEEDED:
        if name not in files or name not in told:
            yield Fault.of("part_missing", part=name)
    for name, digest in told.items():
        if name in files and hashlib.sha256(files[name]).hexdigest() != digest:
            yield Fault.of("part_changed", part=name)
    for name in files:
        if name not in (MANIFEST, *NEEDED):
            yield Fault.of("part_unknown", part=name)


def _rows(name: str, data: bytes, faults: list[Fault]) -> Iterator[Base]:
    model, _, left_out = TABLES[name]
    columns = {column.key: column for column in model.__mapper__.columns if column.key not in left_out}
    # Not splitlines: a text may hold line ends that are none in JSON.
    for number, line in enumerate(data.removesuffix(b"\n").split(b"\n") if data else [], start=1):
        try:
            given = parse_json(line)
            if given.keys() != columns.keys():
                raise ValueError
            yield model(**{key: _value(value, columns[key].type.python_type) for key, value in given.items()})
        except (ValueError, TypeError, AttributeError):
            faults.append(Fault.of("part_row", Where("line", number), part=name))


def _numbers(data: bytes) -> list[str]:
    try:
        return [str(parse_json(line)["number"]) for line in data.split(b"\n") if line]
    except (ValueError, KeyError, TypeError):
        raise refuse("part_row", part=INSTRUMENTS) from None


def _value(value: Any, kind: type) -> Any:
    if value is None:
        return None
    if kind is dt.datetime:
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if kind is dt.date else value


def _is_whole(version: GuidanceVersion) -> bool:
    try:
        return version.record.content_hash() == version.content_hash and version.record.id == version.entry_id
    except ValidationError:
        return False
