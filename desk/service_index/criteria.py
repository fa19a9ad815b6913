"""The criteria of the index and what they weigh: content/service_index.yml, read and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from desk.figures.statistics import ENOUGH
from desk.guidance.record import LANGUAGES, Language
from desk.refused import Refused
from desk.service_index.figures import Figure
from desk.service_index.scales import BadScale, Scale, scale_of
from desk.units.model import UnitKind
from desk.yaml_file import parse_yaml

#: What the weights of one column add up to, and how many hundredths a point has.
WHOLE, HUNDREDTHS = 100, 100
_COLUMNS = ("department", "unit")
_PARTS = ("about", "least_judged", "by_hand", "criteria")
_PARTS_OF_ONE = ("figure", "weight", "least", "scale", "name", "why")


class CriteriaRefused(Refused, ValueError):
    """The file cannot be used; the message is a sentence that names the criterion."""


@dataclass(frozen=True)
class Criterion:
    """One criterion. ``weight`` has its points by column, ``department`` or ``unit``, as whole numbers."""

    name: str
    figure: Figure
    weight: Mapping[str, int]
    least: int
    scale: Scale
    names: Mapping[Language, str]
    why: Mapping[Language, str]


@dataclass(frozen=True)
class Criteria:
    """All criteria in their order. ``least_judged`` is in points of 100; deductions by hand are in points, too.

    ``text`` is the file as it is written, which a published index keeps; ``hash`` tells versions of it apart.
    """

    about: Mapping[Language, str]
    least_judged: int
    by_hand_at_once: int
    by_hand_altogether: int
    criteria: tuple[Criterion, ...]
    text: str

    @classmethod
    def read(cls, path: Path) -> Criteria:
        """Read the file; raises CriteriaRefused."""
        return cls.parse(path.read_text(encoding="utf-8"), path.name)

    @classmethod
    def parse(cls, text: str, called: str = "service_index.yml") -> Criteria:
        """Read what a file of this name says; raises CriteriaRefused."""
        try:
            return _Reader(called).whole(_mapping(called, parse_yaml(text)), text)
        except yaml.YAMLError as error:
            raise CriteriaRefused(f"{called}: this is no YAML: {error}") from error

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def of_kind(self, kind: str) -> list[tuple[Criterion, int]]:
        """The criteria that are asked of units of a kind, with their weights in points."""
        column = column_of(kind)
        return [(each, each.weight[column]) for each in self.criteria if column in each.weight]


def column_of(kind: str) -> str:
    """Which column of the weights holds for units of a kind."""
    return "department" if kind == UnitKind.DEPARTMENT else "unit"


class _Reader:
    """Reads one file; every refusal names it."""

    def __init__(self, called: str) -> None:
        self._called = called

    def whole(self, data: Mapping[str, Any], text: str) -> Criteria:
        self._has(data, _PARTS, "the file")
        by_hand = _mapping(f"{self._called}: by_hand", data["by_hand"])
        self._has(by_hand, ("at_once", "altogether"), "by_hand")
        criteria = _mapping(f"{self._called}: criteria", data["criteria"])
        found = Criteria(
            about=self._in_both(data["about"], "about"),
            least_judged=self._number(data["least_judged"], 1, WHOLE, "least_judged"),
            by_hand_at_once=self._number(by_hand["at_once"], 1, WHOLE, "by_hand.at_once"),
            by_hand_altogether=self._number(by_hand["altogether"], 1, WHOLE, "by_hand.altogether"),
            criteria=tuple(self._criterion(str(name), one) for name, one in criteria.items()),
            text=text,
        )
        if found.by_hand_altogether < found.by_hand_at_once:
            self._refuse("by_hand.altogether must not be less than by_hand.at_once")
        self._check_sums(found.criteria)
        return found

    def _criterion(self, name: str, data: Any) -> Criterion:
        one = _mapping(f"{self._called}: {name}", data)
        self._has(one, _PARTS_OF_ONE, name)
        if one["figure"] not in set(Figure):
            self._refuse(f"{name}: {one['figure']!r} is no figure; it is one of {', '.join(Figure)}")
        figure = Figure(one["figure"])
        return Criterion(
            name=name,
            figure=figure,
            weight=self._weight(name, figure, one["weight"]),
            least=self._number(one["least"], ENOUGH, 1_000_000, f"{name}: least"),
            scale=self._or_refuse(name, lambda: scale_of(one["scale"], less_is_better=figure.less_is_better)),
            names=self._in_both(one["name"], f"{name}: name"),
            why=self._in_both(one["why"], f"{name}: why"),
        )

    def _weight(self, name: str, figure: Figure, data: Any) -> dict[str, int]:
        weight = _mapping(f"{self._called}: {name}: weight", data)
        if not weight or not set(weight) <= set(_COLUMNS):
            self._refuse(f"{name}: a weight is given for {' or '.join(_COLUMNS)}")
        if figure.is_of_enquiries and "unit" in weight:
            self._refuse(f"{name}: {figure} is counted for the department alone, so it has no weight for a unit")
        return {column: self._number(each, 1, WHOLE, f"{name}: weight") for column, each in weight.items()}

    def _check_sums(self, criteria: tuple[Criterion, ...]) -> None:
        for column in _COLUMNS:
            together = sum(each.weight.get(column, 0) for each in criteria)
            if together != WHOLE:
                self._refuse(f"the weights for {column} add up to {together}; they must add up to {WHOLE}")

    def _in_both(self, data: Any, what: str) -> dict[Language, str]:
        texts = _mapping(f"{self._called}: {what}", data)
        self._has(texts, LANGUAGES, what)
        for language in LANGUAGES:
            if not isinstance(texts[language], str) or not texts[language].strip():
                self._refuse(f"{what}: the text in {language!r} is missing")
        return {language: texts[language].strip() for language in LANGUAGES}

    def _number(self, value: Any, least: int, most: int, what: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._refuse(f"{what} is {value!r}; it must be a whole number from {least} to {most}")
        return int(value)

    def _has(self, data: Mapping[str, Any], names: tuple[str, ...], what: str) -> None:
        """Exactly these parts: what is misspelt must not be passed over."""
        for name in names:
            if name not in data:
                self._refuse(f"{what}: {name!r} is missing")
        for name in data:
            if name not in names:
                self._refuse(f"{what}: {name!r} is not known; the parts are {', '.join(names)}")

    def _or_refuse(self, name: str, read: Callable[[], Scale]) -> Scale:
        try:
            return read()
        except BadScale as refused:
            raise CriteriaRefused(f"{self._called}: {name}: scale: {refused}.") from refused

    def _refuse(self, sentence: str) -> None:
        raise CriteriaRefused(f"{self._called}: {sentence}.")


def _mapping(what: str, data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise CriteriaRefused(f"{what} must be a mapping of names to what they mean.")
    return data
