"""How a record is cut into the texts that are searched."""

from __future__ import annotations

from knowledge.engine.index.passages import CLAUSE_LENGTH, clauses, passages_of
from tests.desk_fixtures import a_record


def test_every_part_is_searched_in_both_languages() -> None:
    found = list(passages_of(3, a_record("channels")))
    assert {passage.entry for passage in found} == {3}
    for language in ("vi", "en"):
        kinds = [passage.kind for passage in found if passage.language == language]
        assert kinds == ["title"] + ["question"] * 6 + ["answer", "documents", "where", "time_limit"]


def test_a_clause_stands_behind_its_title() -> None:
    [answer] = [p for p in passages_of(0, a_record("channels")) if p.kind == "answer" and p.language == "en"]
    assert answer.text == "Title of channels. Verbatim channels: submit at the branch."


def test_short_sentences_stay_together_and_long_texts_are_cut_between_sentences() -> None:
    sentence = "Nộp 20.000 đồng một tờ khai theo mẫu, trên hệ thống hải quan điện tử."
    assert clauses(f"{sentence} {sentence}") == [f"{sentence} {sentence}"]
    parts = clauses(" ".join([sentence] * 9))
    assert len(parts) > 1
    assert all(len(part) <= CLAUSE_LENGTH and part.endswith(".") for part in parts)
    assert " ".join(parts) == " ".join([sentence] * 9)
