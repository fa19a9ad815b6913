"""What the guidance that ships covers, what of it is unverified, and what it leaves to officers: docs/guidance.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter

from desk.guidance.record import Bilingual, Group, GuidanceRecord
from desk.texts import Texts
from desk.yaml_file import read_yaml

_HEAD = """# What the guidance covers

Written by `customs guidance coverage` from content/guidance/ and content/left_out.yml; a test finds it out of date.
"""


class LeftOut(BaseModel):
    """A matter that no record answers, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    matter: Bilingual
    why: Bilingual


def read_left_out(path: Path) -> list[LeftOut]:
    return TypeAdapter(list[LeftOut]).validate_python(read_yaml(path))


def as_markdown(records: Sequence[GuidanceRecord], left_out: Sequence[LeftOut], texts: Texts) -> str:
    """A table a topic with its records, and what is left out, in Markdown."""
    return "\n".join([_HEAD, *_totals(records), *_tables(records, texts), *_left(left_out)])


def _totals(records: Sequence[GuidanceRecord]) -> Iterator[str]:
    doubtful = sum(bool(record.unverified) for record in records)
    yield f"{len(records)} records in {len(get_args(Group))} topics; {doubtful} name something that is unverified.\n"


def _tables(records: Sequence[GuidanceRecord], texts: Texts) -> Iterator[str]:
    for group in get_args(Group):
        mine = [record for record in records if record.group == group]
        yield f"## {texts.say(f'news.topic.{group}', 'en')} ({len(mine)})\n"
        yield "| record | title | tiêu đề | holds from | until | unverified |\n|---|---|---|---|---|---|"
        for record in mine:
            days = (record.in_force.from_, record.in_force.to or "")
            cells = (record.id, record.title.en, record.title.vi, *days, len(record.unverified) or "")
            yield f"| {' | '.join(str(cell) for cell in cells)} |"
        yield ""


def _left(left_out: Sequence[LeftOut]) -> Iterator[str]:
    yield "## Left to officers\n"
    yield "| matter | why no record answers it |\n|---|---|"
    for one in left_out:
        yield f"| {one.matter.en} / {one.matter.vi} | {one.why.en} |"
    yield ""
