"""Which numbers a public report leaves out: small ones, and as many others as it takes that no small one follows.

The numbers hang together by sums: a total is the sum of its parts, and a part may be the total of others. Whoever reads
the report knows these sums, so of each sum in which something is left out at least two numbers are, and what is left
out adds up to at least twice ``SMALLEST``: the sum then says little about any of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

#: The smallest number that is shown.
SMALLEST = 5


@dataclass(frozen=True)
class Sum:
    """The cell ``total`` is the sum of the cells ``parts``, by their names."""

    total: str
    parts: tuple[str, ...]


def withheld(
    cells: Mapping[str, float], sums: Sequence[Sum], *, unlisted: Collection[str] = (), rests: Collection[str] = ()
) -> frozenset[str]:
    """The names of the cells that are not shown.

    ``unlisted`` are left out for another reason, such as the length of a list; they may follow unless they are small.
    ``rests`` are shown nowhere, and are what remains of a total without the part that is shown; that nothing remains
    is no secret. A cell is a part of one sum at most, and the sums make no circle: so each is looked at by itself.
    """
    small = {name for name, count in cells.items() if count < SMALLEST and (count or name not in rests)}
    found, tender = small | set(unlisted), small
    while more := next((cell for each in sums for cell in _missing(each, cells, found, tender)), None):
        found.add(more)
        tender.add(more)
    return frozenset(found)


def _missing(sum_: Sum, cells: Mapping[str, float], found: set[str], tender: set[str]) -> list[str]:
    """A further cell to leave out of a sum: the smallest other part, or the total where no part is left."""
    gone = [name for name in sum_.parts if name in found]
    others = sorted((name for name in sum_.parts if name not in found), key=lambda name: (cells[name], name))
    is_much = sum(cells[name] for name in gone) >= 2 * SMALLEST
    if sum_.total in found:
        return [] if is_much else others[:1]
    if tender.isdisjoint(gone) or (is_much and len(gone) > 1):
        return []
    return others[:1] or [sum_.total]
