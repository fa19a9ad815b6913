"""Examples for the search of the law: the guidance's own answers put as articles, and formal questions to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import GuidanceRecord
from desk.ports import Corpus, LawArticle
from evaluation.questions.sets import CALIBRATION, FORMAL, PORTAL, Question, read_questions
from knowledge.engine.index.guidance_index import Embed
from knowledge.engine.judging.confidence import law_features
from knowledge.engine.judging.ranking import Ranking, rank_law
from knowledge.engine.model.embedding import Embedder
from knowledge.engine.snapshot import Snapshot

_FOLDS = 5


@dataclass(frozen=True)
class LawAsked:
    """One question and the articles found, best first: which was right, and the features of each.

    ``covered`` is False where the article that answers was taken out.
    """

    question: Question
    covered: bool
    ranking: Ranking
    features: NDArray[np.float64]
    right: NDArray[np.bool_]


def article_of(record: GuidanceRecord) -> LawArticle:
    """What a record says in Vietnamese, as if it were an article of the law; without its ways to ask."""
    parts = [record.answer.vi, *(record.documents.vi if record.documents else [])]
    parts += [part.vi for part in (record.where, record.time_limit, record.fee) if part is not None]
    return LawArticle("", record.id, record.title.vi, "\n".join(parts))


def law_examples(records: Sequence[GuidanceRecord], model: Embedder, embed: Embed) -> Iterator[LawAsked]:
    """Each question put to all articles, and again to those of other folds than the one that answers it.

    The questions are the formal ones and all others that an entry answers: people ask about the law in everyday words
    too.
    """
    calibrating = [question for question in read_questions(CALIBRATION) if question.kind == "covered"]
    questions = [*read_questions(FORMAL), *calibrating, *read_questions(PORTAL)]
    yield from _ask(records, questions, model, embed)
    for fold in range(_FOLDS):
        gone = {record.id for place, record in enumerate(records) if place % _FOLDS == fold}
        left = [record for record in records if record.id not in gone]
        yield from _ask(left, [question for question in questions if question.entry in gone], model, embed)


def _ask(
    records: Sequence[GuidanceRecord], questions: Sequence[Question], model: Embedder, embed: Embed
) -> Iterator[LawAsked]:
    articles = [article_of(record) for record in records]
    snapshot = Snapshot.of(Corpus(0, [], articles, 1), embed, embed)
    queries = [snapshot.writing.query(question.text, question.language) for question in questions]
    known = {article.article for article in articles}
    for question, query, embedded in zip(
        questions, queries, model.queries([query.text for query in queries]), strict=True
    ):
        ranking, _ = rank_law(snapshot.law, query, embedded)
        right = np.array([articles[position].article == question.entry for position in ranking.positions])
        yield LawAsked(question, question.entry in known, ranking, law_features(query, ranking), right)
