"""How a process that serves looks for objects that nobody uses any more."""

from __future__ import annotations

import gc

#: Objects that are made, and not given back, before those are looked for that hold each other.
_OBJECTS = 10_000


def leave_what_is_loaded() -> None:
    """To be called when all is imported: that stays, and looking through it holds everything up for .3 seconds.

    And of the thousands of objects that a message makes nearly all go without being looked for.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS)
