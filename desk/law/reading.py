"""Reads the text of a legal instrument as it is published: plain text or Markdown by its articles, or JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from desk.guidance.record import RecordError
from desk.imports.faults import SENTENCES, Fault, Faults, FileRefused, Where
from desk.json_text import NotJson, parse_json
from desk.law.headings import ArticleHeading
from desk.law.layout import MARK, Block, Layout, lay_out
from desk.law.lines import Line, clean_text, decoded, read_lines
from desk.ports import LawArticle

_SENTENCE_ENDS = (".", ";", ":", "…", "”", '"')


@dataclass(frozen=True)
class Reading:
    """The articles of a file in their order, and its lines that belong to none: titles, page numbers, signatures.

    ``divisions`` has of an article, by its address, the headings of part, chapter and section above it, a line each.
    """

    articles: list[LawArticle]
    left_out: list[Line] = field(default_factory=list)
    divisions: Mapping[str, str] = field(default_factory=dict)


def read_law(path: Path, instrument: str) -> Reading:
    """Read the text of an instrument; raises RecordError with one sentence a problem, each with file and line.

    A file of JSON lines has an article in each: its address as ``id``, its ``text``, and perhaps its ``title``.
    """
    try:
        if path.suffix in (".jsonl", ".ndjson"):
            return json_articles(decoded(path), instrument)
        lines, page_numbers = read_lines(path)
        return read_articles(lines, page_numbers, instrument)
    except FileRefused as refused:
        raise RecordError("\n".join(f"{path.name}:{f.where.place}: {_said(f)}" for f in refused.faults)) from None


def read_articles(lines: Sequence[Line], page_numbers: Sequence[Line], instrument: str) -> Reading:
    """The articles in the lines of a file of any kind; raises FileRefused, each fault with the number of its line."""
    layout = lay_out(lines)
    if faults := list(_problems(layout)):
        raise FileRefused(faults)
    left_out = sorted([*page_numbers, *layout.left_out], key=lambda line: line.number)
    divisions = {block.address: "\n".join(block.divisions) for block in layout.blocks if block.divisions}
    return Reading(list(_articles(layout, instrument)), left_out, divisions)


def _said(fault: Fault) -> str:
    return SENTENCES[fault.name].format(**fault.values)


def _problems(layout: Layout) -> Iterator[Fault]:
    if not layout.blocks:
        yield Fault.of("no_law", Where("line", 1))
    last: ArticleHeading | None = None
    for block in layout.blocks:
        heading = block.heading
        if not (block.lines or block.title or (heading and heading.rest)):
            address = f"{'Article ' if heading else ''}{block.address}"
            yield Fault.of("no_words", Where("line", block.line), address=address)
        if heading is None:
            continue
        if last is not None and heading.order <= last.order:
            values = {"article": heading.article, "last": last.article}
            yield Fault.of("article_order", Where("line", block.line), **values)
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


def json_articles(text: str, instrument: str) -> Reading:
    """The articles of JSON lines; raises FileRefused, each fault with the number of its line."""
    articles: dict[str, LawArticle] = {}
    faults = Faults()
    for number, line in enumerate(text.split("\n"), start=1):
        where = Where("line", number)
        if not line.strip():
            continue
        try:
            given = _JsonLine.model_validate(parse_json(line))
        except NotJson as error:
            faults.note(Fault.of("no_json", where, said=error.said))
            continue
        except ValidationError as error:
            problems = error.errors()
            faults.note(
                *(Fault.of("law_line", where, field=".".join(map(str, p["loc"])), said=p["msg"]) for p in problems)
            )
            continue
        if given.id in articles:
            faults.note(Fault.of("law_twice", where, id=given.id))
        articles[given.id] = LawArticle(instrument, given.id, clean_text(given.title or ""), clean_text(given.text))
    if faults or not articles:
        raise FileRefused(faults or [Fault.of("no_law", Where("line", 1))])
    return Reading(list(articles.values()))
