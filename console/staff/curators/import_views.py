"""What an import would do, as its page shows it: record by record, with words for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.staff.curators.guidance_views import ShownChange, ShownField, changes, fields_of_record, title_of
from desk.guidance.record import Language
from desk.imports.preview import HOWS, Line, Preview
from desk.imports.words import wrong_said
from desk.paging import Page
from desk.texts import Texts

#: Records on one page of a preview.
SHOWN = 25


@dataclass(frozen=True)
class ShownLine:
    """A record of the file; ``place`` is where it stands there, in words."""

    id: str
    title: str
    how: str
    place: str
    wrong: list[str]
    draft: int | None
    changes: list[ShownChange]
    fields: list[ShownField]


def lines_of(found: Preview, texts: Texts, language: Language, *, after: int) -> Page[ShownLine]:
    """A page of the records, what is wrong first; ``after`` is how many come before it."""
    ordered = sorted(found.lines, key=lambda line: HOWS.index(line.how))
    rows = [_line(line, texts, language) for line in ordered[after : after + SHOWN]]
    before = str(max(after - SHOWN, 0)) if after else None
    return Page(rows, before, str(after + SHOWN) if after + SHOWN < len(ordered) else None)


def columns(about: Sequence[tuple[str, str, str, str]]) -> list[dict[str, str]]:
    return [dict(zip(("name", "meaning", "how", "needed"), one, strict=True)) for one in about]


def _line(line: Line, texts: Texts, language: Language) -> ShownLine:
    where = line.given.where
    return ShownLine(
        id=line.given.id,
        title=_title(line, language),
        how=line.how,
        place=texts.say(f"imports.where.{where.kind}", language, place=where.place),
        wrong=[wrong_said(texts, one, language) for one in line.wrong],
        draft=line.draft_id,
        changes=changes(line.before, line.content, texts, language) if line.how == "changed" else [],
        fields=fields_of_record(line.content) if line.how == "new" else [],
    )


def _title(line: Line, language: Language) -> str:
    """The title, where there is something in its place that is one."""
    content = line.content or line.given.content
    return title_of(content, language) if isinstance(content.get("title"), Mapping) else line.given.id
