"""The web door: the enterprises' chat and cases, and the officers' console, in one process."""

from __future__ import annotations

from bootstrap.assembly import open_desk
from bootstrap.logs import set_up_logging
from bootstrap.secret_settings import secret_values
from bootstrap.settings import read_settings
from bootstrap.watch import watched
from bootstrap.watch.web import serve
from console.app import create_app
from console.web.measuring import Measured
from desk.system import reachable

__all__ = ["create_app", "main"]


def main() -> None:
    """Serve until told to stop."""
    settings = read_settings()
    set_up_logging(settings.log_format, hidden=secret_values(settings))
    with watched(settings, "console") as watch:
        desk = open_desk(settings, observer=watch.metrics, takes_work=True)
        watch.ready_when("store", lambda: reachable.answers(desk.store))
        app = Measured(create_app(desk, settings), watch.metrics)
        serve(app, watch, settings, settings.console_port)


if __name__ == "__main__":
    main()
