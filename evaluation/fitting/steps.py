"""Measures what each step of preparing a question is worth: our own questions, with the step and without it.

Run as python -m evaluation.fitting.steps; prints a table for docs/evaluation.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bootstrap.settings import read_settings
from desk.guidance.record import LANGUAGES, Language
from evaluation.measures.intervals import Interval, paired_interval
from evaluation.questions.hands import Hand, written
from evaluation.questions.keyboard import Typing, typed
from evaluation.questions.sets import GOLDEN, Question, read_questions
from evaluation.retrieval.progress import watched
from evaluation.retrieval.setting import corpus_of, embedder, shipped_records, vector_cache
from knowledge.engine.judging.confidence import features, fitted
from knowledge.engine.judging.ranking import rank
from knowledge.engine.model.embedding import Embedder
from knowledge.engine.snapshot import Snapshot
from knowledge.engine.writing.query import Step


@dataclass(frozen=True)
class Row:
    """One way of writing: the share of questions with the right entry first, and what each step adds to it."""

    name: str
    questions: int
    right: float
    added: Mapping[Step, Interval]


def rows(snapshot: Snapshot, model: Embedder, questions: Sequence[Question]) -> Iterator[Row]:
    """A row for each way of writing in each language."""
    for name, language, texts in ways_of_writing(questions):
        asked = [question for question in questions if question.language == language]
        right: dict[Step | None, list[bool]] = {step: [] for step in (None, *Step)}
        for question, text in watched(list(zip(asked, texts, strict=True)), name):
            for step, hits in right.items():
                hits.append(first(snapshot, model, text, language, step) == question.entry)
        added = {step: paired_interval(right[None], right[step]) for step in Step}
        yield Row(name, len(asked), sum(right[None]) / len(asked), added)


def ways_of_writing(questions: Sequence[Question]) -> Iterator[tuple[str, Language, list[str]]]:
    """Each way of writing with its language and the questions of that language written so."""
    for language in LANGUAGES:
        asked = [question for question in questions if question.language == language]
        for typing in Typing if language == "vi" else (Typing.ACCENTED,):
            name = typing.value if language == "vi" else "English"
            yield name, language, [typed(question.text, typing, language, question.id) for question in asked]
        for hand in Hand:
            yield f"{language}: {hand}", language, [written(q.text, hand, language, q.id) for q in asked]


def first(snapshot: Snapshot, model: Embedder, text: str, language: Language, without: Step | None) -> str | None:
    """The entry that the search puts first when one step is left out."""
    query = snapshot.writing.query(text, language, without)
    embedded = model.queries([query.text])[0]
    ranking = rank(snapshot.guidance, query, embedded)
    if not query.terms or not ranking.size:
        return None
    likeliest = fitted().probabilities(features(query, embedded, snapshot.guidance, ranking)).argmax()
    entry, _ = snapshot.guidance.entries[int(ranking.positions[likeliest])]
    return entry


def table(found: Sequence[Row]) -> str:
    """The rows as a table of a document; bold where the interval leaves 0 out."""
    lines = ["| written | questions | right first | " + " | ".join(f"without {step}" for step in Step) + " |"]
    lines.append("|---" * (3 + len(Step)) + "|")
    for row in found:
        cells = " | ".join(_cell(row.added[step]) for step in Step)
        lines.append(f"| {row.name} | {row.questions} | {row.right:.3f} | {cells} |")
    return "\n".join(lines)


def _cell(added: Interval) -> str:
    if added.mean == 0:
        return "·"
    figure = f"{-added.mean:+.3f}"
    return f"**{figure}**" if added.low > 0 or added.high < 0 else figure


def main() -> None:
    settings = read_settings()
    model, records = embedder(settings), shipped_records(settings)
    embed = vector_cache(settings, model).vectors
    snapshot = Snapshot.of(corpus_of(records), embed, embed)
    print(table(list(rows(snapshot, model, read_questions(GOLDEN)))))


if __name__ == "__main__":
    main()
