"""The step that knows what no guidance can answer: one's own file, and complaints or reports about somebody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from desk.answering.folding import folded
from desk.answering.outcome import Outcome
from desk.answering.question import Progress

_NAME = re.compile(r"<(\w+)>")

Rules = tuple[tuple[str, ...], ...]


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
        certain, rules, hints = (tuple(tuple(rule) for rule in data[kind]) for kind in kinds)
        return cls(outcome, certain, certain + rules, hints, tuple(data["unless"]))


class _Heard:
    """The cues in one text; each is looked for once, and only when a rule asks for it."""

    def __init__(self, text: str, cues: Mapping[str, re.Pattern[str]]) -> None:
        self._text = text
        self._cues = cues
        self._known: dict[str, bool] = {}

    def has(self, cue: str) -> bool:
        if cue not in self._known:
            self._known[cue] = self._cues[cue].search(self._text) is not None
        return self._known[cue]

    def has_all_of_one(self, rules: Rules) -> bool:
        return any(all(self.has(cue) for cue in rule) for rule in rules)

    def has_any(self, cues: Iterable[str]) -> bool:
        return any(self.has(cue) for cue in cues)


@dataclass(frozen=True)
class Patterns:
    """The rules of content/recognition.yml, and the words by which customs matters are known."""

    cues: Mapping[str, re.Pattern[str]]
    matters: tuple[Matter, ...]
    customs_words: re.Pattern[str]

    @classmethod
    def read(cls, path: Path) -> Patterns:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(
            cues={cue: _compiled(wordings, data["names"]) for cue, wordings in data["cues"].items()},
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

    def _first(self, text: str, rules_of: Callable[[Matter], Rules]) -> Outcome | None:
        heard = _Heard(folded(text), self.cues)
        found = (matter for matter in self.matters if heard.has_all_of_one(rules_of(matter)))
        return next((matter.outcome for matter in found if not heard.has_any(matter.unless)), None)

    def about_customs(self, text: str) -> bool:
        return bool(self.customs_words.search(folded(text)))


def _compiled(wordings: Iterable[str], names: Mapping[str, str]) -> re.Pattern[str]:
    """Any of the wordings as whole words, with what each <name> stands for."""
    alternatives = "|".join(_NAME.sub(lambda name: f"(?:{names[name[1]]})", wording) for wording in wordings)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


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
