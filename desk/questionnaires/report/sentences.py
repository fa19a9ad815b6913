"""What came of a questionnaire in plain sentences, with how sure each number is."""

from __future__ import annotations

from dataclasses import dataclass

from desk.figures.statistics import Interval
from desk.guidance.record import Language
from desk.questionnaires.model import QuestionKind
from desk.questionnaires.report.told import Cell, Told, ToldQuestion
from desk.tables.shown import number, percent
from desk.texts import Texts


@dataclass(frozen=True)
class Sentences:
    """Says it in a language."""

    texts: Texts
    language: Language

    def rate(self, told: Told) -> str:
        """How many took part."""
        values = {"invited": self.number(told.invited), "finished": self.number(told.finished)}
        if told.rate is None:
            return self.say("results.says.nobody_reached")
        return self.say("results.says.rate", **values, rate=self.sure(told.rate, told.rate_interval))

    def question(self, told: ToldQuestion) -> str:
        """What was answered to a question."""
        if told.answered is None:
            return self.say("results.says.few_wrote" if told.kind == QuestionKind.TEXT else "results.says.hidden")
        if not told.answered:
            return self.say("results.says.nobody")
        if told.kind == QuestionKind.TEXT:
            return self.say("results.says.wrote", count=self.number(told.answered))
        said = [self.say("results.says.answered", count=self.number(told.answered))]
        if not told.cells:
            said.append(self.say("results.says.hidden_cells"))
        elif not told.is_enough:
            said.append(self.say("results.says.few"))
        else:
            said += self._level(told) if told.kind == QuestionKind.LEVEL else self._choice(told)
        if told.is_joined:
            said.append(self.say("results.says.joined"))
        return " ".join(said)

    def mean(self, value: float, interval: Interval | None) -> str:
        """A mean of levels with its interval."""
        written = self.number(value, 2)
        if interval is None:
            return written
        ends = {"low": self.number(interval.low, 2), "high": self.number(interval.high, 2)}
        return self.say("page.questionnaires.with_interval", value=written, **ends)

    def sure(self, share: float, interval: Interval | None) -> str:
        """A share with its interval."""
        written = self.percent(share)
        if interval is None:
            return written
        ends = {"low": self.percent(interval.low), "high": self.percent(interval.high)}
        return self.say("page.questionnaires.with_interval", value=written, **ends)

    def part(self, cell: Cell) -> str:
        """A number of people, and their share where there is one."""
        count = self.number(cell.count)
        return count if cell.share is None else f"{count} ({self.percent(cell.share)})"

    def number(self, value: float, digits: int = 0) -> str:
        return number(value, self.language, digits)

    def percent(self, value: float) -> str:
        return percent(value, self.language, 1)

    def say(self, name: str, /, **values: object) -> str:
        return self.texts.say(name, self.language, **values)

    def _level(self, told: ToldQuestion) -> list[str]:
        said = []
        if told.mean is not None:
            said.append(self.say("results.says.mean", mean=self.mean(told.mean, told.mean_interval)))
        if (high := told.high) is not None and high.share is not None:
            said.append(self.say("results.says.high", share=self.sure(high.share, high.interval)))
        return said

    def _choice(self, told: ToldQuestion) -> list[str]:
        most = max(told.cells, key=lambda cell: cell.count)
        is_alone = sum(cell.count == most.count for cell in told.cells) == 1
        if len(most.of) > 1 or most.share is None or not is_alone:
            return []
        return [self.say("results.says.most", label=most.label, share=self.sure(most.share, most.interval))]
