"""A month's figures put into a whole report, for officers or for the public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desk.figures.gaps import Example
from desk.reports.month.asking import AskingSections
from desk.reports.month.document import Document
from desk.reports.month.reviews import SaidAndDone
from desk.reports.month.satisfaction import SatisfactionSections
from desk.reports.month.serving import ServingSections

Examples = Mapping[str, Sequence[Example]]


class Report(AskingSections, SatisfactionSections, ServingSections):
    """Every section of a report in a language."""

    def document(
        self,
        examples: Examples | None = None,
        standing: Sequence[str] = (),
        differs: Sequence[str] = (),
        said_and_done: Sequence[SaidAndDone] = (),
    ) -> Document:
        """``examples`` and ``said_and_done`` are shown to officers only; ``standing``, ``differs`` as in Document."""
        return Document(
            title=self.say("title", month=self.month),
            unit=self.figures.unit_name(self.language),
            month=self.figures.month,
            language=self.language,
            made_at=self.figures.made_at,
            is_public=self.is_public,
            standing=standing,
            differs=differs,
            sections=[
                self.asked(),
                self.gaps({} if self.is_public else examples or {}),
                self.trouble(),
                self.ratings(),
                self.times(),
                self.acted(said_and_done),
            ],
        )
