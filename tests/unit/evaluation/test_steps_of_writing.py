"""What a step of preparing a question is worth is seen where it is needed, and nowhere else."""

from __future__ import annotations

from evaluation.fitting.steps import Row, first, rows, table
from evaluation.measures.intervals import Interval
from evaluation.questions.sets import Question
from evaluation.retrieval.setting import corpus_of
from knowledge.engine.snapshot import Snapshot
from knowledge.engine.writing.query import Step
from tests.knowledge_fixtures import WordEmbedder, records

QUESTIONS = [
    Question("transit_land-vi-1", "vi", "Hàng quá cảnh qua Việt Nam có phải làm thủ tục không?", "transit_land"),
    Question("transit_land-en-1", "en", "goods in transit through Vietnam", "transit_land"),
]


def test_a_step_is_worth_something_only_where_it_is_needed() -> None:
    model = WordEmbedder()
    snapshot = Snapshot.of(corpus_of(records()), model.passages, model.passages)
    found = {row.name: row for row in rows(snapshot, model, QUESTIONS)}
    assert set(found) >= {"accented", "unaccented", "telex", "mixed", "English", "vi: slips", "en: framed"}
    assert found["accented"].questions == 1
    assert all(found["accented"].added[step].mean == 0 for step in (Step.KEYS, Step.DIACRITICS))
    assert first(snapshot, model, "", "vi", None) is None


def test_the_table_marks_what_is_beyond_luck() -> None:
    nothing, lucky, sure = Interval(0, 0, 0), Interval(0.01, -0.01, 0.03), Interval(0.2, 0.1, 0.3)
    added = dict.fromkeys(Step, nothing) | {Step.KEYS: sure, Step.FRAMES: lucky}
    last = table([Row("telex", 40, 0.9, added)]).splitlines()[-1]
    assert last == "| telex | 40 | 0.900 | · | -0.010 | **-0.200** | · | · | · |"
