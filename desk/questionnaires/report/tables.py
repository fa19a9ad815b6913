"""The results of a questionnaire as tables: on a page, and as files to keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from desk.answering.compose import day
from desk.cases.words import moment
from desk.guidance.record import Language
from desk.questionnaires.model import QuestionKind
from desk.questionnaires.report.told import Told, ToldQuestion
from desk.tables.table import Cell, Column, Kind, Table
from desk.texts import Texts

Row = Sequence[Cell]


@dataclass(frozen=True)
class ResultTables:
    """Makes tables of what was told, in a language."""

    told: Told
    texts: Texts
    language: Language
    made_at: dt.datetime

    def all(self, written: Iterable[tuple[int, str, str]] = ()) -> list[Table]:
        """Every table; ``written``: number and words of a question, and one text."""
        return [self.rate(), self.answers(), self.means(), self.written(written)]

    def rate(self) -> Table:
        told, interval = self.told, self.told.rate_interval
        columns = [*self._numbers("invited", "finished"), *self._shares("rate", "low", "high")]
        ends = (interval.low, interval.high) if interval else (None, None)
        return self._table("rate", columns, [(told.invited, told.finished, told.rate, *ends)])

    def answers(self) -> Table:
        """How often each level or option was chosen."""
        columns = [
            *self._numbers("number"),
            *self._words("question", "answer"),
            *self._numbers("count"),
            *self._shares("share", "low", "high"),
        ]
        return self._table("answers", columns, list(self._answers(self.told.questions)))

    def of_question(self, question: ToldQuestion) -> Table:
        """The same of one question, to stand below its plot."""
        columns = [*self._words("answer"), *self._numbers("count"), *self._shares("share", "low", "high")]
        return Table(
            f"question-{question.number}", question.text, columns, [row[2:] for row in self._answers([question])]
        )

    def means(self) -> Table:
        """The mean of each question with levels, and the share of the two upper ones."""
        columns = [
            *self._numbers("number"),
            *self._words("question"),
            *self._numbers("answered"),
            *(self._column(name, Kind.NUMBER, 2) for name in ("mean", "mean_low", "mean_high")),
            *self._shares("high_share", "low", "high"),
        ]
        levels = [each for each in self.told.questions if each.kind == QuestionKind.LEVEL]
        return self._table("means", columns, [self._mean(each) for each in levels])

    def written(self, rows: Iterable[tuple[int, str, str]]) -> Table:
        columns = [*self._numbers("number"), *self._words("question", "text")]
        return self._table("texts", columns, list(rows))

    def compared(self, by: str, groups: Iterable[tuple[str, int, Sequence[ToldQuestion]]]) -> Table:
        """The means of groups of people; ``by`` says in words what makes the groups."""
        columns = [
            Column(by, name="group"),
            *self._numbers("people", "number"),
            *self._words("question"),
            *self._numbers("answered"),
            *(self._column(name, Kind.NUMBER, 2) for name in ("mean", "mean_low", "mean_high")),
            *self._shares("high_share", "low", "high"),
        ]
        rows: list[Row] = []
        for label, people, questions in groups:
            for question in questions:
                number, text, *rest = self._mean(question)
                rows.append((label, people, number, text, *rest))
        table = self._table("compared", columns, rows)
        return Table(f"compared-{by}", f"{table.title}: {by}", table.columns, table.rows, table.about)

    def _answers(self, questions: Iterable[ToldQuestion]) -> Iterator[Row]:
        for question in questions:
            for cell in question.cells:
                ends = (cell.interval.low, cell.interval.high) if cell.interval else (None, None)
                yield (question.number, question.text, cell.label, cell.count, cell.share, *ends)

    def _mean(self, question: ToldQuestion) -> Row:
        mean, high = question.mean_interval, question.high
        means = (mean.low, mean.high) if mean else (None, None)
        shares: tuple[float | None, ...] = (None, None, None)
        if high is not None and high.interval is not None:
            shares = (high.share, high.interval.low, high.interval.high)
        return (question.number, question.text, question.answered, question.mean, *means, *shares)

    def _table(self, name: str, columns: Sequence[Column], rows: list[Row]) -> Table:
        return Table(name, self._say(f"results.table.{name}"), columns, rows, self._about())

    def _about(self) -> list[tuple[str, str]]:
        told = self.told
        days = " – ".join(day(each, self.language) for each in (told.opened, told.closed) if each is not None)
        return [
            (self._say("results.about.questionnaire"), told.title),
            (self._say("results.about.unit"), told.unit),
            (self._say("results.about.days"), days),
            (self._say("results.about.note"), self._say("results.about.intervals")),
            (self._say("page.export.made_at"), moment(self.made_at, self.language)),
        ]

    def _words(self, *names: str) -> list[Column]:
        return [self._column(name, Kind.TEXT) for name in names]

    def _numbers(self, *names: str) -> list[Column]:
        return [self._column(name, Kind.NUMBER) for name in names]

    def _shares(self, *names: str) -> list[Column]:
        return [self._column(name, Kind.SHARE, 1) for name in names]

    def _column(self, name: str, kind: Kind, digits: int = 0) -> Column:
        return Column(self._say(f"results.column.{name}"), kind, digits, name)

    def _say(self, name: str) -> str:
        return self.texts.say(name, self.language)
