"""What keeps a draft from being submitted: each problem with its field and the name of the sentence that says it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from desk.guidance.record import OPTIONAL_PARTS, GuidanceRecord
from desk.law.instruments import Instruments

_MISSING = ("missing", "string_too_short", "string_type", "model_type", "list_type", "date_type")
_DATES = ("date_from_datetime_parsing", "date_parsing", "date_from_datetime_inexact")
#: Problems that the record's own check finds one at a time and only when all else is right; found here at once.
_FOUND_HERE = "value_error"


@dataclass(frozen=True)
class Problem:
    """Something that a draft lacks; ``path`` is its place in the record ("documents-vi-2"), ``text`` names a text."""

    path: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)


def problems_of(content: Mapping[str, Any], instruments: Instruments, entries: Collection[str]) -> list[Problem]:
    """All problems of a record as it is being written; ``entries`` are those that it may refer to.

    Where there is none, ``GuidanceRecord.model_validate`` takes the content.
    """
    found = [*_parts(content), *_instruments(content, instruments), *_related(content, entries)]
    try:
        GuidanceRecord.model_validate(content)
    except ValidationError as error:
        found += [in_words(detail) for detail in error.errors() if detail["type"] != _FOUND_HERE]
    return list({(problem.path, problem.text): problem for problem in found}.values())


def _parts(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Parts that are neither given nor said to be missing in the sources, or both."""
    silent = content.get("not_stated") or []
    for part in OPTIONAL_PARTS:
        given = content.get(part) is not None
        if not given and part not in silent:
            yield Problem(part, "drafting.problem.part_missing")
        if given and part in silent:
            yield Problem(part, "drafting.problem.part_twice")


def _instruments(content: Mapping[str, Any], instruments: Instruments) -> Iterator[Problem]:
    for place, cited in enumerate(_items(content, "legal_basis")):
        number = cited.get("instrument") if isinstance(cited, Mapping) else None
        if number and number not in instruments:
            yield Problem(f"legal_basis-{place}-instrument", "drafting.problem.unknown_instrument", {"number": number})


def _related(content: Mapping[str, Any], entries: Collection[str]) -> Iterator[Problem]:
    for place, other in enumerate(_items(content, "related")):
        if other and (other not in entries or other == content.get("id")):
            yield Problem(f"related-{place}", "drafting.problem.unknown_entry", {"entry": other})


def _items(content: Mapping[str, Any], name: str) -> list[Any]:
    value = content.get(name)
    return value if isinstance(value, list) else []


def in_words(detail: ErrorDetails) -> Problem:
    """What pydantic found, as a problem with its field."""
    path, kind, context = "-".join(map(str, detail["loc"])), detail["type"], detail.get("ctx", {})
    if kind in _MISSING:
        return Problem(path, "drafting.problem.missing")
    if kind in _DATES:
        return Problem(path, "drafting.problem.not_a_date")
    if kind == "too_short":
        values = {"least": context["min_length"], "given": context["actual_length"]}
        return Problem(path, "drafting.problem.too_few", values)
    if kind == "not_same_length":
        return Problem(path, "drafting.problem.not_same_length", context)
    if kind == "ends_before_it_begins":
        return Problem(path, "drafting.problem.ends_before_it_begins")
    if kind == "string_pattern_mismatch":
        return Problem(path, "drafting.problem.bad_id")
    if kind == "literal_error":
        return Problem(path, "drafting.problem.not_chosen")
    return Problem(path, "drafting.problem.not_understood")
