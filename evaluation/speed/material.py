"""What the measurements share: the records that ship, the golden questions, and what the model makes of both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bootstrap.settings import Settings
from desk.guidance.record import GuidanceRecord, Language
from evaluation.questions.sets import GOLDEN, Question, read_questions
from evaluation.retrieval.setting import corpus_of, shipped_records, vector_cache
from knowledge.engine.index.elsewhere import matters
from knowledge.engine.index.measures import written_out
from knowledge.engine.index.passages import passages_of
from knowledge.engine.model.embedding import Embedded, Embedder
from knowledge.engine.model.vector_cache import packed, unpacked
from knowledge.engine.snapshot import Snapshot


@dataclass(frozen=True)
class Asked:
    """A golden question and what the model makes of it as it is searched."""

    text: str
    language: Language
    embedded: Embedded


@dataclass(frozen=True)
class Material:
    """All that a process of its own needs, so that it need not load the model.

    ``passages`` has by its text, as it is searched, what the model makes of a passage of the records or of a matter
    that is none of customs'.
    """

    records: Sequence[GuidanceRecord]
    passages: dict[str, Embedded]
    asked: Sequence[Asked]

    @classmethod
    def of(cls, settings: Settings, model: Embedder) -> Material:
        """Embed what is not in the vectors that are kept; raises OSError or ValueError without a model."""
        records = shipped_records(settings)
        texts = [*written_passages(records), *matters()]
        found = dict(zip(texts, vector_cache(settings, model).vectors(texts), strict=True))
        writing = Snapshot.of(corpus_of(records), lambda wanted: [found[text] for text in wanted], _no_law).writing
        questions: list[Question] = read_questions(GOLDEN)
        written = [writing.query(question.text, question.language).text for question in questions]
        asked = [
            Asked(question.text, question.language, model.queries([text])[0])
            for question, text in zip(questions, written, strict=True)
        ]
        return cls(records, found, asked)

    @property
    def counts(self) -> dict[str, int]:
        """How many passages each record has."""
        return {record.id: len(written_passages([record])) for record in self.records}

    def embed(self, texts: Sequence[str]) -> list[Embedded]:
        """The vectors of passages of the records."""
        return [self.passages[text] for text in texts]

    def write(self, file: Path) -> None:
        """As plain arrays, the rest of it in JSON: nothing that would run what is in it when it is read."""
        told = {
            "records": [record.as_json() for record in self.records],
            "passages": list(self.passages),
            "asked": [[asked.text, asked.language] for asked in self.asked],
        }
        rows = [*self.passages.values(), *(asked.embedded for asked in self.asked)]
        with file.open("wb") as opened:
            words = np.frombuffer(json.dumps(told).encode(), np.uint8)
            np.savez(opened, allow_pickle=False, told=words, **packed(rows))

    @classmethod
    def read(cls, file: Path) -> Material:
        """What ``write`` has written in the same run."""
        with np.load(file, allow_pickle=False) as stored:
            told, rows = json.loads(stored["told"].tobytes()), unpacked(stored)
        passages = dict(zip(told["passages"], rows, strict=False))
        return cls(
            [GuidanceRecord.model_validate(record) for record in told["records"]],
            passages,
            [
                Asked(text, language, row)
                for (text, language), row in zip(told["asked"], rows[len(passages) :], strict=True)
            ],
        )


def written_passages(records: Sequence[GuidanceRecord]) -> list[str]:
    """Every passage of the records as it is searched."""
    return [
        written_out(passage.text, passage.language)
        for position, record in enumerate(records)
        for passage in passages_of(position, record)
    ]


def _no_law(texts: Sequence[str]) -> list[Embedded]:
    assert not texts, "there is no law among the records"
    return []
