"""Small talk by its words alone, for when the dialogue, which knows it far better, is away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desk.answering.folding import folded
from desk.yaml_file import read_yaml


@dataclass(frozen=True)
class SmallTalk:
    """``names``: what is said to a phrase, by its folded words. ``beside``: words that may stand beside a phrase."""

    names: Mapping[str, str] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()

    @classmethod
    def read(cls, path: Path) -> SmallTalk:
        """Raises ValueError where a phrase stands for two things."""
        data = read_yaml(path)
        names: dict[str, str] = {}
        for name, phrases in data["said_to"].items():
            for phrase in phrases:
                if names.setdefault(_words(phrase), name) != name:
                    raise ValueError(f"{path.name}: {phrase} is {name} and something else")
        return cls(names, frozenset(_words(word) for word in data["beside"]))

    def named(self, text: str) -> str | None:
        """The name of what is said to a text that is small talk and nothing else; None where it may be a question."""
        words = _words(text)
        if words in self.names:
            return self.names[words]
        return self.names.get(" ".join(word for word in words.split() if word not in self.beside))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", folded(str(text))))
