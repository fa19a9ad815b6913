"""The lock files hold for every machine: no file or host of the one that wrote them, and a hash for every package."""

from __future__ import annotations

import re

import pytest

from tests.desk_fixtures import PROJECT

PEERS = "evaluation/peers/requirements.txt"
EMBEDDING = "evaluation/speed/embedding/requirements.txt"
LOCKS = ("requirements.lock", "nlu/requirements.lock", PEERS, EMBEDDING)
ALL = (*LOCKS, "requirements-torch.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def text(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a file", r"\bfile:"),
        ("a local version", r"==[^\s;#]*\+"),
        ("a host", r"://|--(?:index|extra-index|find-links|trusted-host)"),
        ("a direct reference", r"^\S+ @ "),
        ("an editable", r"^-e "),
    ],
)
def test_a_lock_names_nothing_of_one_machine(name: str, what: str, pattern: str) -> None:
    lines = [line for line in text(name).splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in lines if re.search(pattern, line)] == [], what


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_has_its_hashes(name: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", text(name))
    pinned = [entry for entry in entries if PIN.match(entry)]
    assert len(pinned) > 50
    assert [entry.splitlines()[0] for entry in pinned if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", LOCKS)
def test_torch_and_its_parts_for_graphics_cards_are_in_no_lock(name: str) -> None:
    packages = {package.lower() for package, _ in PIN.findall(text(name))}
    assert {package for package in packages if package == "torch" or package.startswith("nvidia-")} == set()


def test_torch_is_one_pinned_line() -> None:
    assert re.fullmatch(r"torch==\d+\.\d+\.\d+\n", text("requirements-torch.txt"))


def test_what_pyproject_pins_is_what_the_lock_holds() -> None:
    pinned = re.findall(r'^    "([a-z0-9-]+)==([0-9.]+)",$', text("pyproject.toml"), re.MULTILINE)
    locked = {**versions("requirements.lock"), **versions("requirements-torch.txt")}
    assert {name: version for name, version in pinned if locked.get(name) != version} == {}


@pytest.mark.parametrize("lock", [PEERS, EMBEDDING])
def test_what_a_comparison_shares_with_the_desk_is_of_one_version(lock: str) -> None:
    desk, others = versions("requirements.lock"), versions(lock)
    shared = ("numpy", "sentence-transformers", "tokenizers", "transformers")
    assert {name: others[name] for name in shared} == {name: desk[name] for name in shared}


def test_the_peers_own_libraries_are_in_no_environment_of_the_desk() -> None:
    desk = {*versions("requirements.lock"), *versions("nlu/requirements.lock")}
    assert [package for package in desk if "haystack" in package or "bm25" in package] == []


def versions(name: str) -> dict[str, str]:
    return {package.lower(): version for package, version in PIN.findall(text(name))}
