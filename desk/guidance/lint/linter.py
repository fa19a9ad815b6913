"""The linter: every rule over every entry, as of a day; a pure function of guidance, law and day."""

from __future__ import annotations

from collections.abc import Iterable

from desk.guidance.lint import rules, rules_of_law, rules_of_prose
from desk.guidance.lint.findings import Finding, Law, Linted

RULES = (*rules_of_law.RULES, *rules.RULES, *rules_of_prose.RULES)


def lint(guidance: Iterable[Linted], law: Law) -> list[Finding]:
    """What is wrong with it, or may be, in the order of the guidance and of the rules.

    Of what is over on the day nothing is asked but whether something follows it.
    """
    return [found for linted in guidance for rule in _rules_for(linted, law) for found in rule(linted, law)]


def _rules_for(linted: Linted, law: Law) -> Iterable[rules.Rule]:
    is_over = linted.to is not None and linted.to < law.as_of
    return (rules.expired,) if is_over else RULES
