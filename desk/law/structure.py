"""What an article consists of: its clauses and points, each with the words that lead in to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from desk.law.quotation import inside
from desk.ports import LawArticle

#: "1." and "2a.", but not "1.500" or "1.1."
_CLAUSE = re.compile(r"(\d{1,3})([a-zđ]?)\.(?!\d)")
#: "a)", "đ)", "a1)" and "a.1)"
_POINT = re.compile(r"([a-zđ]{1,2}\d{0,2}(?:\.\d{1,2})*)\)")
_NUMBERED_ARTICLE = re.compile(r"\d+[a-zđ]*")


@dataclass(frozen=True, slots=True)
class LawPart:
    """A piece of an article, word for word; ``clause`` and ``point`` are None where the article has none there.

    ``lead_in`` has the lines of the article that the piece belongs to, such as "2. Các trường hợp sau đây:" above a
    point; empty where nothing leads in.
    """

    clause: str | None
    point: str | None
    lead_in: str
    text: str

    @property
    def passage(self) -> str:
        """The piece with what leads in to it, as it can be read by itself."""
        return f"{self.lead_in}\n{self.text}" if self.lead_in else self.text


def parts(article: LawArticle) -> Iterator[LawPart]:
    """The parts of an article in their order; a text without clauses and points is one part.

    Each line of the article is in the text of one part, except what leads in to points or clauses and ends with a
    colon: it says nothing by itself, and is with each of them. No two parts have the same clause and point.
    """
    found = list(_pieces(article))
    leads: dict[int, str] = {}
    for piece, following in zip(found, [*found[1:], None], strict=True):
        leads = {level: words for level, words in leads.items() if level < piece.level}
        leads_in = following is not None and following.level > piece.level
        if not (leads_in and piece.text.endswith(":")):
            yield LawPart(piece.clause, piece.point, "\n".join(leads.values()), piece.text)
        leads[piece.level] = piece.text


@dataclass(frozen=True)
class _Piece:
    """Lines under one mark. Levels: 0 the article, 1 a clause, 2 a point, 3 and more a point within a point."""

    level: int
    clause: str | None
    point: str | None
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def _pieces(article: LawArticle) -> Iterator[_Piece]:
    lines = article.text.splitlines()
    marked = _Marks(numbered=not _numbers_begin_again(article.article, lines))
    pieces = [_Piece(0, None, None)]
    for line, is_quoted in zip(lines, inside(lines), strict=True):
        begun = None if is_quoted else marked.begins(line.strip())
        if begun is not None:
            pieces.append(begun)
        pieces[-1].lines.append(line)
    return (piece for piece in pieces if piece.text)


class _Marks:
    """Where the next clause or point begins, by what came before it."""

    def __init__(self, *, numbered: bool) -> None:
        """``numbered`` is False for a text whose numbers are not clauses."""
        self._numbered = numbered
        self._clause: tuple[int, str] | None = None
        self._points: list[str] = []

    def begins(self, line: str) -> _Piece | None:
        """What the line begins; None where it goes on with what is there.

        A number that does not rise, or a letter that the clause has already, is no address: the line then belongs to
        a list within the part.
        """
        clause = _CLAUSE.match(line) if self._numbered else None
        if clause is not None:
            number = (int(clause[1]), clause[2])
            if self._clause is not None and number <= self._clause:
                return None
            self._clause, self._points = number, []
            return _Piece(1, self._name, None)
        point = _POINT.match(line) if self._numbered else None
        if point is None or point[1] in self._points:
            return None
        self._points.append(point[1])
        return _Piece(2 + point[1].count("."), self._name, point[1])

    @property
    def _name(self) -> str | None:
        return None if self._clause is None else f"{self._clause[0]}{self._clause[1]}"


def _numbers_begin_again(article: str, lines: Sequence[str]) -> bool:
    """Whether a text that is no numbered article counts from 1 more than once: then a number is no address in it."""
    if _NUMBERED_ARTICLE.fullmatch(article):
        return False
    return sum(line.strip().startswith("1.") and not line.strip()[2:3].isdigit() for line in lines) > 1
