"""The form of a draft: the fields by which a record is written, and the record that they make, complete or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from console.web.typed import words
from desk.guidance.drafts.differences import CITED
from desk.guidance.record import LANGUAGES, OPTIONAL_PARTS

#: Fields of one text in each language, and lists of rows that have the same columns.
TEXTS = ("title", "answer", "where", "time_limit", "fee", "unit")
ROWS = {
    "documents": tuple(LANGUAGES),
    "legal_basis": ("instrument", "article", "clause", "point"),
    "related": ("",),
    "sources": ("",),
    "unverified": tuple(LANGUAGES),
}
#: A form with more rows than anybody writes was not made by this page.
MOST_ROWS = 200

Fields = Mapping[str, str]


def fields_of(content: Mapping[str, Any], reason: str) -> dict[str, str]:
    """A draft as the fields of its form, by their names."""
    fields = {"reason": reason}
    for name in ("id", "group", "online_level", "text_date"):
        fields[name] = content.get(name) or ""
    for name in TEXTS:
        for language in LANGUAGES:
            fields[f"{name}-{language}"] = (content.get(name) or {}).get(language) or ""
    for language in LANGUAGES:
        fields[f"questions-{language}"] = "\n".join((content.get("questions") or {}).get(language) or [])
    for name in ("from", "to"):
        fields[f"in_force-{name}"] = (content.get("in_force") or {}).get(name) or ""
    fields |= {f"not_stated-{part}": "yes" for part in content.get("not_stated") or []}
    for name in ROWS:
        for place, row in enumerate(_rows_of(content, name)):
            fields |= {_name(name, column, place): value or "" for column, value in row.items()}
    return fields


def content_of(fields: Fields) -> dict[str, Any]:
    """The record that the form makes; what is empty is left out, and so are rows without a word."""
    content: dict[str, Any] = {name: words(fields, name) for name in ("id", "group", "online_level", "text_date")}
    for name in TEXTS:
        both = {language: words(fields, f"{name}-{language}") for language in LANGUAGES}
        if any(both.values()) or name not in OPTIONAL_PARTS:
            content[name] = both
    questions = {language: words(fields, f"questions-{language}").split("\n") for language in LANGUAGES}
    content["questions"] = {language: [q.strip() for q in asked if q.strip()] for language, asked in questions.items()}
    content["in_force"] = {name: words(fields, f"in_force-{name}") or None for name in ("from", "to")}
    content["text_date"] = content["text_date"] or None
    if content["in_force"]["from"] is None:
        del content["in_force"]["from"]
    content["not_stated"] = [part for part in OPTIONAL_PARTS if fields.get(f"not_stated-{part}")]
    written = {name: [row for row in _typed(fields, name) if any(row.values())] for name in ROWS}
    if written["documents"]:
        content["documents"] = {language: [row[language] for row in written["documents"]] for language in LANGUAGES}
    content["unverified"] = written["unverified"]
    content["legal_basis"] = [{part: row[part] or None for part in reversed(CITED)} for row in written["legal_basis"]]
    for name in ("related", "sources"):
        content[name] = [row[""] for row in written[name]]
    return content


def row_counts(fields: Fields, *, more: str = "") -> dict[str, int]:
    """How many rows each list has to show: those that are filled in and one more, or three more where asked for."""
    counts = {}
    for name in ROWS:
        used = [place for place, row in enumerate(_typed(fields, name)) if any(row.values())]
        counts[name] = min((used[-1] + 1 if used else 0) + (3 if name == more else 1), MOST_ROWS)
    return counts


def _rows_of(content: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value: Any = content.get(name) or []
    if name == "documents":
        lists = [value.get(language) or [] for language in LANGUAGES] if value else [[], []]
        longest = max(map(len, lists))
        padded = [[*items, *[""] * (longest - len(items))] for items in lists]
        return [dict(zip(LANGUAGES, pair, strict=True)) for pair in zip(*padded, strict=True)]
    if name in ("related", "sources"):
        return [{"": item} for item in value]
    return [{column: row.get(column) for column in ROWS[name]} for row in value]


def _typed(fields: Fields, name: str) -> list[dict[str, str]]:
    """The rows of a list as they were typed, empty ones between them too."""
    pattern = re.compile(rf"{name}-(?:[a-z]+-)?(\d{{1,3}})(?:-[a-z]+)?")
    places = [int(found[1]) for key in fields if (found := pattern.fullmatch(key))]
    count = min(max(places, default=-1) + 1, MOST_ROWS)
    return [{column: words(fields, _name(name, column, place)) for column in ROWS[name]} for place in range(count)]


def _name(name: str, column: str, place: int) -> str:
    """As a problem names the place: documents-vi-0, legal_basis-0-article, sources-0."""
    if name == "documents":
        return f"{name}-{column}-{place}"
    return f"{name}-{place}-{column}" if column else f"{name}-{place}"
