"""Questions without help and comments on drafts are grouped beside the clock's other work, which must not wait."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from desk.consultations import placing as comments
from desk.desk import Desk
from desk.gaps import placing
from desk.ports import SearchUnavailable

log = logging.getLogger(__name__)
#: Seconds between two looks while nothing is due, and while something is: people's questions get between them.
RESTING, WORKING = 10.0, 0.5


@contextmanager
def grouping_gaps(desk: Desk, stop: threading.Event) -> Iterator[None]:
    """Put questions into groups until ``stop`` is set; at the end wait for the batch in hand."""
    worker = threading.Thread(target=_work, args=(desk, stop), name="gaps")
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()


def _work(desk: Desk, stop: threading.Event) -> None:
    while not stop.is_set():
        placed = 0
        try:
            placed = placing.group_some(desk) + comments.group_some(desk)
            desk.observer.ticked("group_gaps")
        except SearchUnavailable as error:
            log.info("Questions and comments wait to be grouped: %s", error)
        except Exception:  # whatever is wrong with one question, the next look is made all the same
            log.exception("questions or comments could not be grouped; they are due again at the next look")
        stop.wait(WORKING if placed else RESTING)
