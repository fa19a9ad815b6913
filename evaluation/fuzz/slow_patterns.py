"""Every regular expression of ours against texts that make bad ones slow: the time must grow as the text does."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from evaluation.fuzz.pattern_texts import shapes_for
from evaluation.fuzz.patterns import Found
from evaluation.fuzz.stopping import Stopped, stopped_after
from evaluation.fuzz.tally import SLOW, Tally

#: Letters of a text; what is four times as long may take so many times as long, and a little for the clock. The first
#: are few, for what does not end in a lifetime with more.
LENGTHS = (50, 2_500, 10_000, 50_000)
_GROWTH = 4 * 2.5
#: Below this nothing is measured, in seconds.
_NOISE = 0.02
#: One search may not take longer, whatever its text: those after it are left out.
_ENOUGH = 0.5
#: Patterns that are only ever given short texts, and what sees to it.
BOUNDED = {"desk.vietnamese._KEYS": "words of more than twelve letters are not looked at"}


def tried(patterns: Iterable[Found], lengths: Sequence[int] = LENGTHS) -> Tally:
    """Search, match and take apart texts of each length with each pattern."""
    tally = Tally("regular_expressions")
    for found in patterns:
        if found.place in BOUNDED:
            continue
        tally.tried += 1
        _try(tally, found, lengths)
    return tally


def _try(tally: Tally, found: Found, lengths: Sequence[int]) -> None:
    for shape in shapes_for(found.pattern):
        before, shape_before = 0.0, lengths[0]
        for length in lengths:
            text = shape.of(length)
            most = before * _GROWTH * length / (4 * shape_before)
            took = _time(found, text)
            if took > _ENOUGH or (before and took > max(_NOISE, most)):
                took = min(took, _time(found, text))  # a machine that is busy makes anything slow once
            tally.slowest = max(tally.slowest, took)
            if took > _ENOUGH or (before > _NOISE / 10 and took > max(_NOISE, most)):
                what = f"{found.place}: {took:.2f} s at {length} letters, {before:.3f} s at the length before"
                tally.found("slow", what, {"pattern": found.pattern.pattern[:200], "shape": shape})
                return
            before, shape_before = took, length


def _time(found: Found, text: str) -> float:
    """The longest use of it, in processor seconds; SLOW where it was stopped."""
    given: Any = text.encode("utf-8") if isinstance(found.pattern.pattern, bytes) else text
    longest = 0.0
    for use in found.uses:
        began = time.process_time()
        try:
            with stopped_after(SLOW):
                if use == "finditer":  # and what goes on behind each find as it does: findall, sub, split
                    for _ in found.pattern.finditer(given):
                        pass
                else:
                    getattr(found.pattern, use)(given)
        except Stopped:
            return SLOW
        longest = max(longest, time.process_time() - began)
    return longest
