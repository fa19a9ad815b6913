"""The lines of a file with the text of a law: one form of letters and spaces, no markup, no page numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.guidance.record import RecordError

#: Eth for Đ, as old Vietnamese keyboards wrote it, and line ends that are none in an editor.
_LETTERS = str.maketrans({"Ð": "Đ", "ð": "đ", "\t": " ", "\v": " ", "\u2028": " ", "\u2029": " ", "\x85": " "})
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_ODD_SPACE = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_RULE = re.compile(r"(?:[-*_=]\s*){3,}")
_HASHES = re.compile(r"\A(?:>\s*)*+#{1,6}\s+")
_BOLD = re.compile(r"(?<![*_])(\*\*|__)(?![*_])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|\"'])")
_PAGE = re.compile(r"[-–—]\s*\d{1,4}\s*[-–—]|(?:trang|page)\s+\d{1,4}(?:\s*(?:/|of|trên)\s*\d{1,4})?", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,4})(?:\s*/\s*\d{1,4})?")
_ANNEX = re.compile(r"(?:PHỤ LỤC|ANNEX|APPENDIX)\b.*|(?:Phụ lục|Annex|Appendix)(?:\s+(?:số\s+)?\w{1,5})?[.:]?")


@dataclass(frozen=True)
class Line:
    """One line; ``number`` counts from 1 in the file. ``stands_out`` is a Markdown heading or begins in bold."""

    number: int
    text: str
    stands_out: bool = False


def read_lines(path: Path) -> tuple[list[Line], list[Line]]:
    """The lines of the text, empty ones included, and the page numbers that were among them.

    Raises RecordError with file and line where the file is no text in UTF-8.
    """
    return lines_in(decoded(path))


def lines_in(text: str) -> tuple[list[Line], list[Line]]:
    """The same of a text; a page of it begins with a form feed."""
    pages = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ends_page = [following.startswith("\f") for following in [*pages[1:], "\f"]]
    lines = [_clean(number, text) for number, text in enumerate(pages, start=1)]
    numbers = _page_numbers(lines, ends_page)
    return [line for line in lines if line.number not in numbers], [line for line in lines if line.number in numbers]


def clean_text(text: str) -> str:
    """A text in one form of letters and spaces, without empty lines; its words are unchanged."""
    lines = (one_form(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def decoded(path: Path) -> str:
    """The text of a file; raises RecordError with file and line where it is none in UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RecordError(
            f"{path.name}:{line}: This is no plain text in UTF-8; save it as such and try again."
        ) from error


def one_form(text: str) -> str:
    """A line in one form of letters and spaces."""
    text = _ODD_SPACE.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    return " ".join(text.translate(_LETTERS).replace("\f", " ").split())


def _clean(number: int, text: str) -> Line:
    text = one_form(text)
    if _RULE.fullmatch(text):
        return Line(number, "")
    bare = _HASHES.sub("", text, count=1) if _HASHES.match(text) else text
    stands_out = bare != text or bare.startswith(("**", "__"))
    return Line(number, _ESCAPED.sub(r"\1", _without_bold(bare)).strip(), stands_out)


def _without_bold(text: str) -> str:
    """The text without the marks of what is bold: one that opens, before a letter, and the next that closes."""
    marks = list(_BOLD.finditer(text))
    closing: dict[int, int] = {}  # of each mark, the next of its kind that closes
    next_of: dict[str, int] = {}
    for at in reversed(range(len(marks))):
        if (found := next_of.get(marks[at][1])) is not None:
            closing[at] = found
        if text[marks[at].start() - 1 : marks[at].start()].strip():
            next_of[marks[at][1]] = at
    kept, after, at = "", 0, 0
    while at < len(marks):
        opens = bool(text[marks[at].end() : marks[at].end() + 1].strip())
        if opens and at in closing:
            end = marks[closing[at]]
            kept += text[after : marks[at].start()] + text[marks[at].end() : end.start()]
            after, at = end.end(), closing[at] + 1
        else:
            at += 1
    return kept + text[after:]


def _page_numbers(lines: Sequence[Line], ends_page: Sequence[bool]) -> set[int]:
    """The lines that are page numbers: written as such, at the end of a page, or counting on from page to page.

    After the first annex only the first two are: in a table of an annex, numbers stand alone too.
    """
    found, counting, in_annex = set(), [], False
    for place, line in enumerate(lines):
        in_annex = in_annex or bool(_ANNEX.fullmatch(line.text))
        number = _NUMBER.fullmatch(line.text)
        if _PAGE.fullmatch(line.text) or (number and ends_page[place] and place + 1 < len(lines)):
            found.add(line.number)
        elif number and not in_annex and _stands_alone(lines, place):
            counting.append((int(number[1]), line.number))
    return found | _longest_count(counting)


def _stands_alone(lines: Sequence[Line], place: int) -> bool:
    return all(not line.text for line in (*lines[max(place - 1, 0) : place], *lines[place + 1 : place + 2]))


def _longest_count(numbers: Iterable[tuple[int, int]]) -> set[int]:
    """The lines of the longest 7, 8, 9 … among (number, line); none where several numbers follow no count."""
    chains: dict[int, list[int]] = {}
    several = -1
    for number, line in numbers:
        several += 1
        chain = [*chains.get(number - 1, []), line]
        if len(chain) > len(chains.get(number, [])):
            chains[number] = chain
    longest = max(chains.values(), key=len, default=[])
    return set() if several > 0 and len(longest) == 1 else set(longest)
