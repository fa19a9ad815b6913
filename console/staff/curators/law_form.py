"""The form of a legal instrument: its fields, and the instrument that they make, complete or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from console.web.typed import words
from desk.guidance.record import LANGUAGES

#: Texts in both languages, of which only the title must be there.
TEXTS = ("title", "issuer", "scope", "note")
ROWS = {"changes": ("instrument", "how", "articles", "from"), "consolidates": ("",), "sources": ("",)}
HOWS = ("amends", "replaces")
#: A form with more rows than anybody writes was not made by this page.
MOST_ROWS = 200
_SEPARATED = re.compile(r"[,;\n]")

Fields = Mapping[str, str]


def fields_of(content: Mapping[str, Any]) -> dict[str, str]:
    """An instrument as the fields of its form, by their names."""
    fields = {name: content.get(name) or "" for name in ("number", "kind", "issued")}
    for name in TEXTS:
        for language in LANGUAGES:
            fields[f"{name}-{language}"] = (content.get(name) or {}).get(language) or ""
    for name in ("from", "to"):
        fields[f"in_force-{name}"] = (content.get("in_force") or {}).get(name) or ""
    for place, change in enumerate(content.get("changes") or []):
        for column in ROWS["changes"]:
            value = change.get(column) or ""
            fields[f"changes-{place}-{column}"] = ", ".join(value) if isinstance(value, list) else value
    for name in ("consolidates", "sources"):
        fields |= {f"{name}-{place}": value for place, value in enumerate(content.get(name) or [])}
    return fields


def content_of(fields: Fields) -> dict[str, Any]:
    """The instrument that the form makes; what is empty is left out, and so are rows without a word."""
    content: dict[str, Any] = {
        "number": words(fields, "number"),
        "kind": words(fields, "kind"),
        "issued": words(fields, "issued") or None,
        "in_force": {name: words(fields, f"in_force-{name}") or None for name in ("from", "to")},
    }
    for name in TEXTS:
        both = {language: words(fields, f"{name}-{language}") for language in LANGUAGES}
        content[name] = both if name == "title" or any(both.values()) else None
    rows = {name: [row for row in _typed(fields, name) if _is_used(row)] for name in ROWS}
    content["changes"] = [
        {**row, "articles": _articles(row["articles"]), "from": row["from"] or None} for row in rows["changes"]
    ]
    return content | {name: [row[""] for row in rows[name]] for name in ("consolidates", "sources")}


def row_counts(fields: Fields, *, more: str = "") -> dict[str, int]:
    """How many rows each list has to show: those that are filled in and one more, or three more where asked for."""
    counts = {}
    for name in ROWS:
        used = [place for place, row in enumerate(_typed(fields, name)) if _is_used(row)]
        counts[name] = min((used[-1] + 1 if used else 0) + (3 if name == more else 1), MOST_ROWS)
    return counts


def field_of(path: str) -> str:
    """The field at which a problem is shown: of an article the field of all articles of its change."""
    return re.sub(r"^(changes-\d+-articles)-\d+$", r"\1", path)


def _articles(typed: str) -> list[str]:
    return [article.strip() for article in _SEPARATED.split(typed) if article.strip()]


def _is_used(row: Mapping[str, str]) -> bool:
    """Whether somebody wrote into a row; how a text is changed is chosen from the start."""
    return any(value for column, value in row.items() if column != "how")


def _typed(fields: Fields, name: str) -> list[dict[str, str]]:
    """The rows of a list as they were typed, empty ones between them too."""
    pattern = re.compile(rf"{name}-(\d{{1,3}})(?:-[a-z]+)?")
    places = [int(found[1]) for key in fields if (found := pattern.fullmatch(key))]
    count = min(max(places, default=-1) + 1, MOST_ROWS)
    return [
        {column: words(fields, f"{name}-{place}-{column}" if column else f"{name}-{place}") for column in ROWS[name]}
        for place in range(count)
    ]
