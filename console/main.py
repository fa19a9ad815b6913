"""The web door: the enterprises' chat and cases, and the officers' console, in one process."""

from __future__ import annotations

from bootstrap.assembly import open_desk
from bootstrap.logs import set_up_logging
from bootstrap.settings import read_settings
from bootstrap.watch import watched
from bootstrap.watch.web import serve
from console.app import create_app
from console.web.measuring import Measured
from desk.conversations import inbox
from desk.system import reachable

__all__ = ["create_app", "main"]


def main() -> None:
    """Serve until told to stop."""
    settings = read_settings()
    set_up_logging(settings.log_format)
    with watched(settings, "console") as watch:
        desk = open_desk(settings, observer=watch.metrics)
        watch.ready_when("store", lambda: reachable.answers(desk.store))
        with desk.store.writing() as session:
            inbox.take_back(session, "web")
        serve(
            Measured(create_app(desk, settings), watch.metrics),
            watch,
            host=settings.host,
            port=settings.console_port,
            drain=settings.drain_seconds,
            access_log=False,  # the private links of cases are paths
            server_header=False,
            timeout_graceful_shutdown=10,
        )


if __name__ == "__main__":
    main()
