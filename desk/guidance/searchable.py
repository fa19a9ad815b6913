"""Whether what was published is found by those who ask, as far as the search can tell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from desk.ports import Knowledge, SearchUnavailable


@dataclass(frozen=True)
class Searchable:
    """``unknown`` where the search did not answer; ``index_no`` is the publication that is searched now."""

    state: Literal["since", "not_yet", "unknown"]
    since: dt.datetime | None = None
    index_no: int | None = None


def searchable(search: Knowledge, publication_no: int) -> Searchable:
    """Ask the search about a publication; it is a call over the network, for outside a transaction."""
    try:
        told = search.indexed(publication_no)
    except SearchUnavailable:
        return Searchable("unknown")
    return Searchable("not_yet" if told.since is None else "since", told.since, told.publication_no)
