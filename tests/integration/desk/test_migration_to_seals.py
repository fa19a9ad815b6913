"""Before the audit can no longer be changed, the words that are forgotten elsewhere are taken out of older entries."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from desk.audit.model import AuditEntry
from desk.migrations.run import downgrade, migrate
from tests.audit_fixtures import broken, seal, sealed_runs
from tests.desk_fixtures import NOON, World

SAID = "Ông An ở Kho 7 nói vậy"
LENGTH = len(SAID)
#: What stood in entries, and what is left of it.
BEFORE_AND_AFTER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("membership.refused", {"membership": 3, "reason": SAID}, {"membership": 3, "reason_length": LENGTH}),
    ("gap.dismissed", {"reason": "other", "words": SAID}, {"reason": "other", "words_length": LENGTH}),
    ("guidance.golden_added", {"question": SAID}, {"question_length": LENGTH}),
    ("guidance.golden_closed", {"question": SAID, "words": "Lỗi"}, {"question_length": LENGTH, "words": "Lỗi"}),
    ("law.impact_settled", {"kind": "case", "words": SAID}, {"kind": "case", "words_length": LENGTH}),
    ("service_index.deducted", {"points": 0.5, "reason": SAID}, {"points": 0.5, "reason_length": LENGTH}),
    ("service_index.objected", {"words": SAID}, {"words_length": LENGTH}),
    ("enterprise.loaded", {"name": SAID, "unit": None}, {"name_length": LENGTH, "unit": None}),
    # What is the authority's own stays, and so does what only begins alike.
    ("service_index.published", {"reason": SAID}, {"reason": SAID}),
    ("setting.changed", {"from": 1.0, "reason": SAID}, {"from": 1.0, "reason": SAID}),
    ("officer.renamed", {"name": ["Minh", "Bình"]}, {"name": ["Minh", "Bình"]}),
    ("gapXdismissed", {"words": SAID}, {"words": SAID}),
    ("membership.verified", {}, {}),
]


@pytest.mark.thorough
def test_words_about_somebodys_matter_become_their_length(own_world: World) -> None:
    engine = own_world.store.engine
    downgrade(engine, "0031")
    with engine.begin() as connection:
        for act, detail, _ in BEFORE_AND_AFTER:
            row = {"at": NOON, "actor": "operator", "subject": "x", "act": act, "detail": detail}
            connection.execute(insert(AuditEntry.__table__).values(row))
    migrate(engine)
    with own_world.store.reading() as session:
        found = [(entry.act, entry.detail) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert found == [(act, after) for act, _, after in BEFORE_AND_AFTER]
    assert seal(own_world) == len(BEFORE_AND_AFTER)
    assert broken(own_world) == []


def test_a_chain_that_was_given_up_by_going_back_begins_anew(own_world: World) -> None:
    sealed_runs(own_world, 2, 1)
    downgrade(own_world.store.engine, "0031")
    migrate(own_world.store.engine)
    assert broken(own_world) == []
    assert seal(own_world) == 3
