"""All that is searched at one publication number, made once and never changed."""

from __future__ import annotations

from dataclasses import dataclass

from desk.ports import Corpus
from knowledge.engine.index.change import Change
from knowledge.engine.index.guidance_index import Embed, GuidanceIndex
from knowledge.engine.index.law_index import LawIndex
from knowledge.engine.writing.query import Writing


@dataclass(frozen=True)
class Snapshot:
    """The guidance and the law at one publication number, and how they are written."""

    publication_no: int
    guidance: GuidanceIndex
    law: LawIndex
    writing: Writing

    @classmethod
    def of(cls, corpus: Corpus, embed: Embed, embed_law: Embed, before: Snapshot | None = None) -> Snapshot:
        """Index a corpus; ``embed`` and ``embed_law`` give the vectors of passages, one a text.

        The law is large and seldom changes: it is taken over from the snapshot ``before`` where it is the same.
        """
        law = before.law if before is not None else None
        if law is None or law.law_no != corpus.law_no:
            law = LawIndex(corpus.law, corpus.law_no, embed_law)
        return cls.over(corpus.publication_no, GuidanceIndex(corpus.entries, embed), law)

    @classmethod
    def over(cls, publication_no: int, guidance: GuidanceIndex, law: LawIndex) -> Snapshot:
        """Both indexes together; questions are read by the words of both."""
        counts = guidance.words()
        writing = Writing(counts.vietnamese + law.vietnamese, counts.words + law.words)
        return cls(publication_no, guidance, law, writing)

    def after(self, corpus: Corpus, embed: Embed) -> Snapshot | None:
        """What is searched once the corpus is published, the same as ``of`` makes it, from this and what changed.

        None where so much changed that all has to be made anew. ``embed`` gives the vectors of what has come.
        """
        if corpus.law_no != self.law.law_no:
            return None
        if self.guidance.takes_behind:
            addition = self.guidance.addition(corpus.entries)
            if not addition.is_small:
                return None
            writing = self.writing.changed(addition.lost.words(), addition.come.words())
            return Snapshot(corpus.publication_no, self.guidance.added(addition, embed), self.law, writing)
        change = Change(self.guidance.published, corpus.entries)
        if not change.is_small:
            return None
        writing = self.writing.changed(change.gone.words(), change.come.words())
        return Snapshot(corpus.publication_no, self.guidance.spliced(change, embed), self.law, writing)

    def in_order(self, corpus: Corpus, embed: Embed) -> Snapshot | None:
        """The same publication, with nothing behind what was there first; None where all has to be made anew."""
        change = Change(self.guidance.first.published, corpus.entries)
        if not change.is_small:
            return None
        guidance = self.guidance.first.spliced(change, embed)
        return Snapshot(corpus.publication_no, guidance, self.law, self.writing)
