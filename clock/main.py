"""The door of time: does what is due in the store, again and again; two clocks at once do nothing twice."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import IntegrityError, NoResultFound, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError

from bootstrap.assembly import open_desk
from bootstrap.lease import holding
from bootstrap.logs import set_up_logging
from bootstrap.secret_settings import secret_values
from bootstrap.settings import Settings, read_settings
from bootstrap.watch import Watch, watched
from bootstrap.watch.store_figures import StoreFigures
from clock.audit import keeping_the_audit
from clock.due import DUE_WORK
from clock.files import scanning_files
from clock.gaps import grouping_gaps
from clock.letters import sending_letters
from desk.desk import Desk
from desk.system import reachable

log = logging.getLogger(__name__)
#: Seconds between two looks at the store, and after which the last one is no longer lately.
INTERVAL, LATELY = 1.0, 60.0


def tick(desk: Desk, beat: Callable[[], None] = lambda: None) -> None:
    """Do all that is due now, each kind of work in transactions of its own; ``beat`` after each."""
    for work in DUE_WORK:
        beat()
        try:
            work(desk)
            desk.observer.ticked(work.__name__)
        except (IntegrityError, NoResultFound, StaleDataError):
            # Another process, such as a second clock, wrote the same row first or took it away.
            log.exception("%s lost a race; what is left is due again at the next look", work.__name__)
        except SQLAlchemyError:
            # Away, locked, restarted or full: whatever the database says of itself, it is asked again.
            log.exception("%s could not reach the store; it is due again at the next look", work.__name__)


def run(settings: Settings, stop: threading.Event, watch: Watch) -> None:
    desk = open_desk(settings, observer=watch.metrics, takes_work=True)
    watch.ready_when("store", lambda: reachable.answers(desk.store))
    watch.metrics.show(StoreFigures(desk, settings))
    looked_at = time.monotonic()
    watch.ready_when("tick", lambda: time.monotonic() - looked_at < LATELY)
    with (
        holding(desk, "clock"),
        sending_letters(desk, stop),
        grouping_gaps(desk, stop),
        keeping_the_audit(desk, stop),
        scanning_files(desk, stop),
    ):
        while not stop.is_set():
            tick(desk, watch.beat)
            looked_at = time.monotonic()
            watch.beat()
            stop.wait(INTERVAL)


def main() -> None:
    settings = read_settings()
    set_up_logging(settings.log_format, hidden=secret_values(settings))
    stop = threading.Event()
    with watched(settings, "clock") as watch:

        def end(*_: object) -> None:
            watch.draining()
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        run(settings, stop, watch)


if __name__ == "__main__":
    main()
