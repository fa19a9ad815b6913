"""Pages that stay fresh: a script asks every two seconds with the version that the page shows, and hears of changes.

No connection is held open (docs/decisions/0025): a browser has six for a host, so the seventh page would wait for ever.
"""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.response import Template

_HEADER = "x-version"
_BETWEEN = "~"


def version(moment: str, content: str = "") -> str:
    """A version of what is shown: its ``moment`` is cheap to ask for, its ``content`` settles whether it differs."""
    return f"{moment}{_BETWEEN}{content}"


def begins_with(known: str, moment: str) -> bool:
    """Whether the known version is of this moment, so that nothing can have changed."""
    return known.partition(_BETWEEN)[0] == moment


def ends_alike(known: str, now: str) -> bool:
    """Whether something was done, but not to what is shown."""
    return known.partition(_BETWEEN)[2] == now.partition(_BETWEEN)[2]


def unchanged(now: str) -> Response[None]:
    return Response(None, status_code=204, headers={_HEADER: now})


def changed(template: Template, now: str) -> Response[Any]:
    """The parts of the page that may have changed; the script puts each in its place."""
    template.headers[_HEADER] = now
    return template
