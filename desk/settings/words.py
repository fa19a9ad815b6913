"""The value of a setting as people read it."""

from __future__ import annotations

from desk.guidance.record import Language
from desk.settings.declared import Setting
from desk.texts import Texts


def plain(setting: Setting, value: float, language: Language = "en") -> str:
    """The value as it is typed in a language, without a unit."""
    written = f"{setting.typed(value):g}"
    return written.replace(".", ",") if language == "vi" else written


def in_words(texts: Texts, setting: Setting, value: float, language: Language) -> str:
    """The value with its unit."""
    return texts.say(f"setting.unit.{setting.unit}", language, value=plain(setting, value, language))
