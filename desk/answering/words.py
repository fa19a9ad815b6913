"""The words of content/ by which the desk understands what is written to it, before anything is searched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desk.answering.day import Days
from desk.answering.ministries import Ministries
from desk.answering.recognise import Patterns
from desk.answering.reference import References
from desk.answering.split import Split


@dataclass(frozen=True)
class Words:
    """How an officer's matter, a ministry's, a follow-up, several questions in one message and a day are known."""

    patterns: Patterns
    references: References
    split: Split
    ministries: Ministries
    days: Days

    @classmethod
    def read(cls, content: Path) -> Words:
        references = References.read(content / "follow_up.yml")
        return cls(
            patterns=Patterns.read(content / "recognition.yml"),
            references=references,
            split=Split.read(content / "several_questions.yml", references),
            ministries=Ministries.read(content / "ministries.yml"),
            days=Days.read(content / "day_meant.yml"),
        )
