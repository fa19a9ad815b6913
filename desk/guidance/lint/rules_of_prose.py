"""The rules about citations in the words of an answer: does the legal basis have them, are they still in force?"""

from __future__ import annotations

from collections.abc import Iterator

from desk.guidance.lint.findings import Finding, Law, Linted
from desk.guidance.lint.prose import named_in
from desk.guidance.lint.rules import Rule, finding
from desk.law.instruments import Instruments


def prose_not_in_basis(linted: Linted, law: Law) -> Iterator[Finding]:
    """A text named in an answer that is neither in the legal basis nor changes, or is changed by, one that is.

    What is told as the former text is no basis of the answer.
    """
    basis = {cited.instrument for cited in linted.record.legal_basis}
    settled = basis | _near(basis, law.instruments)
    for named in named_in(linted, law):
        number = named.found.instrument or ""
        if number not in settled and not named.says_former:
            settled.add(number)
            yield finding("prose_not_in_basis", linted, named.path, number, number=number, text=named.found.text)


def prose_not_in_force(linted: Linted, law: Law) -> Iterator[Finding]:
    """A text named in an answer that is not in force, without a word in the sentence that says so."""
    as_of = max(linted.from_, law.as_of)
    for named in named_in(linted, law):
        number = named.found.instrument or ""
        state = law.instruments.state_on(number, as_of)
        begins = law.instruments[number].in_force.from_ if number in law.instruments else None
        is_said = named.says_former if state == "ended" else named.says_coming(begins)
        if state in ("ended", "not_yet") and not is_said:
            place = f"{named.path} {number}"
            yield finding("prose_not_in_force", linted, named.path, place, number=number, text=named.found.text)


def _near(basis: set[str], instruments: Instruments) -> set[str]:
    """What changes, is changed by, or consolidates an instrument of the basis."""
    listed = [instruments[number] for number in basis if number in instruments]
    return {
        *(change.by for number in basis for change in instruments.changed(number)),
        *(change.instrument for one in listed for change in one.changes),
        *(text.number for number in basis for text in instruments.consolidated_in(number)),
        *(number for one in listed for number in one.consolidates),
    }


RULES: tuple[Rule, ...] = (prose_not_in_basis, prose_not_in_force)
