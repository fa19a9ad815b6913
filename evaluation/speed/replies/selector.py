"""The assistant whose answers Rasa's own ResponseSelector picks: trained once for the guidance that ships, and kept."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

from bootstrap.settings import PROJECT, Settings
from dialogue.model import environment
from dialogue.training import is_whole
from evaluation.peers.lineup import NUMBERS, passed_on
from evaluation.peers.material import as_data
from evaluation.peers.process import APART
from evaluation.retrieval.progress import say
from evaluation.retrieval.setting import shipped_records

#: How well it answers is docs/peers.md's; what a message takes depends on the size of the model and not on how long it
#: has learnt.
EPOCHS = 2
_FILE = APART / "rasa_selector.py"
#: Lines that are shown of a training that failed.
_SHOWN = 5


class NotTrained(Exception):
    """Rasa could not train the assistant; the message holds its last lines."""


def trained(settings: Settings) -> Path:
    """The model, trained now where these records and this set-up have none; that takes minutes. Raises NotTrained."""
    small_talk = PROJECT / "nlu" / "nlu" / "small_talk.yml"
    folder = settings.var_dir / "peers" / "assistant"
    order = {
        "records": [as_data(record) for record in shipped_records(settings)],
        "small_talk": str(small_talk),
        "intent_epochs": EPOCHS,
        "selector_epochs": EPOCHS,
        "folder": str(folder),
    }
    model = folder / f"assistant-{_hash_of(order, small_talk)}.tar.gz"
    if not model.exists():
        say("training Rasa with its ResponseSelector, which takes minutes and is done once")
        _train({**order, "name": "fresh"}, settings, folder)
        fresh = folder / "fresh.tar.gz"
        if not is_whole(fresh):
            raise NotTrained(f"Rasa has trained nothing; what it said is in {folder / 'training.log'}.")
        fresh.replace(model)
    return model


def _hash_of(order: dict[str, object], small_talk: Path) -> str:
    """Of all that decides what the model becomes, but not of where it lies."""
    told = {name: value for name, value in order.items() if name not in ("folder", "small_talk")}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    digest.update(small_talk.read_bytes())
    digest.update(_FILE.read_bytes())
    return digest.hexdigest()[:16]


def _train(order: dict[str, object], settings: Settings, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / "order.json"
    told.write_text(json.dumps(order, ensure_ascii=False), encoding="utf-8")
    log = folder / "training.log"
    with log.open("wb") as output:
        ran = subprocess.run(
            [str(settings.rasa_python), str(_FILE), str(told)],
            env=environment(settings.var_dir / "peers", passed_on(NUMBERS)),
            stdout=output,
            stderr=output,
            check=False,
        )
    if ran.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_SHOWN:]
        raise NotTrained("Rasa could not train its ResponseSelector:\n" + "\n".join(lines))
