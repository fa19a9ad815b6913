"""Messages of the desk as Telegram shows them: HTML parts that fit, cut where it hurts least, and rows of buttons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.markup import LONGEST, escaped, length
from desk.speech import Block

#: Titles up to these lengths share a row with this many others; longer ones would be cut off on a phone.
SHARED_BY_TWO = 20
SHARED_BY_THREE = 10
#: Five levels are read from above.
_OF_STARS = ("rate", "rate_officer")

#: Where a style ends and begins again between two words of one line.
_REOPENED = re.compile(r"</(b|i)><\1>")


@dataclass(frozen=True)
class ButtonShown:
    """A button as Telegram gets it: only its random id leaves the desk."""

    id: str
    act: str
    title: str


@dataclass(frozen=True)
class Run:
    """Some text in one style; ``tag`` is empty for plain text."""

    text: str
    tag: str = ""

    def as_html(self) -> str:
        return f"<{self.tag}>{escaped(self.text)}</{self.tag}>" if self.tag and self.text else escaped(self.text)


Line = Sequence[Run]


def render(blocks: Iterable[Block], longest: int = LONGEST) -> list[str]:
    """The blocks as HTML parts of at most ``longest`` UTF-16 units each; empty when there is nothing to read.

    A part ends between two blocks where that can be, else between two lines, else between two words.
    """
    parts = _Parts(longest)
    for block in blocks:
        lines = [line for line in _lines(block) if any(run.text.strip() for run in line)]
        whole = "\n".join(_as_html(line) for line in lines)
        if not lines:
            continue
        if length(whole) <= longest:
            parts.add(whole, "\n\n")
            continue
        for number, line in enumerate(lines):
            _add_line(parts, line, "\n" if number else "\n\n")
    return parts.done()


def keyboard(buttons: Sequence[ButtonShown]) -> InlineKeyboardMarkup | None:
    """The buttons in rows; None without any. Short titles share a row, ratings never do."""
    rows: list[list[ButtonShown]] = []
    for button in buttons:
        if rows and _share(rows[-1], button):
            rows[-1].append(button)
        else:
            rows.append([button])
    if not rows:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(b.title, callback_data=b.id) for b in row] for row in rows])


def _share(row: Sequence[ButtonShown], button: ButtonShown) -> bool:
    if any(b.act in _OF_STARS for b in (*row, button)):
        return False
    longest = max(len(b.title) for b in (*row, button))
    return longest <= SHARED_BY_TWO and len(row) < (3 if longest <= SHARED_BY_THREE else 2)


class _Parts:
    """Parts being filled: what no longer fits begins the next one."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self._parts: list[str] = []

    def add(self, piece: str, between: str, at_start: str | None = None) -> None:
        """Add HTML that fits by itself; ``at_start`` is what stands for it at the start of a part."""
        if self._parts and length(self._parts[-1] + between + piece) <= self.longest:
            self._parts[-1] += between + piece
        else:
            self._parts.append(piece if at_start is None else at_start)

    def done(self) -> list[str]:
        return [_REOPENED.sub("", part) for part in self._parts]


def _add_line(parts: _Parts, line: Line, between: str) -> None:
    """Add a line whole where it fits one part, else word by word."""
    whole = _as_html(line)
    if length(whole) <= parts.longest:
        parts.add(whole, between)
        return
    for run in line:
        for word in _words(run, parts.longest):
            parts.add(word.as_html(), between, replace(word, text=word.text.lstrip()).as_html())
            between = ""


def _lines(block: Block) -> list[Line]:
    if block.kind == "title":
        return [[Run(line, "b")] for line in block.text.splitlines()]
    if block.kind == "note":
        return [[Run(line, "i")] for line in block.text.splitlines()]
    if block.kind == "field":
        first, *rest = block.text.splitlines() or [""]
        return [[Run(f"{block.label}:", "b"), Run(f" {first}")], *([Run(line)] for line in rest)]
    if block.kind == "file":
        return [[Run(f"📎 {block.text} ({block.label})")]]
    if block.kind == "list":
        label = [[Run(f"{block.label}:", "b")]] if block.label else []
        return [*label, *([Run(f"• {item}")] for item in block.items)]
    return [[Run(line)] for line in block.text.splitlines()]


def _as_html(line: Line) -> str:
    return "".join(run.as_html() for run in line)


def _words(run: Run, longest: int) -> Iterable[Run]:
    """The run's words with the space before each; one that is too long for a part is cut between letters."""
    for word in re.findall(r"(?<!\s)\s*+\S+|\S+", run.text):
        while not _fits(run, word, longest):
            word = word.lstrip()
            cut = _cut(run, word, longest)
            yield replace(run, text=word[:cut])
            word = word[cut:]
        if word:
            yield replace(run, text=word)


def _fits(run: Run, text: str, longest: int) -> bool:
    return length(replace(run, text=text).as_html()) <= longest


def _cut(run: Run, text: str, longest: int) -> int:
    """How many characters fit, at least one, without parting a letter from its marks."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _fits(run, text[:middle], longest) else (low, middle - 1)
    cut = low
    while cut > 1 and (unicodedata.combining(text[cut]) or text[cut] in "\u200d\ufe0f" or text[cut - 1] == "\u200d"):
        cut -= 1
    return cut
