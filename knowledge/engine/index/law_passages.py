"""Cuts an article of the law into the short texts that are searched: clause by clause and point by point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desk.law.structure import LawPart, parts
from desk.ports import LawArticle
from knowledge.engine.index.passages import CLAUSE_LENGTH, clauses

#: Of the words that lead in to a point, so many characters go with each of its pieces.
_LEAD_IN = 200


@dataclass(frozen=True)
class LawPassage:
    """One searched text of an article; ``article`` is its position in the index, ``part`` what is shown of it."""

    article: int
    part: LawPart
    text: str


def law_passages(position: int, article: LawArticle) -> Iterator[LawPassage]:
    """All passages of an article, each with the heading before it: by itself a clause often names no subject."""
    for part in parts(article):
        heading = f"{article.heading.rstrip('.')}. " if article.heading else ""
        leading = f"{heading}{part.lead_in[-_LEAD_IN:]} ".replace("\n", " ")
        for piece in clauses(part.text.replace("\n", " "), CLAUSE_LENGTH):
            yield LawPassage(position, part, f"{leading}{piece}".strip())
