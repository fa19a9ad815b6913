"""News goes out through the real bot and clock while both are killed and Telegram fails: everybody is told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.cases import broadcast
from evaluation.cases.stage import stage

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

CHATS = 30


def test_killed_twice_in_the_middle_nobody_is_told_twice_and_nobody_is_forgotten(tmp_path: Path) -> None:
    with stage(tmp_path) as set_up:
        told = broadcast.measure(set_up, chats=CHATS, kill_at=(0.2, 0.6), seconds=30)

    assert (told.doubled, told.missed) == (0, 0)
    assert told.sent + (told.uncertain - told.uncertain_arrived) + told.unreachable == CHATS
    assert told.unreachable <= 1  # a kill may come before it is noted that the chat has blocked the bot
    assert told.sent >= CHATS - 1 - (told.uncertain - told.uncertain_arrived)
    assert told.kills == 2
