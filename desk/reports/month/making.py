"""What the sections of a report are made with: columns, tables and frames of plots under the report's own names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desk.figures.statistics import ENOUGH, Interval, share_interval
from desk.plots.drawing import Frame
from desk.plots.drawing import Kind as Plot
from desk.reports.month.document import Quoted, Section
from desk.reports.month.figures import UnitCount
from desk.reports.month.public import LISTED, Shown
from desk.reports.month.wording import Share, Wording
from desk.tables.table import Cell, Column, Kind, Table


class Making(Wording):
    def section(
        self,
        name: str,
        sentences: Sequence[str],
        plots: Sequence[Plot] = (),
        tables: Sequence[Table] = (),
        notes: Sequence[str] = (),
        quoted: Sequence[Quoted] = (),
    ) -> Section:
        if self.is_public and any(None in row for table in tables for row in table.rows):
            notes = [*notes, self.say("note.withheld")]
        return Section(name, self.say(f"section.{name}"), sentences, plots, tables, notes, quoted)

    def everybodys(self) -> list[str]:
        """That these figures are not the unit's own, where the report is a unit's."""
        return [] if self.figures.is_department else [self.say("note.everybodys")]

    def listed(self, kind: str) -> list[tuple[str, str, float]]:
        """The most asked topics or entries that may be shown: name, label and count, the most first."""
        side = self.figures.now
        names = list(side.topics) if kind == "topic" else [each.entry for each in side.entries]
        found = [(name, self.label(kind, name), self.now.count(f"{kind}.{name}")) for name in names]
        return [(name, label, count) for name, label, count in found if count][:LISTED]

    def label(self, kind: str, name: str) -> str:
        return self.topic(name) if kind == "topic" else self.title(name)

    def part(self, unit: UnitCount) -> str:
        """The name of a part; of the unit itself only its own queue is one."""
        name = unit.names[self.language]
        is_itself = unit.code == self.figures.unit
        return f"{name} ({self.texts.say('figures.own_queue', self.language)})" if is_itself else name

    def column(self, name: str, kind: Kind = Kind.TEXT, digits: int = 0) -> Column:
        return Column(self.say(f"column.{name}"), kind, digits, name)

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Table:
        return Table(name, self.say(f"table.{name}"), columns, list(rows))

    def frame(self, name: str, first: str, words: str) -> Frame:
        """What a plot is called, and what it says in a sentence about its first or largest value."""
        says = self.say(f"plot.{name}_says", first=first, words=words)
        return Frame(f"plot-{name.replace('_', '-')}", self.say(f"plot.{name}"), says)

    def share(self, shown: Shown, part: str, whole: str) -> Share:
        """The share of a part, with its interval where the whole is enough."""
        value, some, of = shown.share(part, whole), shown.count(part), shown.count(whole) or 0
        interval = share_interval(some, of) if some is not None and of >= ENOUGH else None
        return Share(value, of, interval)

    def ends(self, interval: Interval) -> dict[str, str]:
        return {"low": self.percent(interval.low), "high": self.percent(interval.high)}
