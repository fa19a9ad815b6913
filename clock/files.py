"""Files that wait for the scanner are looked through beside the rest of the clock's work: a scanner may be slow."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from desk.attachments import scanning
from desk.desk import Desk

log = logging.getLogger(__name__)
#: Seconds between two looks at the files that wait.
INTERVAL = 2.0
#: Files of one look.
AT_ONCE = 20
#: At every so many looks those are sought too that came before there was a scanner; when there are many, at the next.
OLDER_AT = 30


@contextmanager
def scanning_files(desk: Desk, stop: threading.Event) -> Iterator[None]:
    """Have files scanned until ``stop`` is set; without a scanner there is nothing to do."""
    if desk.scanner is None:
        yield
        return
    scans = threading.Thread(target=_scan, args=(desk, stop), name="files")
    scans.start()
    try:
        yield
    finally:
        stop.set()
        scans.join()


def _scan(desk: Desk, stop: threading.Event) -> None:
    looks, are_more = 0, False
    while not stop.is_set():
        try:
            are_more = scanning.scan_due(desk, AT_ONCE, older=are_more or looks % OLDER_AT == 0) == AT_ONCE
            desk.observer.ticked("scan_files")
        except Exception:  # whatever is wrong with one file, those after it are still to be looked through
            log.exception("files could not be scanned; they are due again at the next look")
        looks += 1
        stop.wait(INTERVAL)
