"""Counts of a large collection after a small change, without counting it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

_Key = TypeVar("_Key")


def changed(counts: Mapping[_Key, int], gone: Mapping[_Key, int], come: Mapping[_Key, int]) -> Counter[_Key]:
    """A copy of the counts without what is gone and with what has come; what no longer occurs is not in it."""
    copied = Counter(counts)
    for keys, sign in ((gone, -1), (come, 1)):
        for key, count in keys.items():
            copied[key] += sign * count
    for key in gone:
        if not copied[key]:
            del copied[key]
    return copied
