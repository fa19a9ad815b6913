"""Matters of other ministries: by which words they are known, and what a person is told of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desk.answering.cues import Heard, Rules, compiled, rules_of
from desk.answering.folding import folded
from desk.answering.outcome import Outcome
from desk.answering.question import Progress
from desk.guidance.record import Language
from desk.speech import Block, Utterance
from desk.texts import Texts
from desk.yaml_file import read_yaml

#: With these outcomes the guidance has no answer, or may have none: whose matter it is helps a person on.
_TOLD_WITH = (
    Outcome.CLARIFY_ENTRIES,
    Outcome.CLARIFY_QUESTION,
    Outcome.UNANSWERABLE_NOT_COVERED,
    Outcome.UNANSWERABLE_OUT_OF_SCOPE,
)


@dataclass(frozen=True)
class Ministry:
    """One ministry or other authority, and the sets of cues by which its matters are known."""

    name: Mapping[Language, str]
    matters: Mapping[Language, str]
    rules: Rules
    unless: tuple[str, ...]
    sources: tuple[str, ...]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Ministry:
        sources = tuple(data["sources"])
        return cls(data["name"], data["matters"], rules_of(data["any_of"]), tuple(data["unless"]), sources)


@dataclass(frozen=True)
class Ministries:
    """The ministries of content/ministries.yml by their keys, in its order."""

    cues: Mapping[str, re.Pattern[str]]
    by_key: Mapping[str, Ministry]

    @classmethod
    def read(cls, path: Path) -> Ministries:
        data = read_yaml(path)
        return cls(
            cues={cue: compiled(wordings, data["names"]) for cue, wordings in data["cues"].items()},
            by_key={key: Ministry.of(ministry) for key, ministry in data["ministries"].items()},
        )

    def in_charge_of(self, text: str) -> str | None:
        """The key of the first ministry whose matter the text is; None where it is none of theirs."""
        heard = Heard(folded(text), self.cues)
        for key, ministry in self.by_key.items():
            if heard.has_all_of_one(ministry.rules) and not heard.has_any(ministry.unless):
                return key
        return None

    def name(self, key: str, language: Language) -> str:
        """The ministry's name; the key itself of one that is not in the file any more."""
        ministry = self.by_key.get(key)
        return ministry.name[language] if ministry is not None else key

    def named_before(self, utterance: Utterance, progress: Progress, key: str | None, texts: Texts) -> Utterance:
        """What is said, led by whose matter it is where the guidance has no sure answer; nothing else changes."""
        if key is None or progress.outcome not in _TOLD_WITH or progress.chosen is not None:
            return utterance
        ministry, language = self.by_key[key], progress.question.language
        values = {"ministry": ministry.name[language], "matters": ministry.matters[language]}
        told = Block("paragraph", texts.say("ministry.in_charge", language, **values))
        return replace(utterance, blocks=(told, *utterance.blocks))
