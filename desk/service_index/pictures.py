"""The index as plots: the points of units beside each other, and what each criterion gave and took from one."""

from __future__ import annotations

from desk.plots.bars import Bar, Bars
from desk.plots.drawing import Frame, Kind, Look
from desk.plots.shares import Part, Shares, Whole
from desk.service_index.criteria import HUNDREDTHS, WHOLE
from desk.service_index.index import UnitIndex
from desk.service_index.tables import Tables
from desk.tables.shown import percent

_GOT, _DEDUCTED = Look(1), Look(2, "stripes")


def of_units(tables: Tables) -> Kind | None:
    """The points of all units that have an index; None where there is none, or only one unit to show."""
    words = tables.words
    shown = [row for row in tables.index.rows if row.score.has_index and tables.is_shown(row)]
    if len(shown) < 2:
        return None
    bars = [Bar(row.unit.name(tables.language), _points(row), _said(tables, row)) for row in shown]
    summary = words.say("service_index.plot.units_says", first=bars[0].label, points=bars[0].words)
    return Bars(Frame("plot-service-index", words.say("service_index.plot.units"), summary), bars, float(WHOLE))


def of_unit(tables: Tables, row: UnitIndex) -> Kind | None:
    """Of each criterion what it gave and what was deducted; None where there is no index."""
    if not (row.score.has_index and tables.is_shown(row)):
        return None
    words = tables.words
    wholes = [
        Whole(
            scored.criterion.names[tables.language],
            (scored.points / HUNDREDTHS, scored.deducted / HUNDREDTHS),
            words.say("service_index.of_weight", points=words.points(scored.points), all=words.points(scored.weight)),
        )
        for scored in row.score.criteria
        if scored.is_judged
    ]
    keys = (("got", _GOT), ("deducted", _DEDUCTED))
    parts = [Part(words.say(f"service_index.plot.{name}"), look) for name, look in keys]
    frame = Frame(
        f"plot-criteria-{row.unit.code.lower()}", words.say("service_index.plot.criteria"), words.total(row.score)
    )
    return Shares(frame, parts, wholes, lambda share: percent(share, tables.language))


def _points(row: UnitIndex) -> float:
    return (row.score.points or 0) / HUNDREDTHS


def _said(tables: Tables, row: UnitIndex) -> str:
    points = tables.words.points(row.score.points)
    if row.score.is_ranked:
        return points
    return tables.words.say("service_index.plot.few", points=points)
