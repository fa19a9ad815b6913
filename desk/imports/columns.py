"""A record of guidance as one row of a table: its columns, and the way from a record to them and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

from desk.guidance.drafts.differences import CITED
from desk.guidance.record import LANGUAGES

#: The sheet of a workbook in which records are.
SHEET = "records"
#: Fields of one text in each language, lists of texts in each language, and lists of texts.
_TEXTS = ("title", "answer", "where", "time_limit", "fee", "unit")
_LISTS = ("documents", "questions")
_ITEMS = ("related", "sources", "not_stated")
_CITED = tuple(reversed(CITED))  # instrument, article, clause, point


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{language}" for name in names for language in LANGUAGES)


#: In the order in which they are written. Each language has a column of its own.
COLUMNS = (
    *("id", "group", *_both("title", "answer", "documents", "where"), "online_level"),
    *(*_both("time_limit", "fee"), "not_stated", "legal_basis", "in_force_from", "in_force_to", "text_date"),
    *(*_both("unit", "questions"), "related", "sources", *_both("unverified")),
)
#: What no record can be without; the other columns may be left out of a file.
NEEDED = (
    *("id", "group", *_both("title", "answer"), "online_level", "legal_basis", "in_force_from", "text_date"),
    *(*_both("unit", "questions"), "sources"),
)
#: Columns with a list in them, a line an item.
LISTED = frozenset((*_both(*_LISTS, "unverified"), *_ITEMS, "legal_basis"))
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def row_of(content: Mapping[str, Any]) -> dict[str, str]:
    """A record, as ``GuidanceRecord.as_json`` has it, as the words of its columns; empty where it has nothing."""
    row = {name: content.get(name) or "" for name in ("id", "group", "online_level", "text_date")}
    for name in _TEXTS:
        row |= {f"{name}_{language}": (content.get(name) or {}).get(language) or "" for language in LANGUAGES}
    for name in _LISTS:
        lists = content.get(name) or {}
        row |= {f"{name}_{language}": _lines(lists.get(language) or ()) for language in LANGUAGES}
    row |= {name: _lines(content.get(name) or ()) for name in _ITEMS}
    doubts = content.get("unverified") or []
    row |= {f"unverified_{language}": _lines(doubt[language] for doubt in doubts) for language in LANGUAGES}
    row["legal_basis"] = "\n".join(_cited_in_a_line(cited) for cited in content.get("legal_basis") or ())
    in_force = content.get("in_force") or {}
    row |= {f"in_force_{name}": in_force.get(name) or "" for name in ("from", "to")}
    return {name: row[name] for name in COLUMNS}


def content_of(row: Mapping[str, str]) -> dict[str, Any]:
    """The record that the words of the columns make, complete or not; what is empty is left out."""
    given = {name: row.get(name, "").strip() for name in COLUMNS}
    content: dict[str, Any] = {name: given[name] for name in ("id", "group", "online_level", "text_date")}
    for name in _TEXTS:
        both = {language: given[f"{name}_{language}"] for language in LANGUAGES}
        if any(both.values()) or f"{name}_vi" in NEEDED:
            content[name] = both
    for name in _LISTS:
        lists = {language: _items(given[f"{name}_{language}"]) for language in LANGUAGES}
        if any(lists.values()) or f"{name}_vi" in NEEDED:
            content[name] = lists
    content |= {name: _items(given[name]) for name in _ITEMS}
    doubts = zip_longest(*(_items(given[f"unverified_{language}"]) for language in LANGUAGES), fillvalue="")
    content["unverified"] = [dict(zip(LANGUAGES, pair, strict=True)) for pair in doubts]
    content["legal_basis"] = [_cited(line) for line in given["legal_basis"].split("\n") if line.strip()]
    content["in_force"] = {name: given[f"in_force_{name}"] for name in ("from", "to") if given[f"in_force_{name}"]}
    return {name: value for name, value in content.items() if value != ""}


def column_of(path: str) -> str:
    """The column in which a part of a record stands that a problem names, such as "documents-vi-2"."""
    name, *rest = path.split("-")
    if name == "in_force":
        return f"in_force_{rest[0]}" if rest and rest[0] in ("from", "to") else "in_force_from"
    language = next((part for part in rest if part in LANGUAGES), None)
    if language and f"{name}_{language}" in COLUMNS:
        return f"{name}_{language}"
    return name if name in COLUMNS or f"{name}_vi" not in COLUMNS else f"{name}_vi"


def named(heading: str) -> str:
    """The name of a column as somebody wrote it: "Answer (vi)" is answer_vi."""
    return re.sub(r"[^a-z]+", "_", heading.strip().lower()).strip("_")


def _lines(items: Iterable[str]) -> str:
    return "\n".join(item.replace("\\", "\\\\").replace("\n", "\\n") for item in items)


def _items(cell: str) -> list[str]:
    lines = (line.strip() for line in cell.split("\n"))
    return [_bare(line) for line in lines if line]


def _bare(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text)


def _cited_in_a_line(cited: Mapping[str, Any]) -> str:
    parts = [cited.get(part) or "" for part in _CITED]
    while not parts[-1]:
        parts.pop()
    return " | ".join(_lines([part]).replace("|", "\\|") for part in parts)


def _cited(line: str) -> dict[str, str | None]:
    parts: list[str] = [""]
    for piece in re.findall(r"\\.|[^\\|]+|\||\\", line, re.DOTALL):
        if piece == "|":
            parts.append("")
        else:
            parts[-1] += piece
    bare = [_bare(part.strip()) or None for part in parts]
    cited: dict[str, str | None] = dict(zip_longest(_CITED, bare[: len(_CITED)]))
    if len(bare) > len(_CITED):
        cited["instrument"] = _bare(line)  # no number of an instrument: the problem shows what was written
    return cited
