"""Tables of how cases and conversations were rated, and of how quickly cases were answered."""

from __future__ import annotations

from collections.abc import Iterator

from desk.figures.ratings import LEVELS, RatingFigures
from desk.figures.scope import sorted_into
from desk.figures.statistics import Interval
from desk.figures.tables.words import Words
from desk.figures.timeliness import Times
from desk.tables.table import Cell, Kind, Table
from desk.units.model import Unit


class CaseTables(Words):
    def ratings(self) -> Table:
        """Ratings of the assistant, of all cases, and of the cases of each unit."""
        columns = [
            self.column("rated"),
            *self.numbers("asked", "answered"),
            self.column("response_rate", Kind.SHARE, 1),
            *(self.column(name, Kind.NUMBER, 2) for name in ("mean", "mean_low", "mean_high")),
            *(self.column(name, Kind.SHARE, 1) for name in ("satisfied", "satisfied_low", "satisfied_high")),
            *(self.column(f"stars_{level}", Kind.NUMBER) for level in range(1, LEVELS + 1)),
        ]
        return self.table("ratings", columns, [(name, *_rated(each)) for name, each in self.rated()])

    def rated(self) -> list[tuple[str, RatingFigures]]:
        """What was rated, with its name: the assistant, all cases of the scope, the cases of each of its units."""
        rated = self.shown.now.ratings
        parts = rated.of_parts(list(self.shown.parts))
        named = [(self.say("figures.rated_conversations"), rated.conversations)]
        named.append((self.say("figures.rated_cases"), rated.cases))
        if len(parts) > 1:
            named += [(self.part(unit), figures) for unit, figures in parts.items()]
        return named

    def timeliness(self) -> Table:
        """How quickly cases are answered, all and by unit."""
        hours = ("answer_median", "answer_p90", "end_median", "end_p90")
        columns = [
            self.column("unit"),
            *self.numbers("cases", "cases_answered", "cases_open", "overdue_now"),
            *(self.column(name, Kind.NUMBER, 1) for name in hours),
            *self.numbers("judged"),
            *(self.column(name, Kind.SHARE, 1) for name in ("on_time", "on_time_low", "on_time_high")),
        ]
        rows = [(name, *_timed(times, overdue)) for name, times, overdue in self.timed()]
        return self.table("timeliness", columns, rows)

    def timed(self) -> list[tuple[str, Times, int]]:
        """All cases of the scope, then those of each of its units, with those that are overdue now."""
        parts, by_part = self.shown.parts, self.shown.times_of_parts()
        overdue = dict.fromkeys(parts, 0)
        for path, count in self.shown.overdue.items():
            part = sorted_into(parts, path)
            if part is not None:
                overdue[part] += count
        found = [(self.say("figures.all_units"), self.shown.now.times, sum(overdue.values()))]
        here = [unit for unit in parts if unit in by_part or overdue[unit]]
        if len(here) > 1:
            found += [(self.part(unit), by_part.get(unit, Times(())), overdue[unit]) for unit in here]
        return found

    def part(self, unit: Unit) -> str:
        """The name of a part; of the unit above the others only its own queue is one."""
        name = unit.name(self.language)
        has_others_below = any(other is not unit and other.is_within(unit) for other in self.shown.parts)
        return f"{name} ({self.say('figures.own_queue')})" if has_others_below else name


def _rated(figures: RatingFigures) -> Iterator[Cell]:
    yield from (figures.asked, figures.answered, figures.response_rate)
    yield from (figures.mean, *_ends(figures.mean_interval))
    yield from (figures.share_satisfied, *_ends(figures.share_interval))
    yield from figures.counts


def _timed(times: Times, overdue: int) -> Iterator[Cell]:
    yield from (times.opened, times.answered, times.unfinished, overdue)
    yield from (times.to_answer(0.5), times.to_answer(0.9), times.to_end(0.5), times.to_end(0.9))
    yield from (times.judged, times.share_kept, *_ends(times.kept_interval))


def _ends(interval: Interval | None) -> tuple[Cell, Cell]:
    return (interval.low, interval.high) if interval is not None else (None, None)
