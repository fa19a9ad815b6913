"""With the real model, one question meets itself in the other language and without diacritics, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap.engine import model_name, prepare_model
from bootstrap.settings import read_settings
from evaluation.gaps.material import Mixed
from evaluation.gaps.measuring import grouped, looked_at
from knowledge.engine.engine import Engine
from knowledge.engine.model.embedding import Embedder
from tests.knowledge_fixtures import Publications

#: The true group of each.
ASKED = {
    "bao nhiêu năm thì được hủy chứng từ xuất nhập khẩu cũ": "records",
    "được mang mấy chai rượu vang khi về nước": "luggage",
    "bao nhieu nam thi duoc huy chung tu xuat nhap khau cu": "records",
    "after how many years may we destroy old import documents": "records",
    "duoc mang may chai ruou vang khi ve nuoc": "luggage",
    "thú cưng bị ốm thì đưa đi khám ở đâu": "alone",
}


@pytest.mark.model
@pytest.mark.timeout(400)
def test_forms_of_a_question_meet_and_others_do_not(tmp_path: Path) -> None:
    settings = read_settings()
    prepare_model(settings)
    published = Publications.of()
    engine = Engine(published.corpus, published.publication_no, Embedder(model_name(settings)), tmp_path)
    engine.refresh()
    questions = [Mixed(text, group) for text, group in ASKED.items()]
    groups = grouped(list(looked_at(engine, questions)))
    assert groups[2] == groups[0]
    assert groups[4] == groups[1]
    assert groups[3] == groups[0]
    assert len({groups[0], groups[1], groups[5]}) == 3
