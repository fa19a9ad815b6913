"""The publish gate with the real search: a text that takes another entry's questions is stopped, others are not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bootstrap.engine import model_name, prepare_model
from bootstrap.golden import load_golden
from bootstrap.settings import read_settings
from desk.answering.judge import Thresholds
from desk.guidance import service as guidance
from desk.guidance.gate import golden
from desk.guidance.gate import service as gates
from desk.guidance.gate.verdict import Finding, Gate, GateState
from desk.guidance.record import FEWEST_QUESTIONS, LANGUAGES, GuidanceRecord, read_records
from desk.law import service as law
from desk.ports import Corpus
from knowledge.engine.engine import Engine
from knowledge.engine.model.embedding import Embedder
from tests.curator_fixtures import add_curators, edited
from tests.desk_fixtures import CONTENT, NOON, World

# The model is loaded and embeds what three entries say: seconds, but more than a busy machine gives a test.
pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]

#: Entries that are near to one another, as they ship.
SHIPPED = ("cfs", "cfs_recognition", "cfs_term")


def _short(record: GuidanceRecord) -> GuidanceRecord:
    """The record with as few ways to ask as it may have: embedding them is what takes the time."""
    asked = {language: record.questions[language][:FEWEST_QUESTIONS] for language in LANGUAGES}
    return GuidanceRecord.model_validate(record.as_json() | {"related": [], "questions": asked})


@pytest.fixture
def real(world: World, tmp_path: Path) -> World:
    """A desk over some of what ships with its golden questions, the thresholds that ship, and the real search."""
    settings = read_settings()
    prepare_model(settings)
    records = [_short(record) for record in read_records(CONTENT / "guidance") if record.id in SHIPPED]
    with world.store.writing() as session:
        add_curators(session)
        guidance.load_shipped(session, records, at=NOON)
    assert load_golden(world.desk, settings) != golden.Loaded()

    def corpus() -> Corpus:
        with world.store.reading() as session:
            return law.corpus(session)

    engine = Engine(corpus, lambda: corpus().publication_no, Embedder(model_name(settings)), tmp_path)
    engine.refresh()
    rules = dataclasses.replace(world.desk.rules, thresholds=Thresholds.read(CONTENT / "answering.yml"))
    return dataclasses.replace(world, desk=dataclasses.replace(world.desk, search=engine, rules=rules))


def tried(world: World, entry: str, **changes: object) -> Gate:
    with world.store.writing() as session:
        draft = edited(world, session, entry, **changes)
    gate = gates.look(world.desk, draft.id)
    assert gate is not None
    return gate


def test_a_draft_that_steals_another_entrys_questions_is_stopped_and_one_that_says_it_better_is_not(
    real: World,
) -> None:
    with real.store.reading() as session:
        theirs = golden.of_entries(session, ["cfs_recognition"])
        (record,) = [one.record for one in guidance.corpus(session).entries if one.entry == "cfs_recognition"]
    # Somebody copies the other entry's words, and what people ask about it, into this one.
    asked = {
        language: [row.text for row in theirs if row.language == language] + record.questions[language]
        for language in LANGUAGES
    }
    gate = tried(real, "cfs_term", questions=asked, title=record.title.model_dump(), answer=record.answer.model_dump())
    assert gate.state is GateState.STOPPED
    assert "cfs_recognition" in gate.neighbours
    assert (Finding.TAKEN, "cfs_recognition") in {(one.finding, one.asked.entry) for one in gate.stopping}

    unit = {"vi": "Bộ, cơ quan ngang bộ quản lý hàng hóa", "en": "The ministry that manages the goods"}
    gate = tried(real, "cfs", unit=unit)
    assert (gate.state, gate.stopping) == (GateState.PASSED, [])
    assert gate.right > 0
