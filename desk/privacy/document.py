"""docs/privacy.md: all that is kept, made from content/privacy.yml, for whoever runs the desk or answers for it."""

from __future__ import annotations

from collections.abc import Iterator

from desk.guidance.record import Language
from desk.privacy.kinds import KindOfData, Privacy, Whose
from desk.privacy.words import how_long, what_then
from desk.texts import Texts

_LANGUAGE: Language = "en"
_TITLES = {
    Whose.PERSON: "Of those who ask",
    Whose.ENTERPRISE: "Of enterprises",
    Whose.STAFF: "Of officers",
    Whose.NOBODY: "Of nobody",
}


def written(privacy: Privacy, texts: Texts) -> str:
    """The whole document."""
    return "\n".join(_lines(privacy, texts)) + "\n"


def _lines(privacy: Privacy, texts: Texts) -> Iterator[str]:
    yield "# What is kept, why and how long"
    yield ""
    yield (
        "Made from content/privacy.yml by `customs privacy write`; do not edit it here. How it is carried out, who may "
        "hold, and what is whose: [decision 57](decisions/0057-privacy-as-data.md). What the public reads: /privacy."
    )
    for whose, title in _TITLES.items():
        yield from ("", f"## {title}", "")
        for kind in privacy.kinds.values():
            if kind.whose is whose:
                yield from _kind(kind, texts)


def _kind(kind: KindOfData, texts: Texts) -> Iterator[str]:
    yield f"**{kind.title[_LANGUAGE]}** (`{kind.name}`). {kind.what[_LANGUAGE]} {kind.purpose[_LANGUAGE]}"
    yield f"- kept: {how_long(texts, kind, _LANGUAGE)}; then: {what_then(texts, kind, _LANGUAGE)}"
    if kind.jobs:
        yield f"- by: {', '.join(f'`{job}`' for job in kind.jobs)}"
    if kind.outside:
        yield "- where: outside the desk's database"
    for table, columns in kind.columns.items():
        yield f"- `{table}`: {', '.join(columns)}"
    yield ""
