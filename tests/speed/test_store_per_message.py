"""How often the store is asked for one message, counted: a statement more is seen, however busy the machine is."""

from __future__ import annotations

import pytest

from desk.law import register
from desk.settings import in_force
from tests.desk_fixtures import World
from tests.speed.one_message import Counted, Talk, counted

QUESTION = "Thời hạn nộp tờ khai nhập khẩu là bao lâu?"
EARLY, LATE = 3, 30
#: As many as there are; fewer are welcome, and then these fall with them.
ASKED, BEGUN, COMMITTED = 41, 10, 6


@pytest.fixture(autouse=True)
def _nothing_is_read_again_because_time_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (in_force, register):
        monkeypatch.setattr(module, "FRESH_FOR", float("inf"))


def _nth(world: World, talk: Talk, turns: int) -> Counted:
    for _ in range(turns - 1):
        talk.says(QUESTION)
    with counted(world.store.engine) as found:
        assert len(talk.says(QUESTION)) == 1
    return found


def test_a_question_and_its_answer_ask_the_store_no_more_often(world: World) -> None:
    world.search.finds("dossier_import")
    found = _nth(world, Talk(world), EARLY)
    assert found.asked <= ASKED, found.statements
    assert found.begun <= BEGUN
    assert found.commits <= COMMITTED


def test_the_store_is_asked_as_often_late_in_a_conversation_as_early(world: World) -> None:
    world.search.finds("dossier_import")
    talk = Talk(world)
    early = _nth(world, talk, EARLY)
    assert _nth(world, talk, LATE - EARLY).statements == early.statements
