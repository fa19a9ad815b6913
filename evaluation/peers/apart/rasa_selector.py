"""Rasa's ResponseSelector over the guidance, set up as `rasa init` does it, small talk beside; run by Rasa's Python.

`python rasa_selector.py ORDER`, a file of JSON, trains a whole assistant of it, which `rasa run` serves.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import UserMessage
from rasa.model_training import train, train_nlu
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
        _write(work, records, small_talk, _config(intent_epochs, selector_epochs))
        model = train_nlu(str(work / "config.yml"), str(work / "data"), str(work), fixed_model_name="peer")
        self._agent = Agent.load(model)
        return {"versions": {"rasa": metadata.version("rasa"), "tensorflow": metadata.version("tensorflow")}}

    def search(self, text: str, language: str, limit: int) -> dict[str, Any]:
        """``answers`` is Rasa's own decision: the message is a question, and no fallback."""
        parsed = self._loop.run_until_complete(self._agent.processor.parse_message(UserMessage(text)))
        ranking = parsed["response_selector"]["default"]["ranking"]
        found = [[one["intent_response_key"].split("/", 1)[1], one["confidence"]] for one in ranking[:limit]]
        return {"found": found, "answers": parsed["intent"]["name"] == INTENT}


def train_assistant(
    records: list[dict[str, Any]], folder: str, small_talk: str, intent_epochs: int, selector_epochs: int, name: str
) -> None:
    """The same with rules: a question gets the response selected for it, all else a short text.

    The model is ``name``.tar.gz in the folder.
    """
    work = Path(folder)
    config = {**_config(intent_epochs, selector_epochs), "policies": [{"name": "RulePolicy"}]}
    _write(work, records, small_talk, config)
    other_intents = re.findall(r"^- intent: (\S+)", Path(small_talk).read_text(encoding="utf-8"), re.MULTILINE)
    domain, rules = _dialogue(other_intents)
    write_yaml(domain, work / "domain.yml")
    write_yaml(rules, work / "data" / "rules.yml")
    train(str(work / "domain.yml"), str(work / "config.yml"), str(work / "data"), str(work), fixed_model_name=name)


def _write(work: Path, records: list[dict[str, Any]], small_talk: str, config: dict[str, Any]) -> None:
    (work / "data").mkdir(parents=True, exist_ok=True)
    write_yaml(config, work / "config.yml")
    write_yaml(_training_data(records), work / "data" / "guidance.yml")
    (work / "data" / "small_talk.yml").write_text(Path(small_talk).read_text(encoding="utf-8"), encoding="utf-8")


def _dialogue(intents: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The domain and the rules of an assistant that knows these intents beside the questions."""
    said = {intent: f"utter_{intent}" for intent in (*intents, FALLBACK)}
    domain = {
        "version": "3.1",
        "intents": [INTENT, *intents],
        "responses": {utterance: [{"text": f"({intent})"}] for intent, utterance in said.items()},
    }
    rules = [
        {"rule": intent, "steps": [{"intent": intent}, {"action": utterance}]}
        for intent, utterance in {INTENT: f"utter_{INTENT}", **said}.items()
    ]
    return domain, {"version": "3.1", "rules": rules}


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


if __name__ == "__main__":
    train_assistant(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
