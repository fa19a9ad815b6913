"""Which matters need a second signature under a reply: a rule that each authority sets in content/cases.yml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desk.cases.model import Case
from desk.yaml_file import read_yaml


@dataclass(frozen=True)
class SignedTopics:
    """Groups and entries of guidance whose cases are answered with two signatures."""

    topics: frozenset[str] = frozenset()

    @classmethod
    def read(cls, path: Path) -> SignedTopics:
        """The topics of a file; raises ValueError where they are no list of names."""
        rule = read_yaml(path).get("second_signature") or {}
        topics = rule.get("topics") or []
        if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
            raise ValueError(f"{path.name}: second_signature: topics must be a list of groups and entries")
        return cls(frozenset(topics))

    def include(self, case: Case) -> bool:
        """Whether a reply to this case needs a second signature."""
        return bool(self.topics & {case.topic, case.entry})
