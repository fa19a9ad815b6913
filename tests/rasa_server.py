"""A trained Rasa server and our action server on free ports, for the tests marked ``rasa``."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from actions.desk_port import DeskActs
from actions.server import actions_over, create_app
from bootstrap.inside import OnlyOurs
from bootstrap.settings import PROJECT
from dialogue import serving, training
from dialogue.client import RasaDialogue
from dialogue.stores import default_trackers

VAR = Path(os.environ.get("VAR_DIR", PROJECT / "var"))
RASA_PYTHON = Path(os.environ.get("RASA_PYTHON", PROJECT / ".venv-rasa" / "bin" / "python"))


def trained_model() -> Path:
    """The model of the present data; trained when there is none."""
    return training.train(PROJECT, VAR, RASA_PYTHON)


def intents_of(texts: Sequence[str]) -> list[str]:
    """What the trained model takes each text for, in one short-lived process of Rasa's environment."""
    done = subprocess.run(
        [str(RASA_PYTHON), str(Path(__file__).with_name("parse_with_rasa.py")), str(trained_model())],
        input=json.dumps(list(texts)),
        env=serving.serve_environment(VAR),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    intents: list[str] = json.loads(done.stdout.splitlines()[-1])
    return intents


@contextmanager
def running_dialogue(acts: DeskActs, folder: Path) -> Iterator[RasaDialogue]:
    """The real dialogue over these acts; trackers are kept in the folder."""
    trained_model()
    with running_actions(acts) as actions_url, running_rasa(actions_url, folder) as dialogue:
        yield dialogue


@contextmanager
def running_actions(acts: DeskActs, secret: str = "") -> Iterator[str]:
    """Where the actions are; behind ``secret``, as where others than this machine could reach them."""
    port, app = free_port(), create_app(actions_over(acts))
    shown = OnlyOurs(app, secret) if secret else app
    config = uvicorn.Config(shown, host="127.0.0.1", port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def running_rasa(actions_url: str, folder: Path) -> Iterator[RasaDialogue]:
    port, token = free_port(), "token-of-tests"
    log = folder / "rasa.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            serving.serve_command(PROJECT, VAR, RASA_PYTHON, port),
            env=serving.serve_environment(folder, actions_url, token=token),
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    dialogue = RasaDialogue(f"http://127.0.0.1:{port}", timeout=30, token=token, trackers=default_trackers(folder))
    try:
        deadline = time.monotonic() + 120
        while not dialogue.healthy():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"Rasa did not start: {log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.2)
        yield dialogue
    finally:
        dialogue.close()
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
