"""Reads the text of a legal instrument as it is published: plain text or Markdown by its articles, or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from desk.guidance.record import RecordError
from desk.law.headings import ArticleHeading
from desk.law.layout import MARK, Block, Layout, lay_out
from desk.law.lines import Line, clean_text, decoded, read_lines
from desk.ports import LawArticle

_SENTENCE_ENDS = (".", ";", ":", "…", "”", '"')


@dataclass(frozen=True)
class Reading:
    """The articles of a file in their order, and its lines that belong to none: titles, page numbers, signatures."""

    articles: list[LawArticle]
    left_out: list[Line] = field(default_factory=list)


def read_law(path: Path, instrument: str) -> Reading:
    """Read the text of an instrument; raises RecordError with one sentence a problem, each with file and line.

    A file of JSON lines has an article in each: its address as ``id``, its ``text``, and perhaps its ``title``.
    """
    if path.suffix in (".jsonl", ".ndjson"):
        return Reading(list(_from_json_lines(path, instrument)))
    lines, page_numbers = read_lines(path)
    layout = lay_out(lines)
    problems = [f"{path.name}:{line}: {sentence}" for line, sentence in _problems(layout)]
    if problems:
        raise RecordError("\n".join(problems))
    left_out = sorted([*page_numbers, *layout.left_out], key=lambda line: line.number)
    return Reading(list(_articles(layout, instrument)), left_out)


def _problems(layout: Layout) -> Iterator[tuple[int, str]]:
    if not layout.blocks:
        yield 1, "There is no text of a law in this file."
    last: ArticleHeading | None = None
    for block in layout.blocks:
        heading = block.heading
        if not (block.lines or block.title or (heading and heading.rest)):
            yield block.line, f"{'Article ' if heading else ''}{block.address} has no text."
        if heading is None:
            continue
        if last is not None and heading.order <= last.order:
            yield (
                block.line,
                f"Article {heading.article} follows article {last.article}: close the quotation marks if it is quoted, "
                "or write a line “Phụ lục” above it if it belongs to an annexed text.",
            )
        last = heading


def _articles(layout: Layout, instrument: str) -> Iterator[LawArticle]:
    for block in layout.blocks:
        title, lines = _titled(block)
        yield LawArticle(instrument, block.address, title, "\n".join(lines))


def _titled(block: Block) -> tuple[str, list[str]]:
    """The title of a block and its text: in some laws a sentence of the text stands behind an article's number."""
    title, lines = block.title, [line.text for line in block.lines]
    if block.heading is not None:
        title = block.heading.rest
        if title and block.lines and block.lines[0].number == block.line + 1 and lines[0][0].islower():
            if not MARK.match(lines[0]):
                title, lines = f"{title} {lines[0]}", lines[1:]
    if not lines or title.endswith(_SENTENCE_ENDS):
        return "", [title, *lines] if title else lines
    return title, lines


class _JsonLine(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    title: str | None = None
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _from_json_lines(path: Path, instrument: str) -> Iterable[LawArticle]:
    lines = [(number, line) for number, line in enumerate(decoded(path).split("\n"), start=1) if line.strip()]
    articles: dict[str, LawArticle] = {}
    problems = []
    for number, text in lines:
        try:
            given = _JsonLine.model_validate(json.loads(text))
        except json.JSONDecodeError as error:
            problems.append(f"{path.name}:{number}: This is no JSON: {error.msg}.")
            continue
        except ValidationError as error:
            problems += [f"{path.name}:{number}: {'.'.join(map(str, p['loc']))}: {p['msg']}." for p in error.errors()]
            continue
        if given.id in articles:
            problems.append(f"{path.name}:{number}: The id {given.id!r} is given a second time.")
        articles[given.id] = LawArticle(instrument, given.id, clean_text(given.title or ""), clean_text(given.text))
    if problems or not articles:
        raise RecordError("\n".join(problems) or f"{path.name}:1: There is no text of a law in this file.")
    return articles.values()
