"""Training and serving the dialogue: once for each state of its data, nothing outside var/, no secret passed on."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bootstrap.settings import PROJECT
from dialogue import serving, training, trusted_model
from dialogue.model import data_hash, model_path

#: Stands in for Rasa's Python: notes that it ran, and writes what it was asked for.
A_TRAINER = """#!/bin/sh
echo "$HOME $RASA_CACHE_DIRECTORY" >> "{note}"
while [ $# -gt 0 ]; do [ "$1" = --out ] && out="$2"; shift; done
echo trained > "$out/metadata.json" && tar czf "$out/model.tar.gz" -C "$out" metadata.json
"""
A_BROKEN_TRAINER = """#!/bin/sh
echo half > "$PWD/half"; echo "Contradicting rules" >&2; exit 1
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "nlu", project / "nlu")
    shutil.copy(PROJECT / "config.yml", project)
    return project


def a_python(folder: Path, script: str) -> Path:
    path = folder / "python"
    path.write_text(script.format(note=folder / "ran"), encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_model_is_trained_once_for_a_state_of_the_data(project: Path, tmp_path: Path) -> None:
    var, python = tmp_path / "var", a_python(tmp_path, A_TRAINER)
    assert not training.is_done(project, var)
    model = training.train(project, var, python)
    assert training.is_done(project, var)
    assert training.train(project, var, python) == model == model_path(project, var)
    assert training.is_whole(model)
    assert (tmp_path / "ran").read_text().splitlines() == [f"{var}/rasa/home {var}/rasa/cache"]


@pytest.mark.parametrize("damage", ["flipped", "cut", "foreign", "empty"])
def test_a_damaged_model_is_trained_anew(
    project: Path, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    var, python = tmp_path / "var", a_python(tmp_path, A_TRAINER)
    model = training.train(project, var, python)
    whole = model.read_bytes()
    half = len(whole) // 2
    damaged = {
        "flipped": whole[:half] + bytes([whole[half] ^ 0x10]) + whole[half + 1 :],
        "cut": whole[:half],
        "foreign": b"no archive at all",
        "empty": b"",
    }
    model.write_bytes(damaged[damage])
    assert not training.is_done(project, var)
    assert training.train(project, var, python) == model
    assert training.is_whole(model)
    assert "trained anew" in caplog.text
    assert len((tmp_path / "ran").read_text().splitlines()) == 2


@pytest.mark.parametrize("changed", ["config.yml", "nlu/rules.yml", "nlu/nlu/small_talk.yml", "nlu/nlu/new.yml"])
def test_changed_data_is_another_model(project: Path, changed: str) -> None:
    before = data_hash(project)
    with (project / changed).open("a") as file:
        file.write("# changed\n")
    assert data_hash(project) != before


def test_a_failed_training_says_why_and_leaves_no_model(project: Path, tmp_path: Path) -> None:
    var = tmp_path / "var"
    with pytest.raises(training.TrainingFailed, match="Contradicting rules"):
        training.train(project, var, a_python(tmp_path, A_BROKEN_TRAINER))
    assert list((var / "rasa" / "models").iterdir()) == []


def test_a_missing_python_is_named(project: Path, tmp_path: Path) -> None:
    with pytest.raises(training.TrainingFailed, match="cannot be started"):
        training.train(project, tmp_path / "var", tmp_path / "no-python")


def test_training_writes_nothing_into_the_project(project: Path, tmp_path: Path) -> None:
    before = sorted(project.rglob("*"))
    training.train(project, tmp_path / "var", a_python(tmp_path, A_TRAINER))
    assert sorted(project.rglob("*")) == before


def test_rasa_is_not_given_the_secrets_of_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:SECRET")
    given = serving.serve_environment(tmp_path, "http://127.0.0.1:7/")
    assert "SECRET" not in " ".join(given.values())
    assert given["RASA_TELEMETRY_ENABLED"] == "false"
    assert given["ACTION_ENDPOINT_URL"] == "http://127.0.0.1:7/webhook"
    assert all(Path(given[name]).is_relative_to(tmp_path) for name in ("HOME", "TMPDIR"))
    assert given["RASA_TRACKERS"] == f"sqlite:///{tmp_path}/rasa/trackers.sqlite"
    assert given["RASA_LOCKS_TYPE"] == "in_memory"


def test_a_file_of_trackers_is_the_same_wherever_rasa_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = serving.serve_environment(tmp_path, trackers="sqlite:///trackers.sqlite")
    assert given["RASA_TRACKERS"] == f"sqlite:///{tmp_path}/trackers.sqlite"


def test_rasa_is_told_where_trackers_and_locks_are(tmp_path: Path) -> None:
    given = serving.serve_environment(
        tmp_path, trackers="postgresql+psycopg://rasa:p%40ss@db.example/rasa", locks="redis://:s%20t@locks.example:7/3"
    )
    assert given["RASA_TRACKERS"] == "postgresql://rasa:p%40ss@db.example/rasa"
    locks = {name: given[f"RASA_LOCKS_{name}"] for name in ("TYPE", "HOST", "PORT", "DB", "USER", "PASSWORD")}
    assert locks == {"TYPE": "redis", "HOST": "locks.example", "PORT": "7", "DB": "3", "USER": "", "PASSWORD": "s t"}


def test_rasa_serves_the_trained_model_to_this_machine_only(tmp_path: Path) -> None:
    command = serving.serve_command(PROJECT, tmp_path, Path("python"), 5005)
    assert command[command.index("--model") + 1] == str(model_path(PROJECT, tmp_path))
    assert command[command.index("--interface") + 1] == "127.0.0.1"


def test_our_pipeline_needs_no_tensorflow_and_rasa_is_served_without(tmp_path: Path) -> None:
    assert "RulePolicy" in serving.components_of(PROJECT)
    command = serving.serve_command(PROJECT, tmp_path, Path("python"), 5005)
    assert "without_tensorflow" in command[2]


@pytest.mark.parametrize("name", ["DIETClassifier", "rasa.core.policies.ted_policy.TEDPolicy"])
def test_a_pipeline_that_needs_tensorflow_gets_it(tmp_path: Path, name: str) -> None:
    config = f"pipeline:\n- name: WhitespaceTokenizer\n- name: {name}\npolicies:\n"
    (tmp_path / "config.yml").write_text(config, encoding="utf-8")
    (tmp_path / "nlu").mkdir()
    command = serving.serve_command(tmp_path, tmp_path, Path("python"), 5005)
    assert "without_tensorflow" not in command[2]


#: Stands in for Rasa: what it is started with, as it sees it itself and as everybody on the machine does.
A_RASA = """
import json, os, sys
from pathlib import Path
seen = {"own": sys.argv[1:], "name": __name__, "variables": sorted(os.environ)}
seen["shown"] = Path("/proc/self/cmdline").read_text().split("\\0") if os.path.exists("/proc/self") else []
print(json.dumps(seen))
"""


@pytest.mark.parametrize("token", ["t0ken-of-rasa", None])
def test_rasa_gets_its_token_where_nobody_else_sees_it(tmp_path: Path, token: str | None) -> None:
    (tmp_path / "rasa").mkdir()
    (tmp_path / "rasa" / "__init__.py").touch()
    (tmp_path / "rasa" / "__main__.py").write_text(A_RASA)
    done = subprocess.run(
        serving.serve_command(PROJECT, tmp_path, Path(sys.executable), 5005),
        env=serving.serve_environment(tmp_path, token=token),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(done.stdout)
    assert seen["name"] == "__main__"
    assert seen["own"][:2] == ["run", "--enable-api"]
    assert ("--auth-token" in seen["own"]) is bool(token)
    assert seen["own"][-1] == (token or "5005")
    assert token is None or not any(token in part for part in seen["shown"])
    assert "RASA_AUTH_TOKEN" not in seen["variables"]  # whatever Rasa starts does not have it


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda model: model.write_bytes(repacked(model)), "it is not what was trained here"),
        (lambda model: model.chmod(0o660), "others may write it"),
        (lambda model: model.chmod(0o602), "others may write it"),
        (lambda model: model.parent.chmod(0o777), "others may write it"),
        (lambda model: model.with_name(f"{model.name}.sha256").unlink(), "nothing says that it was trained here"),
        (lambda model: model.unlink(), "there is none"),
    ],
)
def test_a_model_that_others_may_have_changed_is_not_loaded(
    project: Path, tmp_path: Path, change: Callable[[Path], object], why: str
) -> None:
    var, python = tmp_path / "var", a_python(tmp_path, A_TRAINER)
    model = training.train(project, var, python)
    assert trusted_model.trouble(model) is None
    change(model)
    assert training.is_whole(model) or not model.exists()
    assert trusted_model.trouble(model) == why


def test_a_model_that_was_exchanged_is_trained_anew(
    project: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    var, python = tmp_path / "var", a_python(tmp_path, A_TRAINER)
    model = training.train(project, var, python)
    model.write_bytes(repacked(model))
    assert training.train(project, var, python) == model
    assert trusted_model.trouble(model) is None
    assert "it is not what was trained here; it is trained anew" in caplog.text


def test_a_model_of_somebody_else_is_not_loaded(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = training.train(project, tmp_path / "var", a_python(tmp_path, A_TRAINER))
    owner = model.stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: owner + 1)
    assert trusted_model.trouble(model) == (None if owner == 0 else "it belongs to somebody else")


def repacked(model: Path) -> bytes:
    """A model with something more in it, as whole as the first."""
    packed = io.BytesIO()
    with tarfile.open(model) as before, tarfile.open(fileobj=packed, mode="w:gz") as after:
        for member in before.getmembers():
            after.addfile(member, before.extractfile(member))
        after.addfile(tarfile.TarInfo("more.pkl"))
    return packed.getvalue()
