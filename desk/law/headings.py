"""Headings in the text of a law: of articles, of the parts that hold articles, and of annexes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from desk.law.lines import Line

_ARTICLE = re.compile(
    r"(?:Điều|ĐIỀU|Article|ARTICLE)\s+(\d{1,4})([a-zđA-ZĐ]?)\b\s*((?:\[\d+\])?)\s*(?:([.:])\s*[-–—]?\s*|[-–—]\s+)?(.*)"
)
_DIVISION = re.compile(
    r"(phần|chương|tiểu mục|mục|part|chapter|sub-?section|section)\s+"
    r"(?:thứ\s+\w+|[ivxlc]+[a-zđ]?|\d{1,3}[a-zđ]?|[a-z]|one|two|three|four|five|six|seven|eight|nine|ten)\b\s*(.*)",
    re.IGNORECASE,
)
_ANNEX = re.compile(
    r"(phụ lục|annex|appendix)"
    r"(?:\s+(?:số\s+)?((?:[ivxlc]+|\d{1,3}|[a-z])[a-z]?(?:[-.]\w{1,4})?)(?=[\s.:(–—-]|$))?\s*(.*)",
    re.IGNORECASE,
)
#: What a sentence cannot end with: a reference to an article goes on in the line after it.
_GOES_ON = re.compile(
    r"(?:,|\b(?:tại|của|theo|và|hoặc|với|đến|từ|trong|khoản \d+[a-zđ]?|điểm [a-zđ]|"
    r"in|under|of|and|or|to|with|by|from|paragraph \d+|point [a-zđ]))$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ArticleHeading:
    """The heading of an article: its address, and what stands behind it in the line."""

    number: int
    letter: str
    rest: str

    @property
    def article(self) -> str:
        return f"{self.number}{self.letter}"

    @property
    def order(self) -> tuple[int, str]:
        """Where it stands among the articles: đ comes after d."""
        return self.number, self.letter.replace("đ", "d~")


def article_heading(line: Line, before: str) -> ArticleHeading | None:
    """What a line is the heading of; None for any other. ``before`` is the line above, empty where there is none."""
    found = _ARTICLE.fullmatch(line.text)
    if found is None or (found[5] and not found[4] and not line.stands_out) or _GOES_ON.search(before):
        return None
    # The mark of a footnote stands before the full stop in consolidated texts; it stays with the words.
    return ArticleHeading(int(found[1]), found[2].lower(), f"{found[5]}{found[3]}")


def division(line: Line) -> tuple[str, str] | None:
    """The kind of division, such as "chương", and its title, perhaps empty; None where the line is no such heading."""
    found = _DIVISION.fullmatch(line.text)
    if found is None:
        return None
    title = found[2].lstrip(".:–—- ")
    is_apart = title != found[2] or not title or title == title.upper() or line.stands_out
    return (found[1].lower(), title) if line.text[0].isupper() and is_apart else None


def annex_heading(line: Line, before: str) -> tuple[str, str] | None:
    """The address of an annex, such as "Phụ lục II", and the title behind it; None where the line is no heading."""
    found = _ANNEX.fullmatch(line.text)
    if found is None or not line.text[0].isupper() or _GOES_ON.search(before):
        return None
    title = found[3].lstrip(".:–—- ")
    if title and title == found[3] and title != title.upper() and not (title.startswith("(") or line.stands_out):
        return None
    name = found[1].capitalize()
    return (f"{name} {found[2].upper()}" if found[2] else name), title
