"""Measures a retrieval set, texts and questions with known answers in two files, through a search over documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from desk.guidance.record import Language, Text
from evaluation.measures.intervals import interval, paired_interval
from evaluation.measures.ranks import first_rank, hit, ndcg, reciprocal_rank
from evaluation.measures.risk import RiskPoint, area, curve, sweep
from evaluation.questions.jsonlines import Line, read_lines, wrong
from evaluation.questions.keyboard import Typing, typed
from evaluation.retrieval.progress import watched

#: So many documents are asked for; a relevant one beyond them counts as not found.
DEPTH = 10
#: The steps of coverage at which the risk is told, so that the line stays readable.
_COVERAGES = tuple(round(step / 20, 2) for step in range(1, 21))


class Document(Line):
    """One text that is searched."""

    text: Text
    title: Text | None = None


class SetQuestion(Line):
    """A question with the ids of all documents that answer it; with none, no document does."""

    lang: Language
    text: Text
    relevant: frozenset[str]


class DocumentsFound(NamedTuple):
    """Ids, best first; the confidence (0 to 1) of each, or none at all; milliseconds by step."""

    ids: Sequence[str]
    confidences: Sequence[float]
    milliseconds: Mapping[str, float]


class SearchDocuments(Protocol):
    """A search over any texts."""

    def prepare(self, documents: Sequence[Document]) -> None:
        """Take in all documents, in place of those before."""
        ...

    def search(self, text: str, language: Language, limit: int) -> DocumentsFound:
        """The documents that may answer the text, at most ``limit``."""
        ...


class Measured(Line):
    """What one question came to; ranks count from 1. Written to a file, and read from it to compare two runs."""

    lang: Language
    answerable: bool
    rank: int | None
    ndcg: float
    confidence: float | None
    milliseconds: float

    @property
    def right(self) -> bool:
        return self.rank == 1


def read_documents(path: Path) -> list[Document]:
    """The documents of a file; raises FileError."""
    return list(read_lines(path, Document).values())


def read_set_questions(path: Path, documents: Iterable[Document]) -> list[SetQuestion]:
    """The questions of a file, about these documents; raises FileError."""
    known = {document.id for document in documents}
    questions = read_lines(path, SetQuestion)
    for number, question in questions.items():
        if unknown := sorted(question.relevant - known):
            raise wrong(path, number, f"'relevant' names {unknown[0]!r}, which is no document")
    return list(questions.values())


def measure(search: SearchDocuments, questions: Sequence[SetQuestion], typing: Typing) -> list[Measured]:
    """Put each question, typed in the one way, to a search that is prepared."""
    return [_measured(search, question, typing) for question in watched(questions, f"questions, {typing}")]


def _measured(search: SearchDocuments, question: SetQuestion, typing: Typing) -> Measured:
    text = typed(question.text, typing, question.lang, seed=question.id)
    found = search.search(text, question.lang, DEPTH)
    return Measured(
        id=question.id,
        lang=question.lang,
        answerable=bool(question.relevant),
        rank=first_rank(found.ids, question.relevant),
        ndcg=ndcg(found.ids, question.relevant, DEPTH),
        confidence=found.confidences[0] if found.confidences else None,
        milliseconds=sum(found.milliseconds.values()),
    )


def figures(measured: Sequence[Measured], threshold: float) -> dict[str, Any]:
    """The figures of a run that is not empty, over all questions and by language; ``threshold`` answers."""
    languages = sorted({one.lang for one in measured})
    times = [one.milliseconds for one in measured]
    whole: dict[str, Any] = {
        "questions": len(measured),
        **_ranking(measured),
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
        **_confidence(measured, threshold),
        "intervals": {
            name: interval(values).as_data() for name, values in _values(_answerable(measured)).items() if values
        },
    }
    if len(languages) > 1:
        whole["by_language"] = {
            language: {"questions": len(among), **_ranking(among), **_confidence(among, threshold, with_curve=False)}
            for language in languages
            if (among := [one for one in measured if one.lang == language])
        }
    return whole


def compared(measured: Sequence[Measured], before: Sequence[Measured]) -> dict[str, Any]:
    """This run less the one before, with paired intervals, over the questions that both have; none shared: empty."""
    earlier = {one.id: one for one in before if one.answerable}
    now = [one for one in measured if one.answerable and one.id in earlier]
    if not now:
        return {"questions": 0}
    values, others = _values(now), _values([earlier[one.id] for one in now])
    differences = {name: paired_interval(values[name], others[name]).as_data() for name in values}
    return {"questions": len(now), **differences}


def save(measured: Iterable[Measured], path: Path) -> None:
    """Write one line a question."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(one.model_dump_json() + "\n" for one in measured), encoding="utf-8")


def read_saved(path: Path) -> list[Measured]:
    """What ``save`` wrote; raises FileError."""
    return list(read_lines(path, Measured).values())


def _answerable(measured: Sequence[Measured]) -> list[Measured]:
    return [one for one in measured if one.answerable]


def _values(measured: Sequence[Measured]) -> dict[str, list[float]]:
    """One value a question, by figure."""
    return {
        **{f"hit@{depth}": [hit(one.rank, depth) for one in measured] for depth in (1, 5, 10)},
        "mrr@10": [reciprocal_rank(one.rank, DEPTH) for one in measured],
        "ndcg@10": [one.ndcg for one in measured],
    }


def _ranking(measured: Sequence[Measured]) -> dict[str, float]:
    return {name: round(float(np.mean(values)), 4) for name, values in _values(_answerable(measured)).items() if values}


def _confidence(measured: Sequence[Measured], threshold: float, with_curve: bool = True) -> dict[str, Any]:
    """Coverage and precision at the threshold, and the risk at each coverage; empty where nothing has a confidence."""
    sure = [one.confidence for one in measured if one.confidence is not None]
    if len(sure) < len(measured):
        return {}
    right = [one.right for one in measured]
    (point,) = sweep(sure, right, thresholds=[threshold])
    at_threshold = {
        "threshold": threshold,
        "coverage": round(point.coverage, 4),
        "precision": None if point.precision is None else round(point.precision, 4),
    }
    if not with_curve:
        return at_threshold
    points = curve(sure, right)
    return {**at_threshold, "risk_coverage": _at_coverages(points), "aurc": round(area(points), 4)}


def _at_coverages(points: Sequence[RiskPoint]) -> list[dict[str, float]]:
    """The first point of the curve that reaches each step of coverage."""
    reached = [next((p for p in points if p.coverage >= step - 1e-9), points[-1]) for step in _COVERAGES]
    return [{"coverage": round(p.coverage, 4), "risk": round(p.risk, 4)} for p in dict.fromkeys(reached)]
