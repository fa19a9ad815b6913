"""A service index as the pages show it, public ones and those of the staff: plain values, in words."""

from __future__ import annotations

from typing import Any

from desk.plots.drawing import Plot
from desk.service_index import pictures
from desk.service_index.index import UnitIndex
from desk.service_index.tables import Tables
from desk.units.model import DEPARTMENT

#: Deductions and published indexes on a page of a list.
LISTED = 20


def shown(tables: Tables) -> dict[str, Any]:
    """An index as a page shows it."""
    words, plot = tables.words, pictures.of_units(tables)
    index = tables.index
    return {
        "rows": [row_of(tables, row) for row in index.rows],
        "period": capitalized(words.period(index)),
        "period_before": index.span.before().in_words(tables.language),
        "note": index.criteria.about[tables.language],
        "version": index.criteria.hash[:12],
        "plot": Plot.of(plot) if plot is not None else None,
        "tables": tables.both(),
        "most_by_hand": index.criteria.by_hand_altogether,
        "is_over": index.is_over,
    }


def row_of(tables: Tables, row: UnitIndex) -> dict[str, Any]:
    """One unit in words; of a public one with too few only its name and that it is so."""
    words, is_shown = tables.words, tables.is_shown(row)
    return {
        "code": row.unit.code,
        "name": row.unit.name(tables.language),
        "is_department": row.unit.code == DEPARTMENT,
        "is_shown": is_shown,
        "has_index": row.score.has_index,
        "rank": row.rank,
        "standing": words.standing(row),
        "points": words.points(row.score.points) if is_shown else "",
        "total": words.total(row.score) if is_shown else "",
        "change": words.change(row) if is_shown else "",
        "is_compared": is_shown and None not in (row.score.points, row.before),
        "points_by_hand": words.points(row.score.by_hand) if is_shown and row.score.deductions else "",
        "by_hand": words.by_hand(row.score) if is_shown else "",
        "sentences": [
            (words.criterion(scored, has_index=row.score.has_index), scored.criterion.why[tables.language])
            for scored in row.score.criteria
            if is_shown
        ],
    }


def plot_of_unit(tables: Tables, row: UnitIndex) -> Plot | None:
    plot = pictures.of_unit(tables, row)
    return Plot.of(plot) if plot is not None else None


def capitalized(words: str) -> str:
    return words[:1].upper() + words[1:]
