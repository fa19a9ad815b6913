"""`customs cases figures`: how many cases were opened, and whose they were."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from cli.exported import recorded
from cli.parts import day_named, desk_and_settings
from cli.terminal import out
from desk.audit.exporting import Export
from desk.figures.assignments import assignments
from desk.figures.period import OpenPeriod


def figures(
    first: Annotated[str, typer.Option("--from", help="The first day, as 2026-11-01.")] = "",
    last: Annotated[str, typer.Option("--to", help="The last day.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Count the cases opened, by unit, how that was found, topic and ministry, and the enquiries by ministry."""
    begin = day_named(first, "--from") if first else None
    period = OpenPeriod(begin, day_named(last, "--to") if last else None)
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        counts = assignments(session, period)
    if as_json:
        recorded(desk, Export.CASE_FIGURES, "json", asked={"from": first, "to": last})
        print(json.dumps(asdict(counts)))
        return

    def ministry(key: str) -> str:
        return desk.rules.words.ministries.name(key, "en")

    out.print(f"cases opened    {counts.cases}")
    out.print(f"moved on since  {counts.moved_on}")
    _table("unit", counts.by_unit)
    _table("found by", counts.by_found_by)
    _table("topic", counts.by_topic)
    _table("ministry", counts.by_ministry, ministry)
    out.print(f"enquiries       {counts.enquiries}")
    _table("enquiries by ministry", counts.enquiries_by_ministry, ministry)


def _table(heading: str, counts: Mapping[str, int], named: Callable[[str], str] = str) -> None:
    table = Table(heading, "number")
    for key, number in counts.items():
        table.add_row(named(key), str(number))
    out.print(table)
