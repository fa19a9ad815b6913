"""What all tables of figures are made with: the dashboard in a language, its steps, and the names of columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desk.answering.compose import day
from desk.cases.words import moment
from desk.figures.dashboard import Dashboard
from desk.figures.period import Bucket, Period, Step, bucket_of
from desk.guidance.record import Language
from desk.tables.table import Cell, Column, Kind, Table
from desk.texts import Texts

Rows = Iterable[Sequence[Cell]]


@dataclass(frozen=True)
class Words:
    """A dashboard in a language."""

    shown: Dashboard
    texts: Texts
    language: Language

    def about(self) -> list[tuple[str, str]]:
        """By what the figures were chosen, and when they were counted."""
        shown = self.shown
        return [
            (self.say("figures.about.period"), self.days(shown.now.period)),
            (self.say("figures.about.before"), self.days(shown.before.period)),
            (self.say("figures.about.unit"), self.units()),
            (self.say("figures.about.note"), self.say("figures.unit_note")),
            (self.say("page.export.made_at"), moment(shown.made_at, self.language)),
        ]

    def units(self) -> str:
        return ", ".join(unit.name(self.language) for unit in self.shown.scope.units)

    def days(self, period: Period) -> str:
        """The days of a period in words."""
        if period.first == period.last:
            return day(period.first, self.language)
        return f"{day(period.first, self.language)} – {day(period.last, self.language)}"

    def topic(self, group: str | None) -> str:
        return self.say(f"news.topic.{group}") if group else self.say("figures.no_topic")

    def say(self, name: str) -> str:
        return self.texts.say(name, self.language)

    def buckets(self) -> list[Bucket]:
        return self.shown.now.period.buckets(self.shown.step)

    def key_of(self, bucket: Bucket) -> dt.date:
        """By what the counts of a step are found."""
        return bucket_of(bucket.first, self.shown.step)

    def is_known(self, bucket: Bucket) -> bool:
        """Whether the desk was there already: what lies before its first conversation is unknown, and not zero."""
        since = self.shown.now.volume.since
        return since is not None and bucket.last >= since

    def step_columns(self) -> list[Column]:
        if self.shown.step is Step.DAY:
            return [self.column("day", Kind.DAY)]
        return [self.column("from", Kind.DAY), self.column("to", Kind.DAY)]

    def step_cells(self, bucket: Bucket) -> tuple[Cell, ...]:
        return (bucket.first,) if self.shown.step is Step.DAY else (bucket.first, bucket.last)

    def numbers(self, *names: str) -> list[Column]:
        return [self.column(name, Kind.NUMBER) for name in names]

    def column(self, name: str, kind: Kind = Kind.TEXT, digits: int = 0) -> Column:
        return Column(self.say(f"figures.column.{name}"), kind, digits, name)

    def table(self, name: str, columns: Sequence[Column], rows: Rows) -> Table:
        return Table(name, self.say(f"figures.table.{name}"), columns, list(rows), self.about())


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
