"""A real Rasa server that others than this machine could reach: it hears only who has the secret of the desk."""

from __future__ import annotations

import contextlib
from pathlib import Path

import httpx
import psutil
import pytest

from bootstrap.inside import HEADER
from desk.ports import DialogueUnavailable
from dialogue.client import RasaDialogue
from tests.dialogue_talk import QUESTION, RecordedActs, Talk
from tests.guarding.guarded_rasa import TOKEN, replica
from tests.rasa_server import free_port, running_actions, trained_model

pytestmark = [pytest.mark.rasa, pytest.mark.thorough, pytest.mark.timeout(600)]

SECRET = "s" * 40
PROOF = {HEADER: f"Bearer {SECRET}"}


def test_rasa_is_spoken_with_through_its_gate_and_shows_the_secret_to_the_actions(tmp_path: Path) -> None:
    trained_model()
    acts, inner = RecordedActs(), free_port()
    behind_a_gate = {"HOST": "0.0.0.0", "INTERNAL_SECRET": SECRET, "RASA_INNER_PORT": str(inner)}
    trackers = f"sqlite:///{tmp_path / 'trackers.sqlite'}"
    with (
        running_actions(acts, SECRET) as actions,
        replica(tmp_path / "one", actions, trackers, "", **behind_a_gate) as rasa,
    ):
        rasa.wait_ready()
        for path in ("/webhooks/rest/webhook", "/status", "/conversations/c/tracker"):
            assert httpx.get(f"http://127.0.0.1:{rasa.port}{path}", trust_env=False).status_code == 401
        with pytest.raises(DialogueUnavailable, match="401"):
            Talk(rasa.dialogue, acts).says(QUESTION)
        assert acts.done == []
        ours = RasaDialogue(f"http://127.0.0.1:{rasa.port}", timeout=30, token=TOKEN, headers=PROOF)
        with contextlib.closing(ours):
            assert ours.healthy()
            Talk(ours, acts).says(QUESTION)
        assert acts.done != []
        listening = {one.laddr for one in psutil.net_connections("tcp") if one.status == psutil.CONN_LISTEN}
        assert [(where.ip, where.port) for where in listening if where.port == inner] == [("127.0.0.1", inner)]
