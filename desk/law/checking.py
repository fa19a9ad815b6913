"""What is wrong with an instrument as a curator writes it, field by field, and what is only worth a second look."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from desk.guidance.drafts.problems import Problem, in_words
from desk.law import numbers
from desk.law.instruments import Change, Instrument, Instruments

#: An article, or an annex and the like by its name; "Điều 5" is the article 5.
_WRITTEN_OUT = re.compile(r"(?:điều|article|khoản|clause|điểm|point)\b.*", re.IGNORECASE)


@dataclass(frozen=True)
class Checked:
    """``problems`` keep it from being entered, ``warnings`` do not; ``instrument`` is None where it cannot be read."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    instrument: Instrument | None = None


def check(content: Mapping[str, Any], known: Instruments) -> Checked:
    """Check an instrument in the shape of content/law/instruments.yml beside those that are ``known``."""
    try:
        instrument = Instrument.model_validate(content)
    except ValidationError as error:
        found = [in_words(detail) for detail in error.errors()]
        return Checked(tuple({(each.path, each.text): each for each in found}.values()))
    others = Instruments([one for one in known if one.number != instrument.number] + [instrument])
    problems = [*_number(instrument), *_dates(instrument), *_changes(instrument, others)]
    problems += _consolidated(instrument, others)
    if not problems:
        problems = list(_circles(instrument, others))
    return Checked(tuple(problems), tuple(_warnings(instrument, others)), instrument)


def _number(one: Instrument) -> Iterator[Problem]:
    kinds = numbers.kinds_of(one.number)
    if not numbers.is_possible(one.number):
        yield Problem("number", "law_desk.problem.number", {"length": numbers.LENGTH})
    elif kinds and one.kind not in kinds:
        yield Problem("kind", "law_desk.problem.kind", {"number": one.number})


def _dates(one: Instrument) -> Iterator[Problem]:
    begins, ends = one.in_force.from_, one.in_force.to
    if one.issued and begins and begins < one.issued:
        yield Problem("in_force-from", "law_desk.problem.before_issued")
    if begins and ends and ends < begins:
        yield Problem("in_force-to", "drafting.problem.ends_before_it_begins")
    if one.issued and ends and ends < one.issued:
        yield Problem("in_force-to", "law_desk.problem.before_issued")


def _changes(one: Instrument, known: Instruments) -> Iterator[Problem]:
    for place, change in enumerate(one.changes):
        path = f"changes-{place}"
        if change.instrument == one.number:
            yield Problem(f"{path}-instrument", "law_desk.problem.changes_itself")
        elif change.instrument not in known:
            yield Problem(f"{path}-instrument", "law_desk.problem.unknown", {"number": change.instrument})
        if change.from_ and one.issued and change.from_ < one.issued:
            yield Problem(f"{path}-from", "law_desk.problem.before_issued")
        for article in change.articles:
            if _WRITTEN_OUT.fullmatch(article):
                yield Problem(f"{path}-articles", "law_desk.problem.article", {"article": article})
                break


def _consolidated(one: Instrument, known: Instruments) -> Iterator[Problem]:
    for place, number in enumerate(one.consolidates):
        if number == one.number:
            yield Problem(f"consolidates-{place}", "law_desk.problem.consolidates_itself")
        elif number not in known:
            yield Problem(f"consolidates-{place}", "law_desk.problem.unknown", {"number": number})


def _circles(one: Instrument, known: Instruments) -> Iterator[Problem]:
    """A text that takes the place of one which, over others or not, takes its own place."""
    for place, change in enumerate(one.changes):
        if _replaces_whole(change) and one.number in _replaced_from(change.instrument, known):
            values = {"number": change.instrument}
            yield Problem(f"changes-{place}-instrument", "law_desk.problem.circle", values)


def _replaced_from(number: str, known: Instruments) -> set[str]:
    """All whose place a text takes, step by step."""
    found: set[str] = set()
    waiting = [number]
    while waiting:
        current = waiting.pop()
        if current in known:
            further = {change.instrument for change in known[current].changes if _replaces_whole(change)} - found
            found |= further
            waiting += further
    return found


def _replaces_whole(change: Change) -> bool:
    return change.how == "replaces" and not change.articles


def _warnings(one: Instrument, known: Instruments) -> Iterator[Problem]:
    if numbers.is_possible(one.number) and not numbers.kinds_of(one.number):
        yield Problem("number", "law_desk.warning.odd_number", {"number": one.number})
    for place, change in enumerate(one.changes):
        path, begins = f"changes-{place}", change.from_ or one.in_force.from_
        if begins is None:
            yield Problem(f"{path}-from", "law_desk.warning.no_day", {"number": change.instrument})
        elif _replaces_whole(change) and change.instrument in known:
            last, said = begins - dt.timedelta(days=1), known[change.instrument].in_force.to
            if said is not None and said != last:
                values = {"number": change.instrument, "said": said, "last": last}
                yield Problem(f"{path}-from", "law_desk.warning.ends_otherwise", values)
