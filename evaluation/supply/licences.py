"""Under which licence each library is, by what it says itself, and whether that is one under which it may be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

_RULES = Path(__file__).with_name("licences.yml")
_WORD = re.compile(r"\(|\)|[^\s()]+(?: WITH [^\s()]+)?")


class Unreadable(ValueError):
    """An expression of licences that is none."""


@dataclass(frozen=True)
class Rules:
    """What licences.yml says: ``allowed`` with the reason, names in other words, and what was read in packages."""

    allowed: Mapping[str, str]
    names: Mapping[str, str]
    stated: Mapping[str, str]

    @classmethod
    def read(cls, file: Path = _RULES) -> Rules:
        told: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        allowed = {**dict.fromkeys(told["permissive"], ""), **told["with_reason"]}
        return cls(allowed, told["names"], {name: each["licence"] for name, each in told["stated"].items()})

    def licence_of(self, name: str, package: metadata.Distribution | None) -> str:
        """The licence as an expression of SPDX; empty where nobody says it.

        What somebody has read in the package counts before its metadata, and of these the expression before
        classifiers, before words of its own.
        """
        if name in self.stated:
            return self.stated[name]
        if package is None:
            return ""
        about: Message[str, str] = package.metadata  # type: ignore[assignment]
        if expression := about.get("License-Expression"):
            return str(expression).strip()
        told = [each.rsplit("::", 1)[-1].strip() for each in about.get_all("Classifier") or [] if "License ::" in each]
        if named := " AND ".join(dict.fromkeys(filter(None, map(self._spdx, told)))):
            return named
        # A whole licence may stand in the field for its name; it begins with its name.
        lines = str(about.get("License") or "").strip().splitlines()
        return self._spdx(lines[0].strip()) if lines else ""

    def may_be_used(self, expression: str) -> bool:
        """Whether everything that the expression demands is allowed; of alternatives one suffices."""
        try:
            return _Reading(expression, self.allowed).whole()
        except Unreadable:
            return False

    def reasons(self, expression: str) -> list[str]:
        """Why those of its licences may be used that need a reason."""
        return [reason for word in _WORD.findall(expression) if (reason := self.allowed.get(word, ""))]

    def _spdx(self, name: str) -> str:
        return self.names.get(name, name)


class _Reading:
    """Expressions such as `MIT AND (Apache-2.0 OR BSD-3-Clause)`, read from left to right."""

    def __init__(self, expression: str, allowed: Mapping[str, str]) -> None:
        self._words = _WORD.findall(expression)
        self._allowed = allowed

    def whole(self) -> bool:
        found = self._alternatives()
        if self._words:
            raise Unreadable
        return found

    def _alternatives(self) -> bool:
        found = self._all()
        while self._takes("OR"):
            found = self._all() or found
        return found

    def _all(self) -> bool:
        found = self._one()
        while self._takes("AND"):
            found = self._one() and found
        return found

    def _one(self) -> bool:
        if not self._words:
            raise Unreadable
        word = self._words.pop(0)
        if word == "(":
            found = self._alternatives()
            if not self._takes(")"):
                raise Unreadable
            return found
        return word in self._allowed

    def _takes(self, word: str) -> bool:
        if self._words and self._words[0] == word:
            self._words.pop(0)
            return True
        return False
