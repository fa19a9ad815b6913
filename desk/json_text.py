"""Reading JSON that a stranger wrote: whatever is wrong with it is one kind of error."""

from __future__ import annotations

import json
from typing import Any


class NotJson(ValueError):
    """The text is no JSON that is read here; the message says why, and repeats nothing of it."""


def parsed(text: str) -> Any:
    """The value of a JSON text; raises NotJson, also for what nests too deeply and for numbers without end."""
    try:
        return json.loads(text, parse_constant=_refused)
    except json.JSONDecodeError as error:
        raise NotJson(error.msg) from None
    except RecursionError:
        raise NotJson("nested too deeply") from None
    except ValueError:  # Python reads no integer of more than some thousand digits
        raise NotJson("a number that is too long") from None


def _refused(constant: str) -> Any:
    """NaN and the infinities are no JSON, though many programs write them."""
    raise json.JSONDecodeError(f"{constant} is no JSON", "", 0)
