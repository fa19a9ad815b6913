"""Rasa's ResponseSelector over the guidance, set up as `rasa init` does it, small talk beside; run by Rasa's Python."""

from __future__ import annotations

import asyncio
from importlib import metadata
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import UserMessage
from rasa.model_training import train_nlu
from rasa.shared.utils.io import write_yaml

INTENT = "faq"
FALLBACK = "nlu_fallback"
#: Fixed, so that the same records train the same model.
SEED = 20261122


class Peer:
    """Trained on the ways to ask of both languages; the texts of the answers are responses."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._agent: Any = None

    def prepare(
        self, records: list[dict[str, Any]], folder: str, small_talk: str, intent_epochs: int, selector_epochs: int
    ) -> dict[str, Any]:
        """``small_talk`` is a file of Rasa's other intents: a classifier needs more than one."""
        work = Path(folder)
        (work / "data").mkdir(parents=True, exist_ok=True)
        write_yaml(_config(intent_epochs, selector_epochs), work / "config.yml")
        write_yaml(_training_data(records), work / "data" / "guidance.yml")
        (work / "data" / "small_talk.yml").write_text(Path(small_talk).read_text(encoding="utf-8"), encoding="utf-8")
        model = train_nlu(str(work / "config.yml"), str(work / "data"), str(work), fixed_model_name="peer")
        self._agent = Agent.load(model)
        return {"versions": {"rasa": metadata.version("rasa"), "tensorflow": metadata.version("tensorflow")}}

    def search(self, text: str, language: str, limit: int) -> dict[str, Any]:
        """``answers`` is Rasa's own decision: the message is a question, and no fallback."""
        parsed = self._loop.run_until_complete(self._agent.processor.parse_message(UserMessage(text)))
        ranking = parsed["response_selector"]["default"]["ranking"]
        found = [[one["intent_response_key"].split("/", 1)[1], one["confidence"]] for one in ranking[:limit]]
        return {"found": found, "answers": parsed["intent"]["name"] == INTENT}


def _config(intent_epochs: int, selector_epochs: int) -> dict[str, Any]:
    """The pipeline that `rasa init` writes, less its features for entities, which guidance has none of.

    Similarities are constrained, as Rasa recommends in a warning where they are not.
    """
    return {
        "recipe": "default.v1",
        "assistant_id": "peer",
        "language": "vi",
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {
                "name": "DIETClassifier",
                "epochs": intent_epochs,
                "constrain_similarities": True,
                "entity_recognition": False,
                "random_seed": SEED,
            },
            {
                "name": "ResponseSelector",
                "epochs": selector_epochs,
                "constrain_similarities": True,
                "random_seed": SEED,
            },
            {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
        ],
        "policies": [],
    }


def _training_data(records: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "version": "3.1",
        "nlu": [
            {
                "intent": f"{INTENT}/{record['id']}",
                "examples": "".join(f"- {' '.join(way.split())}\n" for way in record["questions"]),
            }
            for record in records
        ],
        "responses": {f"utter_{INTENT}/{record['id']}": [{"text": record["answers"][0]}] for record in records},
    }
