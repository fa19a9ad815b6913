"""The rasa process: a guard of ours with the Rasa server as its child."""

from __future__ import annotations

import functools
import signal
import socket
import sys
from collections.abc import Callable

from bootstrap.logs import set_up_logging
from bootstrap.settings import PROJECT, Settings, read_settings
from dialogue import serving
from dialogue.guarding.child import Child
from dialogue.guarding.guard import Guard, Stores
from dialogue.guarding.lock_store import LockStore
from dialogue.guarding.probe import Probe
from dialogue.guarding.tracker_database import TrackerDatabase


def guard_of(settings: Settings, passed_on: Callable[[str], None]) -> Guard:
    """The guard of this machine's server at RASA_PORT; it gets each line that Rasa prints."""
    trackers, locks = TrackerDatabase(settings.rasa_tracker_url), LockStore(settings.rasa_locks_url)
    sender = f"guard-{socket.gethostname()}-{settings.rasa_port}"
    # Through the address of this very server: RASA_URL may be that of a proxy before several.
    own = f"http://{_reached_at(settings.host)}:{settings.rasa_port}"
    probe = Probe(own, token(settings), sender, trackers, locks)
    return Guard(functools.partial(_start, settings), Stores(trackers, locks), probe, passed_on)


def token(settings: Settings) -> str | None:
    return settings.rasa_token.get_secret_value() if settings.rasa_token else None


def _start(settings: Settings, heard: Callable[[str], None]) -> Child:
    command = serving.serve_command(
        PROJECT,
        settings.var_dir,
        settings.rasa_python,
        settings.rasa_port,
        host=settings.host,
        token=token(settings),
    )
    environment = serving.serve_environment(
        settings.var_dir, settings.actions_url, settings.rasa_tracker_url, settings.rasa_locks_url
    )
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    child = Child(command, environment, settings.run_dir, heard)
    (settings.run_dir / f"rasa-{settings.rasa_port}.server.pid").write_text(str(child.pid))
    return child


def _reached_at(host: str) -> str:
    """An address to reach a server that listens on this one."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)


def _print(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> None:
    set_up_logging()
    guard = guard_of(read_settings(), _print)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: guard.request_stop())
    sys.exit(guard.run())


if __name__ == "__main__":
    main()
