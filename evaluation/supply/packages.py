"""The libraries that the desk is made of: what the locks name, and what the installed packages say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\+]+)", re.MULTILINE)
_OPTION = re.compile(r"\bextra\s*==")
#: Brings the others, or is the desk itself.
_NOT_OURS_TO_JUDGE = {"pip", "customs-enquiry-desk"}


@dataclass(frozen=True)
class Environment:
    """One of the environments: its name, its folder under the project, and the files that say what is in it."""

    name: str
    folder: str
    locks: tuple[str, ...]

    def site_packages(self) -> Path | None:
        """Where its packages lie; None where it was not made."""
        return next(iter(sorted((PROJECT / self.folder / "lib").glob("python3.*/site-packages"))), None)

    def locked(self) -> dict[str, str]:
        """The version of each package by its name; of several for several Pythons that of the oldest."""
        found: dict[str, str] = {}
        for lock in self.locks:
            for name, version in _PIN.findall((PROJECT / lock).read_text(encoding="utf-8")):
                found.setdefault(plain(name), version)
        return found

    def installed(self) -> dict[str, metadata.Distribution]:
        """What is installed, by its name; empty where the environment was not made."""
        where = self.site_packages()
        packages = metadata.distributions(path=[str(where)]) if where is not None else ()
        named = {plain(package.name): package for package in packages}
        return {name: package for name, package in named.items() if name not in _NOT_OURS_TO_JUDGE}


DESK = Environment("the desk", ".venv", ("requirements.lock", "requirements-torch.txt"))
RASA = Environment("Rasa", ".venv-rasa", ("nlu/requirements.lock",))
ENVIRONMENTS = (DESK, RASA)


def plain(name: str) -> str:
    """A package's name as all its spellings have it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed_at_work(installed: Mapping[str, metadata.Distribution], roots: Iterable[str]) -> set[str]:
    """The packages that those named need in their turn, themselves among them; options that are not asked for, not."""
    reached, waiting = set[str](), [plain(root) for root in roots]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in installed:
            continue
        reached.add(name)
        wanted = (requirement for requirement in installed[name].requires or [] if not _OPTION.search(requirement))
        waiting += [plain(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]) for requirement in wanted]
    return reached
