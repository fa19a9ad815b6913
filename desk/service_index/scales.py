"""How points follow from a figure: a straight line between two values, or steps. A better figure never gives less."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol


class BadScale(ValueError):
    """The scale cannot be used; the message says why."""


class Scale(Protocol):
    @property
    def less_is_better(self) -> bool: ...

    @property
    def all_at(self) -> Fraction:
        """The value in percent from which on all points are given."""
        ...

    def share(self, percent: Fraction) -> Fraction:
        """The share of the points, from 0 to 1, that a figure in percent earns."""
        ...


@dataclass(frozen=True)
class Line:
    """No points at ``none_at`` and beyond, all at ``all_at`` and beyond, in between in proportion."""

    none_at: Fraction
    all_at: Fraction

    @property
    def less_is_better(self) -> bool:
        return self.all_at < self.none_at

    def share(self, percent: Fraction) -> Fraction:
        return min(max((percent - self.none_at) / (self.all_at - self.none_at), Fraction(0)), Fraction(1))


@dataclass(frozen=True)
class Step:
    at: Fraction
    share: Fraction


@dataclass(frozen=True)
class Steps:
    """The best step first; whoever does not reach the last gets nothing."""

    steps: tuple[Step, ...]
    less_is_better: bool

    @property
    def all_at(self) -> Fraction:
        return self.steps[0].at

    def share(self, percent: Fraction) -> Fraction:
        return next((step.share for step in self.steps if self._reaches(percent, step)), Fraction(0))

    def _reaches(self, percent: Fraction, step: Step) -> bool:
        return percent <= step.at if self.less_is_better else percent >= step.at


def scale_of(data: Any, *, less_is_better: bool) -> Scale:
    """The scale that a file tells; raises BadScale, also where it would give more points for worse figures."""
    match data:
        case {"line": {"none": none, "all": all_, **more}} if len(data) == 1 and not more:
            scale: Scale = _line(_percent(none), _percent(all_))
        case {"steps": [_, *_] as steps} if len(data) == 1:
            scale = Steps(tuple(map(_step, steps)), less_is_better)
            _check(scale)
        case _:
            raise BadScale('a scale is a "line" with "none" and "all", or "steps" with at least one step')
    if scale.less_is_better is not less_is_better:
        better = "less" if less_is_better else "more"
        raise BadScale(f"of this figure {better} is better, and the scale gives more points for worse")
    return scale


def _line(none: Fraction, all_: Fraction) -> Line:
    if none == all_:
        raise BadScale('"none" and "all" of a line must not be the same')
    return Line(none, all_)


def _step(data: Any) -> Step:
    match data:
        case {"at": at, "points": points, **more} if not more:
            return Step(_percent(at), _percent(points) / 100)
        case _:
            raise BadScale('a step has "at" and "points", and nothing else')


def _check(scale: Steps) -> None:
    if scale.steps[0].share != 1:
        raise BadScale("the first step must give all points (100)")
    for better, next_ in zip(scale.steps, scale.steps[1:], strict=False):
        farther = next_.at > better.at if scale.less_is_better else next_.at < better.at
        if not farther or not next_.share < better.share:
            raise BadScale("steps go from the best to the worst, each with fewer points than the one before")
    if not scale.steps[-1].share > 0:
        raise BadScale("the last step must give some points; below it there are none in any case")


def _percent(value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise BadScale(f"{value!r} is no number from 0 to 100")
    return Fraction(str(value))
