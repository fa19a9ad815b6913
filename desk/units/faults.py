"""What can be wrong with a tree of units: a sentence for a terminal, and its name and values for any language."""

from __future__ import annotations

#: In English, by name. content/texts has the same in both languages: ``page.units.fault_<name>``.
SENTENCES = {
    "too_large": "the file is larger than {limit} MB; a tree of units has a tenth of that.",
    "too_many": "the file has more than {limit} units.",
    "more": "there is more wrong with the file than this; it was not read any further.",
    "not_utf8": "{file} is not in UTF-8; save it as “CSV UTF-8”.",
    "columns_missing": "the columns {columns} are missing; the first line names them, between commas.",
    "columns_unknown": "the columns {columns} are not known.",
    "no_csv": "this is no CSV ({said}).",
    "cells": "the number of cells is not that of the first line.",
    "empty": "{column} is empty.",
    "code": "the code {code!r} may have capital letters, digits and hyphens only.",
    "kind": "the kind {kind!r} is none of {kinds}.",
    "office_code": "the office code {code!r} may have 2 to 10 capital letters and digits.",
    "hours_no_json": "hours are no JSON; desk/working_time/week.py has their shape.",
    "hours": "{said}.",
    "twice": "the code {code} is on line {other} already.",
    "top": "{code} is the unit at the top: a department without a parent.",
    "below_nothing": "{code} must lie below another unit; the one department at the top is {top}.",
    "no_parent": "the parent {parent} of {code} is not known, or is closed.",
    "below_itself": "{code} lies below itself.",
    "rank": "{code}, a unit of kind {kind}, cannot lie below a {above}.",
    "office_code_twice": "the office code {office_code} is both {other}'s and {code}'s.",
    "open_cases": "{code} has {count} open cases and cannot be closed.",
}


class Fault(str):
    """One sentence; ``line`` is the line of the file that it speaks of, 0 where it speaks of none."""

    __slots__ = ("line", "name", "values")

    line: int
    name: str
    values: dict[str, object]

    @classmethod
    def of(cls, name: str, line: int = 0, /, **values: object) -> Fault:
        said = SENTENCES[name].format(**values)
        fault = cls(f"Line {line}: {said}" if line else said)
        fault.line, fault.name, fault.values = line, name, values
        return fault
