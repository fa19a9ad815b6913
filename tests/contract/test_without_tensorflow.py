"""What stands in for TensorFlow has the names that Rasa imports, and is nothing that could be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dialogue.serving import INSIDE
from tests.rasa_server import RASA_PYTHON

#: What `rasa run` imports before it has loaded a model, and the components of our pipeline.
RASA = """
import sys
import without_tensorflow
without_tensorflow.stand_in()
import rasa.__main__, rasa.core.run, rasa.core.policies.rule_policy, rasa.nlu.classifiers.logistic_regression_classifier
import rasa.nlu.classifiers.fallback_classifier, rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer
import rasa.nlu.featurizers.sparse_featurizer.regex_featurizer, rasa.nlu.tokenizers.whitespace_tokenizer
assert set(without_tensorflow.NAMES) == {name for name in sys.modules if name.split(".")[0] in ("tensorflow", "keras")}
"""
USED = """
import without_tensorflow
without_tensorflow.stand_in()
from tensorflow.keras.layers import Layer
import tensorflow as tf
class Own(Layer): pass
for use in (Own, lambda: tf.Tensor(1), lambda: tf.constant(1)):
    try:
        use()
    except (RuntimeError, AttributeError) as error:
        print(type(error).__name__, error)
"""


def _run(python: Path, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), "-W", "ignore", "-c", program],
        env={"PYTHONPATH": str(INSIDE), "SQLALCHEMY_SILENCE_UBER_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.rasa
def test_rasa_and_our_pipeline_import_nothing_else_of_it() -> None:
    done = _run(RASA_PYTHON, RASA)
    assert done.returncode == 0, done.stderr[-2000:]


def test_whoever_uses_it_is_told_that_it_is_not_there() -> None:
    done = _run(Path(sys.executable), USED)
    assert done.stdout.splitlines() == [
        "RuntimeError __main__.Own is needed, and Rasa runs without TensorFlow here",
        "RuntimeError tensorflow.Tensor is needed, and Rasa runs without TensorFlow here",
        "AttributeError module 'tensorflow' has no attribute 'constant'",
    ]
