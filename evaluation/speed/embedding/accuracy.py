"""What each way does to the answers: how near its vectors are to those in fp32, and our own questions through it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bootstrap.settings import Settings
from evaluation.questions.keyboard import Typing
from evaluation.retrieval.figures import golden
from evaluation.retrieval.setting import desk_over_shipped
from evaluation.retrieval.trials import AS_WRITTEN, ENGLISH, QuestionSets, Trial, try_all
from evaluation.speed.embedding.ways import Running
from knowledge.engine.model.embedding import Embedded, Embedder

_BATCH = 16


class Piped(Embedder):
    """Questions are embedded by a way in its process; passages by it too, or by the embedder that is given."""

    def __init__(self, running: Running, of_passages: Embedder | None = None) -> None:
        super().__init__(of_passages.name if of_passages else running.way.name)
        self._running = running
        self._of_passages = of_passages
        self._asked: dict[str, Embedded] = {}

    @property
    def identity(self) -> str:
        return self._of_passages.identity if self._of_passages else self._running.way.name

    def load(self) -> None:
        """It is loaded."""

    def queries(self, texts: Sequence[str]) -> list[Embedded]:
        fresh = [text for text in dict.fromkeys(texts) if text not in self._asked]
        if fresh:
            self._asked |= dict(zip(fresh, self._running.embed(fresh, "query")[1], strict=True))
        return [self._asked[text] for text in texts]

    def passages(self, texts: Sequence[str]) -> list[Embedded]:
        if self._of_passages is not None:
            return self._of_passages.passages(texts)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        found: dict[int, Embedded] = {}
        for start in range(0, len(texts), _BATCH):
            places = order[start : start + _BATCH]
            found |= zip(places, self._running.embed([texts[place] for place in places], "passage")[1], strict=True)
        return [found[place] for place in range(len(texts))]


def cosines(rows: Sequence[Embedded], exact: Sequence[Embedded]) -> dict[str, float]:
    """The least and the mean cosine of a way's vectors to those in fp32, question by question."""
    each = [float(one.whole @ other.whole) for one, other in zip(rows, exact, strict=True)]
    return {"least": round(min(each), 5), "mean": round(float(np.mean(each)), 5)}


def answers(settings: Settings, model: Embedder, vectors: Path, every: int = 1) -> dict[str, Any]:
    """Our own questions as they are written, through the whole desk with this model; vectors are kept in a folder.

    ``every``: one of so many of each set is asked.
    """
    sets = QuestionSets.read()
    some = QuestionSets(sets.golden[::every], sets.outside[::every], sets.borderline[::every])
    with desk_over_shipped(settings, model, vectors) as desk:
        trials = try_all(desk, some, typings=(Typing.ACCENTED,))
    asked = [*trials.golden[Typing.ACCENTED.value], *trials.golden[ENGLISH]]
    return counted(asked, trials.outside[AS_WRITTEN], trials.borderline[AS_WRITTEN])


def counted(asked: Sequence[Trial], outside: Sequence[Trial], borderline: Sequence[Trial]) -> dict[str, Any]:
    """How the golden questions ended, in shares and numbers, and how many of the others were answered."""
    of = golden(asked)
    return {
        "questions": len(asked),
        "hit@1": of["hit@1"]["mean"],
        "first": sum(trial.right for trial in asked),
        "answered_right": sum(trial.ending == "answered_right" for trial in asked),
        "wrong_shown": sum(trial.ending == "wrong_shown" for trial in asked),
        "outside": len(outside),
        "outside_answered": sum(trial.shown.outcome.family == "answered" for trial in outside),
        "borderline": len(borderline),
        "borderline_answered": sum(trial.shown.outcome.family == "answered" for trial in borderline),
    }
