"""The tours of docs/tours/: every picture that they name is there, is small, and says what its list says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from desk.texts import Texts

PROJECT = Path(__file__).resolve().parents[2]
TOURS = PROJECT / "docs" / "tours"
PICTURES = PROJECT / "docs" / "pictures"
LARGEST = 300_000
ROLES = ("enterprise", "officer", "curator", "manager", "administrator")
_SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


def _shown_in(page: Path) -> list[tuple[str, Path]]:
    """The pictures of a page: what is written under each, and its file."""
    return [(words, (page.parent / file).resolve()) for words, file in _SHOWN.findall(page.read_text("utf-8"))]


def _pages() -> list[Path]:
    return [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_a_tour_with_pictures_from_the_list_under_their_own_words(role: str) -> None:
    listed = yaml.safe_load((TOURS / "pictures.yml").read_text("utf-8"))
    shown = _shown_in(TOURS / f"{role}.md")
    assert len(shown) >= 2
    for words, file in shown:
        assert file.stem in listed, f"{role}.md shows {file.name}: give it a line in docs/tours/pictures.yml"
        assert words == listed[file.stem]["caption"], f"{role}.md and pictures.yml differ about {file.stem}"


@pytest.mark.parametrize("page", _pages(), ids=lambda page: page.name)
def test_every_picture_that_a_page_names_is_there(page: Path) -> None:
    missing = [file.name for _, file in _shown_in(page) if not file.exists()]
    assert not missing, f"{page.name} shows {missing}: make pictures takes those of the tours"


def test_every_picture_is_shown_somewhere_and_is_small() -> None:
    shown = {file for page in _pages() for _, file in _shown_in(page)}
    for picture in PICTURES.iterdir():
        assert picture.resolve() in shown, f"docs/pictures/{picture.name} is shown nowhere"
        assert picture.stat().st_size <= LARGEST, f"docs/pictures/{picture.name} has {picture.stat().st_size} bytes"
    listed = yaml.safe_load((TOURS / "pictures.yml").read_text("utf-8"))
    assert set(listed) <= {file.stem for file in shown}, "pictures.yml has a picture that no tour shows"


@pytest.mark.parametrize("role", ROLES)
def test_buttons_are_named_as_they_stand_on_the_pages(role: str) -> None:
    said = Texts.read(PROJECT / "content" / "texts")
    known = {said.say(name, "vi") for name in said.names("vi")} | {"English"}
    bold = re.findall(r"\*\*([^*]+)\*\*", (TOURS / f"{role}.md").read_text("utf-8"))
    named = [words for words in bold if not words.endswith(".")]  # what ends with a full stop begins a paragraph
    assert [words for words in named if words not in known] == []
