"""All that is searched at one publication number, made once and never changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from desk.ports import Corpus
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
        words: Counter[str] = guidance.words + law.words
        return cls(publication_no, guidance, law, Writing(guidance.vietnamese + law.vietnamese, words))
