"""The talks of a run with faults: ten messages each, the same by the same seed."""

from __future__ import annotations

import random

from desk.desk import Rules
from evaluation.faults.talks import KINDS, LENGTH, Talk, Talks, Way


def made(rules: Rules) -> list[Talk]:
    talks = Talks(random.Random(7), ["Một?", "Hai?"], rules.texts)
    return [talks.next() for _ in range(100)]


def test_the_same_seed_makes_the_same_talks(rules: Rules) -> None:
    assert made(rules) == made(rules)


def test_every_talk_has_its_messages_and_every_kind_comes(rules: Rules) -> None:
    talks = made(rules)

    assert {len(talk.steps) for talk in talks} == {LENGTH}
    assert {talk.kind for talk in talks} == set(KINDS)
    assert {step.way for talk in talks for step in talk.steps} == set(Way)
