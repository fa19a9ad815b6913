"""Letters are sent beside the rest of the clock's work, which a slow mail server must not hold up."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from desk.desk import Desk
from desk.letters import service as letters

log = logging.getLogger(__name__)
#: Seconds between two looks at the letters that wait.
INTERVAL = 1.0


@contextmanager
def sending_letters(desk: Desk, stop: threading.Event) -> Iterator[None]:
    """Send what is due until ``stop`` is set; at the end wait for the letter in hand."""
    sender = threading.Thread(target=_send, args=(desk, stop), name="letters")
    sender.start()
    try:
        yield
    finally:
        stop.set()
        sender.join()


def _send(desk: Desk, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            letters.send_due(desk)
            desk.observer.ticked("send_letters")
        except Exception:  # whatever is wrong with one letter, those after it are still to be sent
            log.exception("letters could not be sent; they are due again at the next look")
        stop.wait(INTERVAL)
