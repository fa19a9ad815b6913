"""The runs with faults in short: real processes die while people talk, and nothing is lost, doubled or out of order."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.faults.run import Asked, carry_out
from evaluation.faults.talks import LENGTH

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

#: A fast machine is through with the talks before so many have died: more people come then.
KILLS = 5


# The production profile has twice the processes on the same machine, and takes longer for each conversation.
@pytest.mark.parametrize(("profile", "conversations"), [("embedded", 10), ("production", 8)])
async def test_while_processes_die_nothing_is_lost_doubled_reordered_or_stuck(
    profile: str, conversations: int, tmp_path: Path
) -> None:
    asked = Asked(profile, conversations, at_once=conversations, seed=3, every=(1.0, 2.0), kills=0, kills_in_all=KILLS)
    run = await carry_out(asked, tmp_path)
    found = run.found

    assert found.wrong == {"lost": 0, "doubled": 0, "reordered": 0, "stuck": 0}, vars(found)
    assert len(run.crowd.journal.sent) == LENGTH * run.crowd.done
    assert run.crowd.done >= conversations
    assert sum(run.chaos.kills.values()) >= KILLS
    assert len(found.uncertain) <= 2.5 * run.crowd.done
