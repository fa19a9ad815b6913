"""The index as tables: units with their points by criterion, and every criterion of every unit with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desk.cases.words import moment
from desk.guidance.record import Language
from desk.service_index.criteria import HUNDREDTHS
from desk.service_index.index import ServiceIndex, UnitIndex
from desk.service_index.points import Scored
from desk.service_index.words import Words
from desk.tables.table import Cell, Column, Kind, Table
from desk.texts import Texts

_DIGITS = 2


@dataclass(frozen=True)
class Tables:
    """The tables of an index in a language; ``public`` leaves out numbers behind shares, and units with too few."""

    index: ServiceIndex
    texts: Texts
    language: Language
    public: bool = False

    @property
    def words(self) -> Words:
        return Words(self.texts, self.language, self.public)

    def both(self) -> list[Table]:
        return [self.units(), self.criteria()]

    def units(self) -> Table:
        """A row a unit, the ranked first."""
        of_kind = [each for each, _ in self.index.criteria.of_kind(self.index.kind)]
        columns = [
            self._column("rank", Kind.NUMBER),
            self._column("unit"),
            *(self._column(name, Kind.NUMBER, _DIGITS) for name in ("points", "before", "change", "by_hand")),
            *(Column(each.names[self.language], Kind.NUMBER, _DIGITS, each.name) for each in of_kind),
            self._column("note"),
        ]
        return self._table("units", columns, [list(self._unit(row)) for row in self.index.rows])

    def criteria(self) -> Table:
        """A row a criterion of a unit, with the sentence that says why."""
        counts = [] if self.public else [self._column(name, Kind.NUMBER) for name in ("part", "whole")]
        columns = [
            self._column("unit"),
            self._column("criterion"),
            *counts,
            self._column("share", Kind.SHARE, 1),
            *(self._column(name, Kind.NUMBER, _DIGITS) for name in ("weight", "earned", "deducted")),
            self._column("why"),
        ]
        rows = [
            list(self._criterion(row, scored))
            for row in self.index.rows
            if self.is_shown(row)
            for scored in row.score.criteria
        ]
        return self._table("criteria", columns, rows)

    def is_shown(self, row: UnitIndex) -> bool:
        """Whether the points of a unit are shown: of too few nothing is made public."""
        return not self.public or (row.score.has_index and row.score.is_ranked)

    def _unit(self, row: UnitIndex) -> Iterator[Cell]:
        shown, now, before = self.is_shown(row), row.score.points, row.before
        yield row.rank
        yield row.unit.name(self.language)
        yield _points(now) if shown else None
        yield _points(before) if shown else None
        yield _points(now - before) if shown and now is not None and before is not None else None
        yield _points(row.score.by_hand) if shown else None
        for scored in row.score.criteria:
            yield _points(scored.points) if shown and scored.is_judged else None
        yield "" if row.rank is not None else self.words.standing(row)

    def _criterion(self, row: UnitIndex, scored: Scored) -> Iterator[Cell]:
        found, judged = scored.measured, scored.is_judged
        yield row.unit.name(self.language)
        yield scored.criterion.names[self.language]
        if not self.public:
            yield from (found.part, found.whole)
        yield float(found.percent) / 100 if judged or (found.whole and not self.public) else None
        yield from (_points(each) if judged else None for each in (scored.weight, scored.points, scored.deducted))
        yield self.words.criterion(scored, has_index=row.score.has_index)

    def _column(self, name: str, kind: Kind = Kind.TEXT, digits: int = 0) -> Column:
        return Column(self.words.say(f"service_index.column.{name}"), kind, digits, name)

    def _table(self, name: str, columns: list[Column], rows: list[list[Cell]]) -> Table:
        made = (self.words.say("page.export.made_at"), moment(self.index.counted_at, self.language))
        about = [*self.words.about(self.index), made]
        return Table(name, self.words.say(f"service_index.table.{name}"), columns, rows, about)


def _points(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / HUNDREDTHS
