"""The step that decides whether the best candidate is sure enough to be shown as the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.answering.outcome import Outcome
from desk.answering.question import Progress
from desk.answering.recognise import Patterns
from desk.yaml_file import read_yaml

#: No more entries than this are offered when the desk is unsure.
OFFERED = 4


@dataclass(frozen=True)
class Thresholds:
    """Confidence (0 to 1) needed to answer, to be offered as one of several entries, to be shown as related law.

    ``despite_matter`` is needed to answer a text that sounds like one's own file or a complaint.
    """

    answer: float
    despite_matter: float
    clarify: float
    related_law: float

    @classmethod
    def read(cls, path: Path) -> Thresholds:
        data = read_yaml(path)
        return cls(**{name: float(data[name]) for name in ("answer", "despite_matter", "clarify", "related_law")})


def decided(
    confidences: Sequence[float], thresholds: Thresholds, *, despite_matter: bool = False
) -> tuple[bool, tuple[int, ...]]:
    """Whether the first candidate is the answer, and else the places of those that are offered; best first."""
    needed = thresholds.despite_matter if despite_matter else thresholds.answer
    if confidences and confidences[0] >= needed:
        return True, ()
    if despite_matter:
        return False, ()
    return False, tuple(place for place, one in enumerate(confidences) if one >= thresholds.clarify)[:OFFERED]


class Judge:
    """Answers when sure, offers two to four entries when unsure, else says that the desk does not know."""

    name = "judge"

    def __init__(self, thresholds: Callable[[], Thresholds], patterns: Patterns) -> None:
        """``thresholds`` are asked for at every text: they may change while the desk runs."""
        self.thresholds = thresholds
        self._patterns = patterns

    def take(self, progress: Progress) -> None:
        candidates, confidences = progress.candidates, [c.hit.confidence for c in progress.candidates]
        progress.considered = candidates
        is_sure, offered = decided(confidences, self.thresholds(), despite_matter=progress.matter is not None)
        if is_sure:
            progress.chosen = candidates[0].version
            progress.outcome = Outcome.ANSWERED
            return
        if progress.matter is not None:
            progress.outcome = progress.matter
            return
        if offered:
            # One entry alone is offered too: "did you mean this?" is honest where an answer would be a guess.
            progress.candidates = [candidates[place] for place in offered]
            progress.outcome = Outcome.CLARIFY_ENTRIES
        else:
            progress.outcome = self._unanswerable(progress.question.text)

    def _unanswerable(self, text: str) -> Outcome:
        """Why there is no answer; what sounds like one's own file or a complaint is passed on as such."""
        hinted = self._patterns.hinted_matter_of(text)
        if hinted is not None:
            return hinted
        about_customs = self._patterns.about_customs(text)
        return Outcome.UNANSWERABLE_NOT_COVERED if about_customs else Outcome.UNANSWERABLE_OUT_OF_SCOPE
