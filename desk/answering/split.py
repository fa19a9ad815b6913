"""Taking a message apart into the questions that it holds, each of which can be answered by itself."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from desk.answering.reference import References, plain
from desk.yaml_file import read_yaml

#: The end of a question, or of a line; a “?” inside an address is followed by more of it.
_ENDS = re.compile(r"\?[?!.)”\"]{0,20}(?=\s|$)|\n+")
_NUMBERED = re.compile(r"(?:^|(?<=[\n;?.]))\s{0,20}(?:\(?\d{1,2}[.)]|[-–•*])\s++(?=\S)")
_BESIDE_A_QUESTION = " \t\n;,.–-"


class Split:
    """Finds the questions of a message by the words of content/several_questions.yml."""

    def __init__(self, data: Mapping[str, Any], references: References) -> None:
        self._references = references
        self._most = int(data["pieces"])
        self._connectives = re.compile(rf"(?:^|(?<=[\s;,.])){_either(data['connectives'])}\b")
        self._asks = re.compile(rf"\b{_either(data['asks'])}\b")

    @classmethod
    def read(cls, path: Path, references: References) -> Split:
        return cls(read_yaml(path), references)

    def pieces(self, text: str) -> list[str]:
        """The questions of a message in their order, each with what was said around it; the whole where it is one.

        What asks nothing (a greeting, “our company is an export processing enterprise”) stays with the question after
        it, or with the last one.
        """
        pieces = self._with_their_context(self._parts(unicodedata.normalize("NFC", text)))
        return pieces if 1 < len(pieces) <= self._most else [text]

    def _parts(self, text: str) -> Iterator[str]:
        """The text cut at question marks, line ends and numbers, and at connectives between two questions."""
        for sentence in _cut(text, [match.end() for match in _ENDS.finditer(text)]):
            for point in _cut(sentence, [match.start() for match in _NUMBERED.finditer(sentence)]):
                yield from self._at_connectives(point)

    def _at_connectives(self, text: str) -> Iterator[str]:
        begins, ends = 0, [match.start() for match in self._connectives.finditer(_aligned(text))]
        # A text with more connectives than pieces allowed is none of questions in a row; looking at all takes long.
        for end in ends[: self._most]:
            if self._is_question(text[begins:end]) and self._is_question(text[end:]):
                yield text[begins:end]
                begins = end
        yield text[begins:]

    def _with_their_context(self, parts: Iterable[str]) -> list[str]:
        pieces: list[str] = []
        context = ""
        for part in parts:
            if self._is_question(part):
                pieces.append(_clean(context + part))
                context = ""
            elif pieces and not self._references.says_something(part):
                pieces[-1] += f" {_clean(part)}"  # “is that right?” belongs to what was asked before it
            else:
                context += part
        if pieces and context.strip():
            pieces[-1] += f" {_clean(context)}"
        return pieces

    def _is_question(self, part: str) -> bool:
        """Whether the part asks something that is understood without the rest of the message."""
        asks = "?" in part or self._asks.search(plain(part)) is not None
        return asks and self._references.says_something(self._asks.sub(" ", plain(part)) if "?" not in part else part)


def _cut(text: str, places: Iterable[int]) -> list[str]:
    ends = [0, *places, len(text)]
    return [text[begin:end] for begin, end in itertools.pairwise(ends) if text[begin:end].strip()]


def _clean(text: str) -> str:
    return _NUMBERED.sub(" ", text).strip(_BESIDE_A_QUESTION)


def _aligned(text: str) -> str:
    """Folded, each character in its own place; the text is composed."""
    return "".join("d" if c in "đĐ" else unicodedata.normalize("NFD", c)[0].lower()[:1] for c in text)


def _either(phrases: Iterable[str]) -> str:
    return f"(?:{'|'.join(re.escape(phrase) for phrase in sorted({*phrases}, key=lambda p: (-len(p), p)))})"
