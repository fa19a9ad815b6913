"""What the desk says keeps its meaning as plain text and through the store."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from desk.speech import Block, Choice, Utterance

words = st.text(max_size=20)
blocks = st.builds(
    Block,
    kind=st.sampled_from(["title", "paragraph", "field", "list", "note"]),
    text=words,
    label=words,
    items=st.lists(words, max_size=3).map(tuple),
)
utterances = st.builds(
    Utterance,
    blocks=st.lists(blocks, max_size=4).map(tuple),
    choices=st.lists(st.builds(Choice, act=words, title=words, argument=words), max_size=3).map(tuple),
    entry=st.none() | words,
    version=st.none() | st.integers(1, 9),
)


@given(utterances)
def test_an_utterance_survives_the_store(utterance: Utterance) -> None:
    assert Utterance.from_json(json.loads(json.dumps(utterance.as_json()))) == utterance


def test_plain_text_has_every_word() -> None:
    utterance = Utterance(
        (
            Block("title", "Hồ sơ"),
            Block("field", "30 ngày", label="Thời hạn"),
            Block("list", label="Giấy tờ", items=("Tờ khai", "Hóa đơn")),
        )
    )
    assert utterance.as_text() == "Hồ sơ\n\nThời hạn: 30 ngày\n\nGiấy tờ:\n- Tờ khai\n- Hóa đơn"
