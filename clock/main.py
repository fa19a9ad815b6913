"""The door of time: does what is due in the store, again and again; two clocks at once do nothing twice."""

from __future__ import annotations

import logging
import signal
import threading

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bootstrap.assembly import open_desk
from bootstrap.heartbeat import beat
from bootstrap.logs import set_up_logging
from bootstrap.settings import Settings, read_settings
from clock.due import DUE_WORK
from clock.gaps import grouping_gaps
from clock.letters import sending_letters
from desk.desk import Desk

log = logging.getLogger(__name__)
#: Seconds between two looks at the store.
INTERVAL = 1.0


def tick(desk: Desk) -> None:
    """Do all that is due now, each kind of work in transactions of its own."""
    for work in DUE_WORK:
        try:
            work(desk)
        except IntegrityError:
            # Another process wrote the same row first, such as the open conversation of an officer's chat.
            log.exception("%s lost a race; what is left is due again at the next look", work.__name__)
        except SQLAlchemyError:
            # Away, locked, restarted or full: whatever the database says of itself, it is asked again.
            log.exception("%s could not reach the store; it is due again at the next look", work.__name__)


def run(settings: Settings, stop: threading.Event) -> None:
    desk = open_desk(settings)
    with sending_letters(desk, stop), grouping_gaps(desk, stop):
        while not stop.is_set():
            tick(desk)
            beat(settings, "clock")
            stop.wait(INTERVAL)


def main() -> None:
    set_up_logging()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(read_settings(), stop)


if __name__ == "__main__":
    main()
