"""What must hold for every page, read from the page as a browser has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from playwright.sync_api import Page

from desk.guidance.record import Language
from desk.texts import Texts
from tests.believable import authority

_PLACEHOLDER = re.compile(r"\{\w*\}")
#: What the console itself says on a page, as far as one word alone tells its language; [words, language of the words].
_OWN_WORDS = """
() => [...document.querySelectorAll("button, label, legend, caption, th, summary, h1, nav a, dt")]
  .map((element) => [element.innerText.trim(), element.closest("[lang]").lang])
  .filter(([words]) => words)
"""
_FACTS = """
() => ({
  language: document.documentElement.lang,
  title: document.title,
  headings: document.querySelectorAll("h1").length,
  text: document.body.innerText,
  wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  links: [...document.querySelectorAll("a[href]")].map((link) => link.href),
  unnamed: [...document.querySelectorAll("table")].filter((table) =>
    !table.caption && !table.closest("[aria-label], [aria-labelledby]")).length,
})
"""


@dataclass(frozen=True)
class Seen:
    """A page as it is in one language: what is wrong with it, its text, and where its links lead."""

    problems: tuple[str, ...]
    text: str
    links: tuple[str, ...]


def inspect(page: Page, language: Language) -> Seen:
    """Look at a page that is open and loaded."""
    facts: dict[str, Any] = page.evaluate(_FACTS)
    return Seen(
        problems=(*_of_facts(facts, language), *_of_words(page, language)),
        text=facts["text"],
        links=tuple(facts["links"]),
    )


def wider(page: Page) -> str:
    """How much wider than the window the page is, in words; empty where it fits."""
    by: int = page.evaluate(_FACTS)["wider"]
    return f"{by} px wider than the window of {(page.viewport_size or {'width': 0})['width']} px" if by > 0 else ""


def _of_facts(facts: dict[str, Any], language: Language) -> list[str]:
    problems = []
    if facts["language"] != language:
        problems.append(f"its lang is {facts['language']!r}, not {language!r}")
    if len(facts["title"].split(" – ")[0].strip()) < 2:
        problems.append(f"its title says nothing: {facts['title']!r}")
    if facts["headings"] != 1:
        problems.append(f"it has {facts['headings']} headings of the first order")
    if facts["unnamed"]:
        problems.append(f"{facts['unnamed']} tables have neither a caption nor a name")
    if found := _keys().search(facts["text"]):
        problems.append(f"a text is missing: {found[0]}")
    return problems


def _of_words(page: Page, language: Language) -> list[str]:
    """Words of the console in the other language, where nothing says that they are of it."""
    foreign = _words_of("en" if language == "vi" else "vi") - _words_of(language)
    said = {words for words, lang in page.evaluate(_OWN_WORDS) if lang == language}
    return [f"not in {language}: {words!r}" for words in sorted(said & foreign)]


@cache
def _keys() -> re.Pattern[str]:
    """The names of texts, which nobody should read."""
    first = sorted({name.split(".")[0] for name in _texts().names("vi")})
    return re.compile(rf"(?<![\w@./-])(?:{'|'.join(first)})\.[a-z]+(?:[._][a-z]+)+")


@cache
def _words_of(language: Language) -> frozenset[str]:
    texts = _texts()
    whole = (texts.say(name, language) for name in texts.names(language))
    return frozenset(words.strip() for words in whole if not _PLACEHOLDER.search(words))


def _texts() -> Texts:
    return authority.rules().texts
