"""What is measured of a search: how high the right entry stands, what is answered, and what is answered wrongly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from desk.ports import GuidanceSearch
from evaluation.retrieval.questions import Question

#: How many hits are asked for; an entry beyond them counts as not found.
DEPTH = 10

IsAnswered = Callable[[Question], bool]


@dataclass(frozen=True)
class Found:
    """One question put to the search and to the desk.

    ``rank`` is the right entry's place from 1, None where it was not found; ``answered`` is whether the desk showed
    its first entry as the answer.
    """

    question: Question
    rank: int | None
    first: str | None
    confidence: float
    milliseconds: float
    answered: bool

    @property
    def right(self) -> bool:
        return self.rank == 1

    def as_data(self) -> dict[str, object]:
        """The question with what was found, for a report."""
        return {
            "id": self.question.id,
            "question": self.question.text,
            "entry": self.question.entry,
            "first": self.first,
            "rank": self.rank,
            "confidence": round(self.confidence, 3),
        }


@dataclass(frozen=True)
class Figures:
    """Shares (0 to 1) over one set of questions."""

    questions: int
    hit_at_1: float
    hit_at_3: float
    mrr: float
    answered: float
    wrong_shown: float
    median_ms: float


def ask(search: GuidanceSearch, is_answered: IsAnswered, questions: Sequence[Question]) -> list[Found]:
    """Put each question to the search, and to the desk that decides by it."""
    return [_ask(search, is_answered, question) for question in questions]


def _ask(search: GuidanceSearch, is_answered: IsAnswered, question: Question) -> Found:
    result = search.search(question.text, question.language, DEPTH)
    entries = [hit.entry for hit in result.hits]
    return Found(
        question=question,
        rank=entries.index(question.entry) + 1 if question.entry in entries else None,
        first=entries[0] if entries else None,
        confidence=result.hits[0].confidence if result.hits else 0.0,
        milliseconds=sum(result.timings_ms.values()),
        answered=is_answered(question),
    )


def figures(found: Sequence[Found]) -> Figures:
    """The figures of a set that is not empty."""
    shown = [one for one in found if one.answered]
    return Figures(
        questions=len(found),
        hit_at_1=mean(one.right for one in found),
        hit_at_3=mean(one.rank is not None and one.rank <= 3 for one in found),
        mrr=mean(1 / one.rank if one.rank else 0.0 for one in found),
        answered=len(shown) / len(found),
        wrong_shown=sum(not one.right for one in shown) / len(found),
        median_ms=median(one.milliseconds for one in found),
    )
