"""What is asked in a made-up year: questions with outcomes and entries, and how content people are with what came."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from desk.answering.outcome import Outcome
from desk.cases.model import Urgency
from desk.guidance.record import GuidanceRecord, read_records

_OUTCOMES = {
    Outcome.ANSWERED: 90,
    Outcome.ANSWERED_FROM_CONTEXT: 8,
    Outcome.CLARIFY_ENTRIES: 8,
    Outcome.CLARIFY_QUESTION: 3,
    Outcome.UNANSWERABLE_OUT_OF_SCOPE: 5,
    Outcome.UNANSWERABLE_NOT_COVERED: 10,
    Outcome.UNANSWERABLE_PERSONAL: 6,
    Outcome.UNANSWERABLE_REQUEST: 4,
    Outcome.ERROR_SEARCH: 2,
    Outcome.ERROR_DIALOGUE: 1,
    Outcome.ERROR_STORE: 1,
}
_URGENCIES = dict(zip(Urgency, (4, 4, 5, 22, 65), strict=True))
#: An entry that no guidance has any more, so that it has no topic.
GONE = "no_longer_here"
#: Whoever is shown this entry, or answered by this officer, always gives the same stars.
ALWAYS_FIVE, ALWAYS_FOUR = 0, 7


@dataclass(frozen=True)
class Question:
    """One enquiry's outcome: ``shown`` is the entry that answered it, ``near`` the candidates, the nearest first."""

    text: str
    outcome: Outcome
    shown: str | None
    near: list[str]

    @property
    def nearest(self) -> str | None:
        return self.shown or next(iter(self.near), None)


class Matters:
    """Draws questions; some entries are asked about far more often than others."""

    def __init__(self, content: Path, random: Random) -> None:
        self._random = random
        self._records: list[GuidanceRecord] = read_records(content / "guidance")
        self.entries = [record.id for record in self._records]
        self.group_of = {record.id: record.group for record in self._records}
        self._weights = [1 / (1 + place) ** 0.6 for place in range(len(self.entries))]
        self._texts = {record.id: record.questions for record in self._records}
        self.always_five = self.entries[ALWAYS_FIVE]

    def question(self, language: str) -> Question:
        random = self._random
        (outcome,) = random.choices(list(_OUTCOMES), list(_OUTCOMES.values()))
        about = random.choices(self.entries, self._weights, k=3)
        near = [GONE, *about] if random.random() < 0.005 else about
        if outcome.family == "answered":
            shown = about[0]
            return Question(self._text(shown, language), outcome, shown, near if random.random() < 0.5 else [])
        is_near = outcome.family in ("clarify", "unanswerable") and random.random() < 0.9
        return Question(self._text(about[0], language), outcome, None, near if is_near else [])

    def _text(self, entry: str, language: str) -> str:
        texts: Any = self._texts[entry]
        return str(self._random.choice(texts[language]))

    def urgency(self) -> str:
        (urgency,) = self._random.choices(list(_URGENCIES), list(_URGENCIES.values()))
        return urgency.value

    def stars(self, entry: str | None, officers: set[int]) -> int:
        """One to five; some officers and entries please more than others, and some always the same."""
        if entry == self.always_five and not officers:
            return 5
        if officers == {ALWAYS_FOUR}:
            return 4
        better = (sum(officers) + len(entry or "")) % 5
        return int(self._random.choices((1, 2, 3, 4, 5), (6 - better, 5, 9, 20 + 3 * better, 30 + 6 * better))[0])
