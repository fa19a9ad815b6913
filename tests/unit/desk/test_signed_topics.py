"""Which matters need a second signature is a rule in a file, and the file holds only what exists."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from desk.cases.model import Case
from desk.cases.officers.signed_topics import SignedTopics
from desk.guidance.record import Group, read_records
from tests.desk_fixtures import CONTENT


def test_the_shipped_topics_are_groups_or_entries_of_the_guidance() -> None:
    topics = SignedTopics.read(CONTENT / "cases.yml").topics
    assert topics <= {*get_args(Group), *(record.id for record in read_records(CONTENT / "guidance"))}


@pytest.mark.parametrize(
    ("topic", "entry", "included"),
    [("tax", None, True), ("tax", "fee_rates", True), ("declaration", "fee_rates", True), ("declaration", None, False)],
)
def test_a_case_is_included_by_its_group_or_its_entry(topic: str, entry: str | None, included: bool) -> None:
    assert SignedTopics(frozenset({"tax", "fee_rates"})).include(Case(topic=topic, entry=entry)) is included


def test_a_case_without_a_topic_is_never_included() -> None:
    assert not SignedTopics(frozenset({"tax"})).include(Case())
    assert not SignedTopics().include(Case())


@pytest.mark.parametrize(("text", "topics"), [("due_hours: {}", set()), ("second_signature: {topics: [tax]}", {"tax"})])
def test_the_rule_is_read_from_its_file(tmp_path: Path, text: str, topics: set[str]) -> None:
    path = tmp_path / "cases.yml"
    path.write_text(text)
    assert SignedTopics.read(path).topics == topics


def test_a_rule_that_is_no_list_of_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cases.yml"
    path.write_text("second_signature: {topics: tax}")
    with pytest.raises(ValueError, match="topics must be a list"):
        SignedTopics.read(path)
