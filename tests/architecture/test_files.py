"""What may not be in the project's files: a machine's paths, people's words, and what is generated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.desk_fixtures import PROJECT
from tests.listed_files import files_of_the_project

#: A folder of one machine at the beginning of a path; not a part of a longer path or of a web address.
MACHINE_PATH = re.compile(r"(?<![\w./:}~-])/(?:work|root|Users|home/[a-z_][\w-]*)/")
GENERATED = re.compile(r"(^|/)(\.rasa|__pycache__|var|node_modules|models)/|\.(sqlite\d?|db|log|pyc|bin|safetensors)$")
LARGEST = 1_000_000


@pytest.fixture
def files() -> tuple[Path, ...]:
    return files_of_the_project()


def test_no_file_names_a_path_of_a_machine(files: tuple[Path, ...]) -> None:
    found = [
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:80]}"
        for path in files
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


def test_nothing_generated_or_large_is_kept(files: tuple[Path, ...]) -> None:
    names = [path.relative_to(PROJECT).as_posix() for path in files]
    assert [name for name in names if GENERATED.search(name)] == []
    assert [str(path) for path in files if path.stat().st_size > LARGEST] == []


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("open('/" + "work/main/x')", True),
        ("PATH=/" + "root/.cache", True),
        ("/" + "home/lan/desk", True),
        ("https://example.vn/" + "work/home", False),
        ("~/" + "work/x", False),
        ("{base}/" + "root/x", False),
        ("net/" + "work/", False),
    ],
)
def test_a_path_of_a_machine_is_told_from_others(line: str, is_one: bool) -> None:
    assert bool(MACHINE_PATH.search(line)) is is_one
