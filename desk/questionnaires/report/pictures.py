"""The results of a questionnaire as plots: how the levels are spread, what was chosen, and how groups differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk.plots.bars import Bar, Bars
from desk.plots.drawing import Frame, Kind, Look, Plot
from desk.plots.points import Point, Points
from desk.plots.shares import Part, Shares, Whole
from desk.questionnaires.model import LEVELS, QuestionKind
from desk.questionnaires.report.sentences import Sentences
from desk.questionnaires.report.told import Cell, ToldQuestion

#: How the levels look, from the lowest to the highest; levels that were joined look as the outer one of them.
_OF_LEVELS = dict(zip(LEVELS, (Look(2), Look(2, "stripes"), Look(5, "dots"), Look(1, "lines"), Look(1)), strict=True))
_TICKS = tuple(float(level) for level in LEVELS)
_MIDDLE = 3


@dataclass(frozen=True)
class ResultPictures:
    """Draws in a language."""

    says: Sentences

    def of_question(self, question: ToldQuestion) -> Plot | None:
        """The plot of one question; None of a text, and where nothing may be told."""
        if not question.cells or not question.answered:
            return None
        draws = self._levels if question.kind == QuestionKind.LEVEL and question.is_enough else self._bars
        return Plot.of(draws(question))

    def means(self, questions: Sequence[ToldQuestion]) -> Plot | None:
        """The means of all questions with levels, on one axis."""
        points = [
            Point(f"{each.number}. {each.text}", each.mean, self.says.mean(each.mean, None), *_ends(each))
            for each in questions
            if each.mean is not None
        ]
        if len(points) < 2:  # one mean is told by its own question
            return None
        return Plot.of(
            Points(self._frame("means", self.says.say("results.plot.means_says")), points, _TICKS, self._tick)
        )

    def compared(self, question_number: int, groups: Sequence[tuple[str, int, ToldQuestion]]) -> Plot | None:
        """One question by groups of people; a group whose answers are too few has no mark."""
        points = []
        for label, people, told in groups:
            count = self.says.number(people)
            if told.mean is None:
                points.append(Point(label, None, self.says.say("results.plot.few", count=count)))
            else:
                words = self.says.say("results.plot.mean_of", mean=self.says.number(told.mean, 2), count=count)
                points.append(Point(label, told.mean, words, *_ends(told)))
        if not any(point.value is not None for point in points):
            return None
        text = groups[0][2].text
        summary = self.says.say("results.plot.compared_says")
        frame = Frame(f"plot-compared-{question_number}", f"{question_number}. {text}", summary)
        return Plot.of(Points(frame, points, _TICKS, self._tick))

    def _levels(self, question: ToldQuestion) -> Kind:
        parts = [Part(cell.label, _look(cell)) for cell in question.cells]
        people = self.says.say("results.plot.people", count=self.says.number(question.answered or 0))
        whole = Whole(self.says.say("results.plot.all"), [cell.count for cell in question.cells], people)
        return Shares(self._of(question), parts, [whole], self.says.percent)

    def _bars(self, question: ToldQuestion) -> Kind:
        cells = question.cells if question.kind == QuestionKind.CHOICE else tuple(reversed(question.cells))
        bars = [
            Bar(cell.label, cell.share if question.is_enough else float(cell.count), self.says.part(cell))
            for cell in cells
        ]
        return Bars(self._of(question), bars, 1.0 if question.is_enough else None)

    def _of(self, question: ToldQuestion) -> Frame:
        title = self.says.say("results.plot.question", number=question.number)
        return Frame(f"plot-question-{question.number}", title, self.says.question(question))

    def _frame(self, name: str, summary: str) -> Frame:
        return Frame(f"plot-{name}", self.says.say(f"results.plot.{name}"), summary)

    def _tick(self, value: float) -> str:
        return self.says.number(value)


def _ends(question: ToldQuestion) -> tuple[float | None, float | None]:
    interval = question.mean_interval
    return (interval.low, interval.high) if interval is not None else (None, None)


def _look(cell: Cell) -> Look:
    return _OF_LEVELS[min(cell.of) if min(cell.of) < _MIDDLE else max(cell.of)]
