"""The rasa process: a guard of ours with the Rasa server as its child."""

from __future__ import annotations

import functools
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence

from bootstrap import inside, rasa_gate
from bootstrap.logs import set_up_logging
from bootstrap.masking import masked
from bootstrap.secret_settings import secret_values
from bootstrap.settings import PROJECT, Settings, read_settings
from bootstrap.watch import watched
from dialogue import serving, trusted_model
from dialogue import stores as tracker_stores
from dialogue.guarding.child import Child
from dialogue.guarding.guard import Guard, Stores
from dialogue.guarding.lock_store import LockStore
from dialogue.guarding.probe import Probe
from dialogue.guarding.tracker_database import TrackerDatabase
from dialogue.model import model_path

log = logging.getLogger(__name__)


def guard_of(settings: Settings, passed_on: Callable[[str], None], beat: Callable[[], None] = lambda: None) -> Guard:
    """The guard of this machine's server at RASA_PORT; ``passed_on`` gets each line that Rasa prints."""
    stores = stores_of(settings)
    sender = f"guard-{socket.gethostname()}-{settings.rasa_port}"
    # Through the address of this very server: RASA_URL may be that of a proxy before several.
    probe = Probe(rasa_gate.own_address(settings), token(settings), sender, stores.trackers, stores.locks)
    return Guard(functools.partial(_start, settings), stores, probe, passed_on, beat)


def stores_of(settings: Settings) -> Stores:
    return Stores(TrackerDatabase(settings.rasa_tracker_url), LockStore(settings.rasa_locks_url))


def token(settings: Settings) -> str | None:
    return settings.rasa_token.get_secret_value() if settings.rasa_token else None


def _start(settings: Settings, heard: Callable[[str], None]) -> Child:
    tracker_stores.prepare(settings.rasa_tracker_url)
    command = serving.serve_command(
        PROJECT,
        settings.var_dir,
        settings.rasa_python,
        settings.rasa_inner_port if rasa_gate.has_gate(settings) else settings.rasa_port,
        host="127.0.0.1" if rasa_gate.has_gate(settings) else settings.host,
    )
    environment = serving.serve_environment(
        settings.var_dir,
        settings.actions_url,
        settings.rasa_tracker_url,
        settings.rasa_locks_url,
        token=token(settings),
        secret=inside.secret_of(settings),
    )
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    child = Child(command, environment, settings.run_dir, heard)
    (settings.run_dir / f"rasa-{settings.rasa_port}.server.pid").write_text(str(child.pid))
    return child


def _printing(hidden: Sequence[str]) -> Callable[[str], None]:
    """What writes a line of Rasa's, without the secrets that it was given."""

    def write(line: str) -> None:
        sys.stderr.write(f"{masked(line, hidden)}\n")

    return write


def main() -> None:
    settings = read_settings()
    hidden = secret_values(settings)
    set_up_logging(settings.log_format, hidden=hidden)
    model = model_path(PROJECT, settings.var_dir)
    if (why := trusted_model.trouble(model)) is not None:
        log.critical("The dialogue model %s is not served: %s. `customs prepare` trains it.", model.name, why)
        sys.exit(1)
    with watched(settings, "rasa") as watch:
        guard = guard_of(settings, _printing(hidden), watch.beat)
        stores = stores_of(settings)
        # The alarms name these two.
        watch.ready_when("tracker", lambda: stores.trackers.trouble() is None)
        watch.ready_when("locks", lambda: stores.locks.trouble() is None)
        watch.ready_when("server", guard.is_ready)

        def leave(*_: object) -> None:
            """Go on serving until proxies know; asked again, end at once."""
            if watch.is_draining or not settings.drain_seconds:
                guard.request_stop()
            else:
                threading.Timer(settings.drain_seconds, guard.request_stop).start()
            watch.draining()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, leave)
        with rasa_gate.standing(settings):
            code = guard.run()
    sys.exit(code)


if __name__ == "__main__":
    main()
