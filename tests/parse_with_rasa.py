"""Run by Rasa's Python: reads texts as a JSON list, prints the intents that a model takes them for.

All texts go through the model's graph at once, which takes seconds where a server takes minutes.
"""

from __future__ import annotations

import json
import sys

from rasa.core.agent import Agent
from rasa.core.channels import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE


def main() -> None:
    processor = Agent.load(sys.argv[1]).processor
    target = processor.model_metadata.nlu_target
    messages = [UserMessage(text) for text in json.load(sys.stdin)]
    parsed = processor.graph_runner.run(inputs={PLACEHOLDER_MESSAGE: messages}, targets=[target])[target]
    sys.stdout.write("\n" + json.dumps([message.get("intent")["name"] for message in parsed]) + "\n")


if __name__ == "__main__":
    main()
