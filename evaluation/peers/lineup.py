"""Who is compared: the desk's search and its peers, each in its natural set-up."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bootstrap.engine import model_name, prepare_model
from bootstrap.settings import PROJECT, Settings
from desk.answering.judge import Thresholds
from dialogue.model import environment
from evaluation.peers.desk_search import DeskSearch
from evaluation.peers.meaning_alone import MeaningAlone
from evaluation.peers.peer import Peer, PeerFailed
from evaluation.peers.process import APART, PeerProcess
from knowledge.engine.model.embedding import Embedder
from knowledge.engine.model.vector_cache import VectorCache

PYTHON = PROJECT / ".venv-peers" / "bin" / "python"
#: What `rasa init` writes, and so many as tell small talk from questions: more would take longer than the selector.
SELECTOR_EPOCHS, INTENT_EPOCHS = 100, 10
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")
#: On some processors a library of numbers must be told which one it is on.
NUMBERS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


@dataclass(frozen=True)
class Lineup:
    """``desk`` is what the others stand beside; of several set-ups of one library the better is shown."""

    desk: Peer
    peers: Mapping[str, list[Peer]]

    def everyone(self) -> list[Peer]:
        return [self.desk, *(one for setups in self.peers.values() for one in setups)]


def lineup(settings: Settings) -> Lineup:
    """Nothing is started yet. Raises PeerFailed where the embedding model is no folder."""
    prepare_model(settings)
    model = Path(model_name(settings))
    if not model.is_dir():
        raise PeerFailed(f"The peers load no model from a hub: EMBEDDING_MODEL must be a folder, and {model} is none.")
    threshold = Thresholds.read(settings.content_dir / "answering.yml").answer
    work = settings.var_dir / "peers"
    # An embedder each: it remembers questions, and the second to ask would find its vector made.
    embedder = Embedder(str(model))
    alone = MeaningAlone(embedder.queries, VectorCache(work / "faiss", embedder).vectors)
    return Lineup(
        DeskSearch(Embedder(str(model)), settings.var_dir / "index", threshold),
        {
            "rasa": [_rasa(settings, work)],
            "bm25": [_bm25(work, unit) for unit in ("entry", "passage")],
            "faiss": [alone],
            "haystack": [_haystack(work, model)],
        },
    )


def _rasa(settings: Settings, work: Path) -> Peer:
    return PeerProcess(
        "Rasa, ResponseSelector",
        "The pipeline that `rasa init` writes, less its features for entities: WhitespaceTokenizer, "
        "CountVectorsFeaturizer over words and over parts of words, DIETClassifier, ResponseSelector, "
        "FallbackClassifier at 0.3. Each entry is a retrieval intent, its ways to ask in both languages are the "
        "examples, its answer the response; small talk (nlu/nlu/small_talk.yml) is the other intents. The selector "
        f"learns for {SELECTOR_EPOCHS} epochs, as `rasa init` writes it, the intents for {INTENT_EPOCHS}, which tell "
        "99 % of the examples apart; both with constrained similarities, as Rasa recommends. It answers what it takes "
        "for a question.",
        python=settings.rasa_python,
        file=APART / "rasa_selector.py",
        order={
            "folder": str(work / "rasa"),
            "small_talk": str(PROJECT / "nlu" / "nlu" / "small_talk.yml"),
            "intent_epochs": INTENT_EPOCHS,
            "selector_epochs": SELECTOR_EPOCHS,
        },
        environment=environment(work, passed_on(NUMBERS)),
        log=work / "rasa.log",
    )


def _bm25(work: Path, unit: str) -> Peer:
    of_passages = "; an entry counts by its best passage" if unit == "passage" else " of title, ways to ask and answer"
    return PeerProcess(
        f"BM25, one document {'an' if unit == 'entry' else 'a'} {unit}",
        f"bm25s (Lucene's BM25, k1 1.5, b 0.75) over the syllables, one document {'an' if unit == 'entry' else 'a'} "
        f"{unit}{of_passages}; both languages in one index, no stop words.",
        python=PYTHON,
        file=APART / "bm25_words.py",
        order={"unit": unit},
        environment=_environment(work),
        log=work / f"bm25-{unit}.log",
    )


def _haystack(work: Path, model: Path) -> Peer:
    return PeerProcess(
        "Haystack, hybrid retrieval",
        "InMemoryBM25Retriever and InMemoryEmbeddingRetriever over the same passages of both languages, joined by "
        "DocumentJoiner (reciprocal_rank_fusion), with the embedders of sentence-transformers on the same model and "
        "its prompts; 50 passages from each retriever, so that ten entries are among them. Its scores are made of "
        "ranks, so that they hardly tell sure from unsure.",
        python=PYTHON,
        file=APART / "haystack_hybrid.py",
        order={
            "folder": str(work / "haystack"),
            "model": str(model),
            "model_identity": Embedder(str(model)).identity,
            "prompts": _prompts(model),
        },
        environment=_environment(work),
        log=work / "haystack.log",
    )


def _environment(work: Path) -> dict[str, str]:
    """No telemetry, no hub, and nothing written outside the folder."""
    home = work / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {
        **passed_on((*_PASSED_ON, *NUMBERS)),
        "HOME": str(home),
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONWARNINGS": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def passed_on(names: Sequence[str]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}


def _prompts(model: Path) -> dict[str, str]:
    """What the model wants before a query and before a passage; empty where it wants nothing."""
    file = model / "config_sentence_transformers.json"
    known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    prompts = known.get("prompts") or {}
    return {kind: prompts.get(kind) or "" for kind in ("query", "passage")}
