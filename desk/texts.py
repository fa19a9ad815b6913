"""Every sentence that the desk itself says, by name and language, from content/texts/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desk.guidance.record import LANGUAGES, Language
from desk.yaml_file import read_yaml


class UnknownText(KeyError):
    """No text has this name."""


class Texts:
    """The desk's sentences; a name such as ``case.opened`` has one in each language."""

    def __init__(self, sentences: dict[Language, dict[str, str]]) -> None:
        self._sentences = sentences

    @classmethod
    def read(cls, folder: Path) -> Texts:
        """The sentences of a folder that has one folder a language, with a file for each subject."""
        return cls({language: _merged(sorted((folder / language).glob("*.yml"))) for language in LANGUAGES})

    def say(self, name: str, language: Language, /, **values: object) -> str:
        """The sentence with its values filled in; raises UnknownText."""
        try:
            sentence = self._sentences[language][name]
        except KeyError as error:
            raise UnknownText(name) from error
        return sentence.format(**values) if values else sentence

    def names(self, language: Language) -> set[str]:
        return set(self._sentences[language])

    def has(self, name: str) -> bool:
        return name in self._sentences["vi"]


def _merged(paths: list[Path]) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for path in paths:
        own = _flat(_read(path))
        if twice := sorted(sentences.keys() & own.keys()):
            raise ValueError(f"{path.name}: said in another file too: {', '.join(twice)}")
        sentences |= own
    return sentences


def _read(path: Path) -> dict[str, Any]:
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise ValueError(f"{path.name}: not a mapping of names to sentences")
    return data


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat |= _flat(value, f"{name}.")
        else:
            flat[name] = str(value).strip()
    return flat
