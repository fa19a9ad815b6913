"""The numbers and letters that Word shows before the paragraphs of a list, which stand in no text of the file."""

from __future__ import annotations

import re
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn

_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
#: Vietnamese lists of points count a, b, c, d, đ, e; Word's own letters do not know đ.
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Numbers:
    """Counts the lists of a document, paragraph by paragraph in their order."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[str, dict[int, tuple[int, str, str]]] = {}  # of a list: start, format, text of each level
        self._list_of: dict[str, str] = {}  # several numbers may go on with one list
        self._restarts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
        if part is not None:
            self._read(part._element if hasattr(part, "_element") else part.element)

    def next_of(self, paragraph: Any, style: Any) -> tuple[str, bool]:
        """What is shown before this paragraph, and whether it is an item of a list at all."""
        number, level = _numbering(paragraph.find(qn("w:pPr")))
        while number is None and style is not None:
            number, in_style = _numbering(style.element.find(qn("w:pPr")))
            level = level if level is not None else in_style
            style = style.base_style
        if number in (None, "0") or number not in self._list_of:
            return "", False
        return self._shown(number, level or 0), True

    def _read(self, numbering: Any) -> None:
        for abstract in numbering.iterchildren(qn("w:abstractNum")):
            levels = {int(one.get(qn("w:ilvl"))): _level(one) for one in abstract.iterchildren(qn("w:lvl"))}
            self._levels[abstract.get(qn("w:abstractNumId"))] = levels
        for number in numbering.iterchildren(qn("w:num")):
            name = number.get(qn("w:numId"))
            self._list_of[name] = number.find(qn("w:abstractNumId")).get(qn("w:val"))
            for override in number.iterchildren(qn("w:lvlOverride")):
                start = override.find(qn("w:startOverride"))
                if start is not None:
                    level = int(override.get(qn("w:ilvl")))
                    self._restarts.setdefault(name, {})[level] = int(start.get(qn("w:val")))

    def _shown(self, number: str, level: int) -> str:
        which = self._list_of[number]
        levels, counts = self._levels.get(which, {}), self._counts.setdefault(which, {})
        if level not in levels:
            return ""
        restart = self._restarts.get(number, {}).pop(level, None)
        counts[level] = restart if restart is not None else counts.get(level, levels[level][0] - 1) + 1
        for deeper in [deeper for deeper in counts if deeper > level]:
            del counts[deeper]
        _, form, text = levels[level]
        if form in ("bullet", "none"):
            return "-" if form == "bullet" else ""

        def written(found: re.Match[str]) -> str:
            wanted = int(found[1]) - 1
            start, its_form, _ = levels.get(wanted, (1, "decimal", ""))
            return _written(counts.get(wanted, start), its_form)

        return re.sub(r"%(\d)", written, text)


def _numbering(properties: Any) -> tuple[str | None, int | None]:
    found = properties.find(qn("w:numPr")) if properties is not None else None
    if found is None:
        return None, None
    number, level = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
    return (
        number.get(qn("w:val")) if number is not None else None,
        int(level.get(qn("w:val"))) if level is not None else None,
    )


def _level(level: Any) -> tuple[int, str, str]:
    def value(name: str, default: str) -> str:
        found = level.find(qn(name))
        return str(found.get(qn("w:val"), default)) if found is not None else default

    return int(value("w:start", "1")), value("w:numFmt", "decimal"), value("w:lvlText", "")


def _written(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = _LETTERS[(number - 1) % 26] * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        return _roman(number).upper() if form == "upperRoman" else _roman(number)
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        written += letters * (number // value)
        number %= value
    return written
