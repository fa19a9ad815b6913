"""One Rasa server for all scenarios."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogue.client import RasaDialogue
from tests.rasa_server import running_dialogue
from tests.scenarios.on_stage import ActsOnStage


@pytest.fixture(scope="session")
def rasa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RasaDialogue, ActsOnStage]]:
    acts = ActsOnStage()
    with running_dialogue(acts, tmp_path_factory.mktemp("rasa")) as dialogue:
        yield dialogue, acts
