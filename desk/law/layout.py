"""Which lines of a law's text belong to which article or annex, and which belong to none."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desk.law.headings import ArticleHeading, annex_heading, article_heading, division
from desk.law.lines import Line
from desk.law.quotation import inside

#: Where the signatures of a decree or circular begin, after its last article.
_SIGNATURE = re.compile(r"(?:Nơi nhận|NƠI NHẬN)\s*:.*|(?:TM|KT|TL|TUQ|Q)\.\s*[A-ZĂÂĐÊÔƠƯÀ-Ỹ ,-]{3,}")
#: A clause or a point begins.
MARK = re.compile(r"\d{1,3}[a-zđ]?\.\s|[a-zđ]{1,2}\)")
#: Kinds of divisions by how much they hold, the widest first.
_RANKS = {"phần": 0, "part": 0, "chương": 1, "chapter": 1, "mục": 2, "section": 2}
_SMALLEST = 3
#: The title of a chapter or annex has no more lines than this.
_LINES_OF_A_TITLE = 4


@dataclass
class Block:
    """An article, an annex, or a text without either; ``line`` is where it begins in the file.

    ``divisions`` are the headings of part, chapter and section that it stands under, the widest first.
    """

    line: int
    address: str
    heading: ArticleHeading | None = None
    title: str = ""
    lines: list[Line] = field(default_factory=list)
    divisions: list[str] = field(default_factory=list)


@dataclass
class Layout:
    blocks: list[Block] = field(default_factory=list)
    left_out: list[Line] = field(default_factory=list)


def lay_out(lines: Sequence[Line]) -> Layout:
    """Give each line that is not empty to a block, or leave it out."""
    page = _Page(lines)
    headings = {place: heading for place in range(len(lines)) if (heading := page.article(place))}
    annexes = _first_annex(page, headings)
    headings = {place: heading for place, heading in headings.items() if place < annexes}
    layout = Layout()
    _lay_out_articles(page, annexes, headings, layout)
    _lay_out_annexes(page, annexes, layout)
    return layout


class _Page:
    """The lines with what stands around them; quoted lines are no headings."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self._quoted = inside([line.text for line in lines])
        self._before: list[str] = []
        before = ""
        for line in lines:
            self._before.append(before)
            before = line.text or before

    def article(self, place: int) -> ArticleHeading | None:
        return None if self._quoted[place] else article_heading(self.lines[place], self._before[place])

    def annex(self, place: int) -> tuple[str, str] | None:
        return None if self._quoted[place] else annex_heading(self.lines[place], self._before[place])

    def division(self, place: int) -> tuple[str, str] | None:
        return None if self._quoted[place] else division(self.lines[place])


def _first_annex(page: _Page, headings: Mapping[int, ArticleHeading]) -> int:
    """Where the annexes begin; the number of lines where there are none.

    A line that names an annex among the articles is followed by an article that counts on; the articles of an annexed
    text count from 1 again.
    """
    places, orders = list(headings), [heading.order for heading in headings.values()]
    for place in range(len(page.lines)):
        if page.annex(place) is None:
            continue
        following = bisect(places, place)
        if following == len(places) or (following and orders[following] <= orders[following - 1]):
            return place
    return len(page.lines)


def _lay_out_articles(page: _Page, end: int, headings: Mapping[int, ArticleHeading], layout: Layout) -> None:
    whole = Block(1, "")
    current: Block | None = whole if not headings else None
    signed, divisions = _signature(page, end, headings), _divisions(page, end, headings)
    standing: dict[int, str] = {}
    for place, line in enumerate(page.lines[:end]):
        if place in divisions and line.text:
            _stand_under(standing, page, place)
        if place in headings:
            current = Block(line.number, headings[place].article, headings[place])
            current.divisions = [standing[rank] for rank in sorted(standing)]
            layout.blocks.append(current)
        elif line.text:
            outside = current is None or place >= signed or place in divisions
            (layout.left_out if current is None or outside else current.lines).append(line)
    if whole.lines:
        layout.blocks.append(whole)


def _stand_under(standing: dict[int, str], page: _Page, place: int) -> None:
    """Note a line of a division's heading: it begins one, which ends those that are no wider, or goes on with one."""
    line, begun = page.lines[place].text, page.division(place)
    if begun is None:
        rank = max(standing, default=_SMALLEST)
        standing[rank] = f"{standing[rank]} {line}" if rank in standing else line
        return
    rank = _RANKS.get(begun[0], _SMALLEST)
    for narrower in [other for other in standing if other >= rank]:
        del standing[narrower]
    standing[rank] = line


def _signature(page: _Page, end: int, headings: Mapping[int, ArticleHeading]) -> int:
    last = max(headings, default=end)
    return next((place for place in range(last, end) if _SIGNATURE.fullmatch(page.lines[place].text)), end)


def _divisions(page: _Page, end: int, headings: Mapping[int, ArticleHeading]) -> set[int]:
    """The lines that head chapters, sections and the like, with their titles."""
    found: set[int] = set()
    place = 0
    while place < end:
        kinds, after = _run_of_divisions(page, place, end, headings)
        # Two of one kind with no article between are items of a list: a chapter and its section are of two kinds.
        if kinds and len(set(kinds)) == len(kinds):
            found |= set(range(place, after))
        place = after
    return found


def _run_of_divisions(
    page: _Page, start: int, end: int, headings: Mapping[int, ArticleHeading]
) -> tuple[list[str], int]:
    """The kinds of the divisions headed from here to the next article, and the place of that article.

    Between two headings there is at most a title: whatever has more below it is a line of an article. Then there are no
    kinds, and the place is that of the line that was too much: no run that begins before it comes further.
    """
    kinds: list[str] = []
    title, of_title = "", 0
    for place in range(start, end):
        line, begun = page.lines[place], page.division(place)
        if kinds and place in headings:
            return kinds, place
        if begun is not None:
            kinds.append(begun[0])
            title, of_title = begun[1], 0
        elif not kinds:
            return [], start + 1
        elif line.text:
            of_title += 1
            goes_on = line.text == line.text.upper() or line.stands_out
            if of_title > _LINES_OF_A_TITLE or MARK.match(line.text) or (title and not goes_on):
                return [], place
    return [], end


def _lay_out_annexes(page: _Page, start: int, layout: Layout) -> None:
    in_title = False
    addresses = {block.address for block in layout.blocks}
    for place in range(start, len(page.lines)):
        line = page.lines[place]
        begun = page.annex(place)
        if begun is not None and begun[0] not in addresses:
            address, title = begun
            addresses.add(address)
            layout.blocks.append(Block(line.number, address, title="" if title.startswith("(") else title))
            if title.startswith("("):
                layout.blocks[-1].lines.append(replace(line, text=title))
            in_title = not title.startswith("(")
        elif line.text:
            block = layout.blocks[-1]
            in_title = in_title and not block.lines and line.text == line.text.upper() and not MARK.match(line.text)
            if in_title:
                block.title = f"{block.title} {line.text}".strip()
            else:
                block.lines.append(line)
