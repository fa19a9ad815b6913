"""The published guidance as it is searched: how near each entry is to a question, by every way of measuring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import LANGUAGES, Language
from desk.ports import PublishedEntry
from knowledge.engine.index.chained import Chained
from knowledge.engine.index.change import Addition, Change
from knowledge.engine.index.days import Days
from knowledge.engine.index.elsewhere import Elsewhere, matters
from knowledge.engine.index.layered_words import LayeredWords
from knowledge.engine.index.lexical import LexicalIndex, Scores, is_syllable
from knowledge.engine.index.measures import Measures
from knowledge.engine.index.pieces import RUNS, Pieces
from knowledge.engine.index.runs import Runs
from knowledge.engine.judging.fusion import Signals
from knowledge.engine.model.embedding import Embedded
from knowledge.engine.writing.counts import WordCounts
from knowledge.engine.writing.query import Query

Embed = Callable[[Sequence[str]], list[Embedded]]

#: So many of an entry's nearest passages of each kind are compared token by token.
_NEAREST = 2
#: Above so many passages what comes is put behind them, and what goes keeps its place, so that none need be copied;
#: when so many are behind, all are put in their order.
_MANY, _BEHIND = 50_000, 20_000


class GuidanceIndex:
    """Everything that a search of the guidance needs; never changed after it is made."""

    def __init__(self, entries: Sequence[PublishedEntry], embed: Embed) -> None:
        """``embed`` gives the vectors of passages, one a text."""
        pieces = Pieces(entries)
        elsewhere = matters()
        vectors = embed([*pieces.written, *elsewhere])
        self._elsewhere = Elsewhere(vectors[len(pieces.written) :])
        self._measures = Measures(pieces.counted, vectors[: len(pieces.written)])
        self._whole: LexicalIndex | LayeredWords = LexicalIndex(pieces.counted_of_entries())
        self._first: GuidanceIndex | None = None
        self._keep(entries, pieces.runs, pieces.sizes)

    def spliced(self, change: Change, embed: Embed) -> GuidanceIndex:
        """The index after a change, the same as one made whole (see Measures.spliced); only what has come is read."""
        come = change.come
        passages = change.passages(self._sizes)
        spliced = GuidanceIndex.__new__(GuidanceIndex)
        spliced._elsewhere = self._elsewhere
        spliced._first = None
        assert isinstance(self._whole, LexicalIndex), "what has later entries behind is not spliced"
        spliced._measures = self._measures.spliced(passages, come.counted, embed(come.written))
        spliced._whole = self._whole.spliced(change.versions, come.counted_of_entries())
        spliced._keep(
            change.entries,
            passages.array(self._of_runs, come.runs),
            change.versions.array(self._sizes, come.sizes),
        )
        return spliced

    def _keep(self, entries: Sequence[PublishedEntry], of_runs: NDArray[np.int64], sizes: NDArray[np.int64]) -> None:
        """``of_runs`` has the run of each passage among those of its entry, ``sizes`` how many each entry has."""
        self._of_runs, self._sizes = of_runs, sizes
        self._placed, self._gone = list(entries), np.zeros(len(entries), dtype=np.bool_)
        self.entries: Sequence[tuple[str, int]] = [(one.entry, one.version) for one in entries]
        self.passages, self._days, self._runs = len(of_runs), Days(entries), _runs(of_runs, sizes)

    @cached_property
    def published(self) -> Sequence[PublishedEntry]:
        """The versions that are indexed."""
        return [self._placed[place] for place in np.flatnonzero(~self._gone).tolist()]

    @property
    def takes_behind(self) -> bool:
        """Whether the passages are so many that what comes is put behind them."""
        return self._first is not None or self.passages > _MANY

    @property
    def first(self) -> GuidanceIndex:
        """What has none behind yet."""
        return self._first or self

    @property
    def is_deep(self) -> bool:
        """Whether so many are behind that it had better be made of ``first`` and all that changed since."""
        return self.passages - self.first.passages > _BEHIND

    def addition(self, entries: Sequence[PublishedEntry]) -> Addition:
        """From what is indexed to what is published."""
        return Addition(self._placed, self._gone, entries)

    def added(self, addition: Addition, embed: Embed) -> GuidanceIndex:
        """The index after a change, with what has come behind (see LayeredWords); only that is read."""
        come, lost = addition.come, addition.lost
        vectors, gone = embed(come.written), self._runs.positions(addition.left)
        added = GuidanceIndex.__new__(GuidanceIndex)
        added._elsewhere, added._first = self._elsewhere, self.first
        added._measures = self._measures.added(gone, lost.counted, come.counted, vectors)
        whole = self._whole if isinstance(self._whole, LayeredWords) else LayeredWords(self._whole)
        added._whole = whole.added(lost.counted_of_entries(), come.counted_of_entries())
        added._placed, added._gone = addition.entries, addition.gone
        behind = addition.entries[len(self._placed) :]
        added.entries = Chained.behind(self.entries, [(one.entry, one.version) for one in behind])
        added._days = self._days.added(addition)
        added._runs = self._runs.added(_runs(come.runs, come.sizes))
        added.passages = self.passages + len(come.written)
        return added

    @property
    def outgrown(self) -> bool:
        """Whether it had better be made whole once more, though it answers as it should."""
        return self._measures.outgrown

    def words(self) -> WordCounts:
        """How the passages are written; they are all gone through."""
        return Pieces(self.published).words()

    def written(self) -> list[str]:
        """All that is embedded of it; the passages are all gone through."""
        return [*Pieces(self.published).written, *matters()]

    def taking_part(self, as_of: dt.date | None) -> NDArray[np.int64] | None:
        """Positions in ``entries`` of what is served on a day, at most one version an entry; None where all are."""
        return self._days.taking_part(as_of)

    def signals(self, query: Query, embedded: Embedded, part: NDArray[np.int64] | None = None) -> Signals:
        """How near every entry is, by words and meaning; or of those alone that take part, in their order."""
        among = None if part is None else self._runs.positions(part)
        of_passages = self._measures.meaning(embedded, among)
        words, meaning = self._runs.best(self._measures.words(query)), self._runs.best(of_passages)
        whole, coverage = self._whole.scores(query.terms), self._whole.coverage(query.terms)
        if part is not None:
            words, meaning, whole, coverage = words[part], meaning[part], whole[part], coverage[part]
        questions, answers, (first, last) = _runs_for(query.language)
        return Signals(
            {
                "words_in_entry": whole,
                "words_in_question": words[:, questions],
                "words_in_answer": words[:, answers],
                "meaning_of_question": meaning[:, questions],
                "meaning_of_answer": meaning[:, answers],
                "meaning_in_other_language": meaning[:, first : last + 1].max(axis=1),
                "coverage": coverage,
            },
            of_passages,
        )

    def token_signals(
        self, query: Query, embedded: Embedded, signals: Signals, candidates: NDArray[np.int64]
    ) -> Mapping[str, Scores]:
        """How near the candidates, as positions in ``entries``, are token by token: one number a candidate."""
        questions, answers, others = _runs_for(query.language)
        ways = ("tokens_of_question", "tokens_of_answer", "tokens_in_other_language")
        runs = ((questions, questions), (answers, answers), others)
        positions, starts = self._runs.nearest(candidates, runs, signals.of_passages, _NEAREST)
        best = np.maximum.reduceat(self._measures.tokens(embedded, positions), starts)
        return dict(zip(ways, best.reshape(len(ways), -1), strict=True))

    def nearness(self, embedded: Embedded) -> Scores:
        """The cosine to the nearest passage of each entry's newest version, in whatever language it is."""
        part = self._days.taking_part(None)
        best = self._runs.best(self._measures.meaning(embedded))
        if part is not None:
            best = best[part]
        return best.max(axis=1) if len(best) else np.zeros(0)

    def weights_of_tokens(self, embedded: Embedded) -> Scores:
        """What each token of a text counts for, by how rare it is in the guidance."""
        return self._measures.weights_of_tokens(embedded)

    def elsewhere(self, embedded: Embedded) -> tuple[float, float]:
        """The cosine to the nearest matter that is none of customs', of the whole and token by token."""
        return self._elsewhere.nearest(embedded)

    def unknown_share(self, query: Query) -> float:
        """The share (0 to 1) of the question's syllables that no guidance has."""
        single = [term for term in query.terms if is_syllable(term)]
        return sum(not self._whole.knows(term) for term in single) / max(1, len(single))


def _runs(of_runs: NDArray[np.int64], sizes: NDArray[np.int64]) -> Runs:
    return Runs(np.repeat(np.arange(len(sizes)), sizes) * RUNS + of_runs, RUNS)


def _runs_for(language: Language) -> tuple[int, int, tuple[int, int]]:
    """The run that asks and the one that answers in the language, and the first and last of the other language."""
    own = 2 * LANGUAGES.index(language)
    other = 2 - own
    return own, own + 1, (other, other + 1)
