"""Cues: what people say in many wordings, as the files of content/ describe it, and sets of them in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_NAME = re.compile(r"<(\w+)>")

#: Each is a set of cues that must all be in a text.
Rules = tuple[tuple[str, ...], ...]


def rules_of(data: Iterable[Iterable[str]]) -> Rules:
    return tuple(tuple(rule) for rule in data)


class Heard:
    """The cues in one folded text; each is looked for once, and only when a rule asks for it."""

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


def compiled(wordings: Iterable[str], names: Mapping[str, str]) -> re.Pattern[str]:
    """Any of the wordings as whole words, with what each <name> stands for."""
    alternatives = "|".join(_NAME.sub(lambda name: f"(?:{names[name[1]]})", wording) for wording in wordings)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")
