"""The raw rows that everything is counted from, read once, with nothing of the desk's own counting."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, select

from desk.migrations.schema import METADATA

#: A row by its columns.
Row = dict[str, Any]
_COLUMNS = {
    "units": "id code kind parent_id path hours",
    "officers": "id name",
    "exceptional_days": "day unit_id kind windows",
    "guidance_entries": "id group",
    "officer_links": "officer_id chat_id linked_at",
    "chats": "id person_id channel",
    "conversations": "id chat_id",
    "enquiries": "id message_id conversation_id language asked_at outcome entry candidates publication_no",
    "cases": (
        "id enquiry_id conversation_id person_id enterprise_id topic entry channel language urgency unit_id state"
        " holder_id opened_at due_at paused_at previous_id"
    ),
    "case_entries": "id case_id kind officer_id detail at",
    "rating_requests": (
        "id conversation_id case_id person_id enterprise_id topic entry channel language ask_at asked_at left_out"
    ),
    "rating_parts": "id request_id officer_id officer_name unit_id team_id office_id region_id share",
    "ratings": (
        "request_id person_id stars first_stars officer_stars reasons for_service for_rule for_officer rated_at"
    ),
}


@dataclass
class Raw:
    """Rows by table, and the moves of units that the audit keeps: (at, code, from, to), in the order of time."""

    tables: dict[str, list[Row]]
    moves: list[tuple[dt.datetime, str, str, str]]

    @classmethod
    def read(cls, connection: Connection) -> Raw:
        tables = {name: _rows(connection, name, columns.split()) for name, columns in _COLUMNS.items()}
        audit = METADATA.tables["audit_entries"]
        moved = select(audit.c.at, audit.c.subject, audit.c.detail).where(audit.c.act == "unit.moved")
        moves = [(at, code, detail["from"], detail["to"]) for at, code, detail in connection.execute(moved)]
        return cls(tables, sorted(moves))

    def __getitem__(self, name: str) -> list[Row]:
        return self.tables[name]

    def threads(self) -> dict[int, list[Row]]:
        """The entries of each case, in their order."""
        threads = defaultdict(list)
        for entry in sorted(self["case_entries"], key=lambda entry: int(entry["id"])):
            threads[entry["case_id"]].append(entry)
        return threads


def _rows(connection: Connection, name: str, columns: Sequence[str]) -> list[Row]:
    table = METADATA.tables[name]
    query = select(*(table.c[column] for column in columns)).order_by(*table.primary_key.columns)
    return [dict(zip(columns, row, strict=True)) for row in connection.execute(query)]


@cache
def content_of(path: Path) -> Any:
    """What a file of content/ holds; nobody changes it."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))
