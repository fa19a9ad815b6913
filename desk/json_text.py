"""Reading JSON that strangers wrote: the ways in which it can be none are one error."""

from __future__ import annotations

import json
from typing import Any


class NotJson(ValueError):
    """The text is no JSON, or none that can be read: ``said`` is why, in a few words."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def parse_json(text: str | bytes) -> Any:
    """What a text holds; raises NotJson, also for what is nested too deeply and for numbers of thousands of digits."""
    try:
        return json.loads(text, parse_constant=_refused)
    except json.JSONDecodeError as error:
        raise NotJson(error.msg) from None
    except RecursionError:
        raise NotJson("nested too deeply") from None
    except UnicodeDecodeError:
        raise NotJson("no text in UTF-8") from None
    except ValueError:
        raise NotJson("a number has too many digits") from None


def _refused(constant: str) -> Any:
    """NaN and the infinities are no JSON, though many programs write them."""
    raise json.JSONDecodeError(f"{constant} is no JSON", "", 0)
