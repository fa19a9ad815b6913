"""What is read is data: no pickle and nothing like it, no text that is run, no shell; models are plain arrays.

Rasa unpacks its own model with pickle: dialogue/trusted_model.py is what stands before it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk_fixtures import PROJECT

#: Modules that run what they read, or whose files do.
FORBIDDEN = {
    "pickle",
    "_pickle",
    "cPickle",
    "pickle5",
    "pickletools",
    "dill",
    "cloudpickle",
    "joblib",
    "shelve",
    "marshal",
}
FORBIDDEN |= {"jsonpickle", "dbm"}
#: Calls of the language itself that run text.
BUILTINS = {"eval", "exec", "compile", "__import__"}
#: By the end of a dotted name: what it must be called with, so that it runs nothing.
ONLY_WITH = {
    "np.load": ("allow_pickle", False),
    "numpy.load": ("allow_pickle", False),
    "torch.load": ("weights_only", True),
    "from_pretrained": ("trust_remote_code", False),
    "SentenceTransformer": ("trust_remote_code", False),
}
NEVER = {"os.system", "os.popen", "yaml.unsafe_load", "yaml.full_load", "yaml.load_all", "yaml.unsafe_load_all"}
NEVER |= {"pandas.read_pickle", "pd.read_pickle", "torch.hub.load", "faiss.read_index"}
#: Where YAML is read, with a loader that makes plain values only.
READS_YAML = PROJECT / "desk" / "yaml_file.py"
#: They build a model from its parts and load none.
BUILDS = {"SentenceTransformer": {PROJECT / "knowledge" / "engine" / "model" / "packaged_model.py"}}
#: It tries a shell where none must be had: in the process in which files of strangers are read.
TRIES_A_SHELL = PROJECT / "tests" / "apart_tasks.py"


def faults_of(source: str, path: Path = PROJECT / "x.py") -> list[str]:
    """What would run something that is read, a line each."""
    return [f"line {line}: {what}" for line, what in _faults(ast.parse(source), path)]


def _faults(tree: ast.AST, path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if _root(alias.name) in FORBIDDEN)
        elif isinstance(node, ast.ImportFrom) and node.module and _root(node.module) in FORBIDDEN:
            yield node.lineno, node.module
        elif isinstance(node, ast.Call):
            yield from ((node.lineno, what) for what in _faults_of_call(node, path))


def _faults_of_call(call: ast.Call, path: Path) -> Iterator[str]:
    name = ast.unparse(call.func)
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if (name in BUILTINS or name in NEVER) and (name, path) != ("os.system", TRIES_A_SHELL):
        yield name
    if name == "yaml.load" and path != READS_YAML:
        yield name
    if (
        _is(given.get("shell"), True)
        or _is(given.get("allow_pickle"), True)
        or _is(given.get("trust_remote_code"), True)
    ):
        yield f"{name} with what it must never have"
    for ending, needed in ONLY_WITH.items():
        if (name == ending or name.endswith(f".{ending}")) and path not in BUILDS.get(ending, ()):
            if not _is(given.get(needed[0]), needed[1]):
                yield f"{name} without {needed[0]}={needed[1]}"


def _root(module: str) -> str:
    return module.split(".")[0]


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _sources() -> list[Path]:
    packages = [path.parent for path in PROJECT.glob("*/__init__.py")]
    return [path for package in packages for path in sorted(package.rglob("*.py"))]


def test_nothing_of_ours_runs_what_it_reads() -> None:
    found = [
        f"{path.relative_to(PROJECT)} {fault}"
        for path in _sources()
        for fault in faults_of(path.read_text(encoding="utf-8"), path)
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "import numpy as np\nnp.load(file)",
        "np.load(file, allow_pickle=True)",
        "np.load(file, allow_pickle=may)",
        "torch.load(file)",
        "SentenceTransformer('x')",
        "AutoModel.from_pretrained('x', trust_remote_code=True)",
        "yaml.load(text, Loader=yaml.Loader)",
        "eval(text)",
        "subprocess.run(words, shell=True)",
    ],
)
def test_what_would_run_is_found(source: str) -> None:
    assert faults_of(source)


@pytest.mark.parametrize(
    "source",
    [
        "np.load(file, allow_pickle=False)",
        "torch.load(file, weights_only=True)",
        "model.eval()",
        "re.compile(text)",
        "json.load(file)",
        "SentenceTransformer('x', trust_remote_code=False)",
    ],
)
def test_what_does_not_run_is_let_be(source: str) -> None:
    assert faults_of(source) == []
