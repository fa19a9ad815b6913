"""Bringing a draft up to date: what was published since is taken in, and where both changed somebody chooses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from desk.guidance.drafts.differences import ORDER
from desk.guidance.record import LANGUAGES

Content = Mapping[str, Any]
#: Fields whose two languages are written apart; lists belong together, item by item.
_APART = ("title", "answer", "where", "time_limit", "fee", "unit", "questions")


@dataclass(frozen=True)
class Merged:
    """The draft with what was published since; ``conflicts`` are places that both changed, as "answer-vi"."""

    content: dict[str, Any]
    conflicts: list[str]


def merge(base: Content, live: Content, draft: Content, *, theirs: Collection[str] = ()) -> Merged:
    """Three ways: a place that only one changed is as that one has it; of a conflict the draft's own words are kept.

    ``theirs`` are conflicts in which the published words are taken instead.
    """
    merged: dict[str, Any] = {key: value for key, value in draft.items() if key not in ORDER}
    conflicts: list[str] = []
    for name in ORDER:
        parts = [content.get(name) for content in (base, live, draft)]
        if name in _APART and all(isinstance(part, Mapping) for part in parts):
            value: Any = {}
            for language in LANGUAGES:
                three = [part.get(language) for part in parts if part is not None]
                value[language] = _one(f"{name}-{language}", three, theirs, conflicts)
        else:
            value = _one(name, parts, theirs, conflicts)
        if value is not None:
            merged[name] = value
    return Merged(merged, conflicts)


def _one(place: str, three: list[Any], theirs: Collection[str], conflicts: list[str]) -> Any:
    base, live, draft = three
    if live in (base, draft):
        return draft
    if draft == base:
        return live
    conflicts.append(place)
    return live if place in theirs else draft
