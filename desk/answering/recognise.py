"""The step that knows what no guidance can answer: one's own file, and complaints or reports about somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from desk.answering.folding import folded
from desk.answering.outcome import Outcome
from desk.answering.question import Progress

_NAME = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Patterns:
    """Regular expressions over folded text, and the words by which customs matters are known."""

    personal: tuple[re.Pattern[str], ...]
    request: tuple[re.Pattern[str], ...]
    customs_words: re.Pattern[str]

    @classmethod
    def read(cls, path: Path) -> Patterns:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(
            personal=_compiled(data["personal"], data["names"]),
            request=_compiled(data["request"], data["names"]),
            customs_words=re.compile(r"\b(?:" + "|".join(map(re.escape, data["customs_words"])) + r")\b"),
        )

    def about_customs(self, text: str) -> bool:
        return bool(self.customs_words.search(folded(text)))


def _compiled(patterns: Iterable[str], names: Mapping[str, str]) -> tuple[re.Pattern[str], ...]:
    """The patterns with the words that each <name> stands for."""
    return tuple(re.compile(_NAME.sub(lambda name: names[name[1]], pattern)) for pattern in patterns)


class Recognise:
    """Stops at questions that only an officer can answer, whatever the guidance holds."""

    name = "recognise"

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns

    def take(self, progress: Progress) -> None:
        text = folded(progress.question.text)
        if any(pattern.search(text) for pattern in self._patterns.request):
            progress.outcome = Outcome.UNANSWERABLE_REQUEST
        elif any(pattern.search(text) for pattern in self._patterns.personal):
            progress.outcome = Outcome.UNANSWERABLE_PERSONAL
