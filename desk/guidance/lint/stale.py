"""Stale translations, from the history of an entry: what changed in one language and not yet in the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from desk.guidance.lint.findings import Stale
from desk.guidance.record import LANGUAGES, Language

#: The parts that people are told in both languages.
PARTS = ("title", "answer", "documents", "where", "time_limit", "fee", "unit")
#: A part, and the number of the version up to which somebody said that both languages say the same.
Checked = Iterable[tuple[str, int]]


def stale_in(history: Sequence[tuple[int, Mapping[str, Any]]], checked: Checked = ()) -> list[Stale]:
    """What is stale in the last of these texts (number and content, the oldest first).

    A change in both languages at once is taken for a change with its translation, and one in the other language for the
    translation of the one before it.
    """
    found: dict[str, Stale] = {}
    marks: dict[str, int] = {}
    for part, number in checked:
        marks[part] = max(number, marks.get(part, 0))
    for (_, before), (number, after) in pairwise(history):
        for part in PARTS:
            changed = [
                language for language in LANGUAGES if _words(before, part, language) != _words(after, part, language)
            ]
            if len(changed) == len(LANGUAGES):
                found.pop(part, None)
            elif changed:
                _one_side(found, Stale(part, changed[0], number))
    return [one for one in found.values() if one.version > marks.get(one.part, 0)]


def _one_side(found: dict[str, Stale], change: Stale) -> None:
    before = found.get(change.part)
    if before is not None and before.changed != change.changed:
        del found[change.part]
    else:
        found[change.part] = change


def _words(content: Mapping[str, Any], part: str, language: Language) -> Any:
    value = content.get(part)
    return value.get(language) if isinstance(value, Mapping) else None
