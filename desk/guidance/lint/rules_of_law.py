"""The rules about the law that an entry cites: is it known, in force on the entry's days, amended since it was read?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from desk.guidance.lint.findings import Finding, Law, Linted
from desk.guidance.lint.prose import named_in
from desk.guidance.lint.rules import Rule, finding
from desk.guidance.record import LANGUAGES, Citation
from desk.law.instruments import Instruments

_ARTICLE = re.compile(r"\d{1,3}[a-zđ]?|Phụ lục(?: [IVXL]+[a-zđ]?| \d+[a-zđ]?)?")
_CLAUSE = re.compile(r"\d{1,3}[a-zđ]?")
_POINT = re.compile(r"[a-zđ](?:\.?\d{1,2})?|\d{1,2}")
_SHAPES = {"article": _ARTICLE, "clause": _CLAUSE, "point": _POINT}
_DAY = dt.timedelta(days=1)


def unknown_instrument(linted: Linted, law: Law) -> Iterator[Finding]:
    for path, cited in _cited(linted):
        if cited.instrument not in law.instruments:
            yield finding("unknown_instrument", linted, f"{path}-instrument", _named(cited), number=cited.instrument)


def malformed_citation(linted: Linted, law: Law) -> Iterator[Finding]:
    """A part of a citation that is no number, no letter and no annex, or that lies in nothing."""
    for path, cited in _cited(linted):
        for part, shape in _SHAPES.items():
            written = getattr(cited, part)
            if written is not None and not shape.fullmatch(written):
                yield finding("malformed_citation", linted, f"{path}-{part}", _named(cited), part=part, written=written)


def basis_not_in_force(linted: Linted, law: Law) -> Iterator[Finding]:
    """A cited text that is in force on none of the entry's days from the asked one on, or not on all of them."""
    first, last = max(linted.from_, law.as_of), linted.to
    if last is not None and last < first:
        return  # the entry itself is over
    for path, cited in _cited(linted):
        if cited.instrument not in law.instruments:
            continue
        begins, ends = _days(law.instruments, cited.instrument)
        values = {"number": cited.instrument}
        path, place = f"{path}-instrument", _named(cited)
        if begins is not None and linted.from_ < begins and first < begins:
            if _is_announced(linted, law, cited.instrument, begins):
                continue
            yield finding("basis_not_yet", linted, path, place, **values, begins=begins)
        elif ends is not None and ends < first:
            by = law.instruments.replaced_by(cited.instrument)
            replaced: dict[str, object] = {"by": by} if by is not None else {}
            yield finding("basis_ended", linted, path, place, **values, ended=ends, **replaced)
        elif ends is not None and (last is None or ends < last):
            yield finding("outlives_basis", linted, path, place, **values, ends=ends)


def amended_since(linted: Linted, law: Law) -> Iterator[Finding]:
    """A change of a cited article that came into force after somebody last read the law for this entry."""
    for path, cited in _cited(linted):
        since = [
            change
            for change in law.instruments.changed(cited.instrument)
            if (change.how == "amends" or change.articles)
            and change.from_ is not None
            and linted.record.text_date < change.from_ <= law.as_of
            and change.touches(cited.article)
        ]
        if since:
            told = "; ".join(f"{change.by} ({change.from_:%d/%m/%Y})" for change in since)
            yield finding(
                "amended_since", linted, f"{path}-instrument", _named(cited), number=cited.instrument, by=told
            )


def _cited(linted: Linted) -> Iterator[tuple[str, Citation]]:
    for place, cited in enumerate(linted.record.legal_basis):
        yield f"legal_basis-{place}", cited


def _named(cited: Citation) -> str:
    """A citation by itself, wherever it stands in the list."""
    return " ".join(part or "-" for part in (cited.instrument, cited.article, cited.clause, cited.point))


def _days(instruments: Instruments, number: str) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day of an instrument, as far as they are known; a replaced one ends the day before."""
    period = instruments[number].in_force
    if period.to is not None:
        return period.from_, period.to
    whole = (one for one in instruments.changed(number) if one.how == "replaces" and not one.articles)
    replaced = [one.from_ for one in whole if one.from_ is not None]
    return period.from_, min(replaced) - _DAY if replaced else None


def _is_announced(linted: Linted, law: Law, number: str, begins: dt.date) -> bool:
    """Whether the answer tells people in both languages that the text is yet to come."""
    told = {one.language for one in named_in(linted, law) if one.found.instrument == number and one.says_coming(begins)}
    return len(told) == len(LANGUAGES)


RULES: tuple[Rule, ...] = (unknown_instrument, malformed_citation, basis_not_in_force, amended_since)
