"""All that an authority keeps with the desk, in files that another desk reads: guidance, law, units, settings.

Cases, conversations, enterprises, officers and the audit are of persons, and are no part of it; the manifest says so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from desk.exports.packing import PackedFile
from desk.guidance.gate.model import GoldenQuestion
from desk.guidance.model import GuidanceEntry, GuidanceVersion
from desk.law.instruments import Instruments
from desk.law.model import InstrumentRow, LawText
from desk.law.register import laid_over
from desk.settings.model import SettingChange
from desk.store import Base
from desk.units import service as units
from desk.units.tree import RANK, write

FORMAT = 1
MANIFEST = "manifest.json"
ENTRIES, VERSIONS, GOLDEN = "guidance/entries.jsonl", "guidance/versions.jsonl", "guidance/golden.jsonl"
#: The instruments as they hold, for whoever reads the files; what curators entered of them; the text of their articles.
INSTRUMENTS, ENTERED, ARTICLES = "law/instruments.jsonl", "law/entered.jsonl", "law/articles.jsonl"
UNITS, SETTINGS = "units.csv", "settings.jsonl"
NOT_PART = (
    "cases and their threads",
    "conversations, questions and ratings of persons, with their reviews and officers' remarks",
    "questionnaires and what was answered",
    "consultations on draft rules and the comments on them",
    "enterprises and memberships",
    "officers, sessions and the audit",
    "open drafts and reviews of guidance",
    "units that are closed, and days that were added to the calendar",
)
#: Rows of the store by the file that they stand in, in the order that is the same in every store; left out is what
#: the rest tells, or what another store numbers anew.
TABLES: dict[str, tuple[type[Base], Select[Any], frozenset[str]]] = {
    ENTRIES: (GuidanceEntry, select(GuidanceEntry).order_by(GuidanceEntry.id), frozenset({"searched"})),
    VERSIONS: (
        GuidanceVersion,
        select(GuidanceVersion).order_by(GuidanceVersion.entry_id, GuidanceVersion.number),
        frozenset(),
    ),
    GOLDEN: (
        GoldenQuestion,
        select(GoldenQuestion).order_by(GoldenQuestion.entry_id, GoldenQuestion.language, GoldenQuestion.text),
        frozenset({"id"}),
    ),
    ENTERED: (
        InstrumentRow,
        select(InstrumentRow).order_by(InstrumentRow.number, InstrumentRow.revision),
        frozenset(),
    ),
    ARTICLES: (LawText, select(LawText).order_by(LawText.instrument, LawText.position), frozenset()),
    SETTINGS: (SettingChange, select(SettingChange).order_by(SettingChange.id), frozenset({"id"})),
}


def files_of(session: Session, shipped: Instruments) -> list[PackedFile]:
    """The files, the manifest first; the same store gives the same bytes. ``shipped`` are the instruments that ship."""
    found = [PackedFile(name, _lines(_rows(session, name))) for name in TABLES]
    found.append(PackedFile(INSTRUMENTS, _lines(_instruments(laid_over(session, shipped)))))
    tree = sorted(units.rows(session), key=lambda row: (RANK[row.kind], row.code))
    found.append(PackedFile(UNITS, write(tree).encode()))
    found.sort(key=lambda file: file.name)
    return [PackedFile(MANIFEST, _manifest(found)), *found]


def _manifest(files: Sequence[PackedFile]) -> bytes:
    told = {
        "format": FORMAT,
        "files": [
            {"name": f.name, "rows": f.data.count(b"\n"), "sha256": hashlib.sha256(f.data).hexdigest()} for f in files
        ],
        "not_part": NOT_PART,
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()


def _rows(session: Session, name: str) -> Iterable[dict[str, Any]]:
    model, query, left_out = TABLES[name]
    columns = [column.key for column in model.__mapper__.columns if column.key not in left_out]
    for row in session.scalars(query):
        yield {column: _plain(getattr(row, column)) for column in columns}


def _instruments(instruments: Instruments) -> list[dict[str, Any]]:
    by_number = sorted(instruments, key=lambda one: one.number)
    return [one.model_dump(mode="json", by_alias=True, exclude_defaults=True) for one in by_number]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value


def _lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(row, ensure_ascii=False, sort_keys=True)}\n" for row in rows).encode()
