"""The step that knows what no guidance can answer: one's own file, and complaints or reports about somebody."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.answering.cues import Heard, Rules, compiled, rules_of
from desk.answering.folding import folded
from desk.answering.outcome import Outcome
from desk.answering.question import Progress
from desk.yaml_file import read_yaml


@dataclass(frozen=True)
class Matter:
    """A kind of message that only a person can deal with, and the sets of cues by which it is known.

    Those of ``certain`` leave no doubt and are among ``rules``; ``hints`` say less, and count where the guidance has no
    answer.
    """

    outcome: Outcome
    certain: Rules
    rules: Rules
    hints: Rules
    unless: tuple[str, ...]

    @classmethod
    def read(cls, outcome: Outcome, data: Mapping[str, Any]) -> Matter:
        kinds = ("certain", "any_of", "hints")
        certain, rules, hints = (rules_of(data[kind]) for kind in kinds)
        return cls(outcome, certain, certain + rules, hints, tuple(data["unless"]))


@dataclass(frozen=True)
class Patterns:
    """The rules of content/recognition.yml, and the words by which customs matters are known."""

    cues: Mapping[str, re.Pattern[str]]
    matters: tuple[Matter, ...]
    customs_words: re.Pattern[str]

    @classmethod
    def read(cls, path: Path) -> Patterns:
        data = read_yaml(path)
        return cls(
            cues={cue: compiled(wordings, data["names"]) for cue, wordings in data["cues"].items()},
            matters=(
                Matter.read(Outcome.UNANSWERABLE_REQUEST, data["request"]),
                Matter.read(Outcome.UNANSWERABLE_PERSONAL, data["personal"]),
            ),
            customs_words=re.compile(r"\b(?:" + "|".join(map(re.escape, data["customs_words"])) + r")\b"),
        )

    def certain_matter_of(self, text: str) -> Outcome | None:
        """How a message ends that is for a person beyond doubt, whatever the guidance holds."""
        return self._first(text, lambda matter: matter.certain)

    def matter_of(self, text: str) -> Outcome | None:
        """How a message ends that only a person can deal with; None for one that guidance may answer."""
        return self._first(text, lambda matter: matter.rules)

    def hinted_matter_of(self, text: str) -> Outcome | None:
        """The same for a message that no guidance answers, where less needs to be said."""
        return self._first(text, lambda matter: matter.hints)

    def _first(self, text: str, which: Callable[[Matter], Rules]) -> Outcome | None:
        heard = Heard(folded(text), self.cues)
        found = (matter for matter in self.matters if heard.has_all_of_one(which(matter)))
        return next((matter.outcome for matter in found if not heard.has_any(matter.unless)), None)

    def about_customs(self, text: str) -> bool:
        return bool(self.customs_words.search(folded(text)))


class Recognise:
    """Stops at what is for a person beyond doubt; notes what sounds so, to be weighed against the guidance found."""

    name = "recognise"

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns

    def take(self, progress: Progress) -> None:
        text = progress.question.text
        progress.outcome = self._patterns.certain_matter_of(text)
        if progress.outcome is None:
            progress.matter = self._patterns.matter_of(text)
