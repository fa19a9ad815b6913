"""Who is compared, and the two searches of this process, with a model that needs no files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bootstrap.settings import Settings
from evaluation.peers.desk_search import DeskSearch
from evaluation.peers.lineup import lineup
from evaluation.peers.meaning_alone import MeaningAlone
from evaluation.peers.peer import Peer, PeerFailed
from evaluation.peers.process import PeerProcess
from tests.knowledge_fixtures import WordEmbedder, records

QUESTION = "mang mấy chai rượu về nước"


def settings(folder: Path, model: str) -> Settings:
    return Settings(_env_file=None, var_dir=folder, embedding_model=model)


@pytest.fixture
def desk_search(tmp_path: Path) -> DeskSearch:
    return DeskSearch(WordEmbedder(), tmp_path, threshold=0.0)


@pytest.fixture
def meaning_alone() -> MeaningAlone:
    embedder = WordEmbedder()
    return MeaningAlone(embedder.queries, embedder.passages)


@pytest.mark.parametrize("name", ["desk_search", "meaning_alone"])
def test_a_search_of_this_process_finds_entries_once_each_and_best_first(
    name: str, request: pytest.FixtureRequest
) -> None:
    peer: Peer = request.getfixturevalue(name)
    assert peer.prepare(records())["faiss-cpu"]
    found = peer.search(QUESTION, "vi", 3)
    assert found.ids[0] == "luggage_allowance"
    assert len(found.ids) == len(set(found.ids)) == 3
    assert found.milliseconds > 0


@pytest.mark.parametrize(("threshold", "answers"), [(0.0, True), (1.1, False)])
def test_the_desk_answers_from_its_threshold_on(tmp_path: Path, threshold: float, answers: bool) -> None:
    peer = DeskSearch(WordEmbedder(), tmp_path, threshold)
    peer.prepare(records())
    assert peer.search(QUESTION, "vi", 3).answers is answers


def test_faiss_alone_has_no_rule_of_its_own(meaning_alone: MeaningAlone) -> None:
    meaning_alone.prepare(records())
    assert meaning_alone.search(QUESTION, "vi", 1).answers is None


def test_no_model_is_asked_of_a_hub(tmp_path: Path) -> None:
    with pytest.raises(PeerFailed, match=r"^The peers load no model from a hub: EMBEDDING_MODEL must be a folder"):
        lineup(settings(tmp_path, "intfloat/multilingual-e5-base"))


def test_peers_of_other_environments_send_no_telemetry_and_get_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    (tmp_path / "model").mkdir()
    everyone = lineup(settings(tmp_path / "var", str(tmp_path / "model"))).everyone()
    environments = [peer.environment for peer in everyone if isinstance(peer, PeerProcess)]
    assert len(environments) == 4
    for environment in environments:
        assert "TELEGRAM_BOT_TOKEN" not in environment
        assert environment["HOME"].startswith(str(tmp_path))
        off = environment.get("HAYSTACK_TELEMETRY_ENABLED") or environment.get("RASA_TELEMETRY_ENABLED")
        assert off in ("False", "false")


def test_haystack_gets_the_prompts_that_the_model_wants(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "config_sentence_transformers.json").write_text(json.dumps({"prompts": {"query": "query: "}}))
    (haystack,) = lineup(settings(tmp_path / "var", str(model))).peers["haystack"]
    assert isinstance(haystack, PeerProcess)
    assert haystack.order["prompts"] == {"query": "query: ", "passage": ""}
