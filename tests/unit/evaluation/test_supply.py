"""Licences are read as packages say them, vulnerabilities as osv.dev tells them, and an unknown wheel is refused."""

from __future__ import annotations

import datetime as dt
import json
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import Any

import httpx
import pytest

from evaluation.supply import advisories
from evaluation.supply.advisories import Advisory, Asked, Unreachable
from evaluation.supply.licences import Rules
from evaluation.supply.packages import needed_at_work, plain
from evaluation.supply.page import write_page
from evaluation.supply.torch_wheel import Unknown, known_hashes, requirement

RULES = Rules(
    {"MIT": "", "Apache-2.0": "", "BSD": "", "Apache-2.0 WITH LLVM-exception": "", "LGPL-3.0-only": "A library."},
    {"MIT License": "MIT", "BSD License": "BSD", "OSI Approved": ""},
    {"silent": "MIT"},
)
NOW = dt.datetime(2026, 11, 26, 8, 0, tzinfo=dt.UTC)


class Package(metadata.Distribution):
    """A package that says these things of itself."""

    def __init__(self, *headers: tuple[str, str], requires: list[str] | None = None) -> None:
        self._headers = headers
        self._requires = requires

    @property
    def metadata(self) -> Message:  # type: ignore[override]
        message = Message()
        for name, value in self._headers:
            message[name] = value
        return message

    @property
    def requires(self) -> list[str] | None:
        return self._requires

    def read_text(self, filename: str) -> None:
        return None

    def locate_file(self, path: Any) -> Any:
        raise NotImplementedError


OSI = "License :: OSI Approved"
RIGHTS = "Copyright by somebody, all rights reserved."


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ([("License-Expression", "Apache-2.0 OR BSD"), ("Classifier", f"{OSI} :: MIT License")], "Apache-2.0 OR BSD"),
        ([("Classifier", f"{OSI} :: MIT License"), ("License", "GPL")], "MIT"),
        ([("Classifier", f"{OSI} :: MIT License"), ("Classifier", f"{OSI} :: GPL")], "MIT AND GPL"),
        ([("Classifier", OSI), ("License", "BSD License")], "BSD"),
        ([("License", "MIT License\n\nPermission is hereby granted ...")], "MIT"),
        ([("License", RIGHTS)], RIGHTS),
        ([("Classifier", "Programming Language :: Python")], ""),
        (None, ""),
    ],
)
def test_a_licence_is_read_where_a_package_says_it(said: list[tuple[str, str]] | None, licence: str) -> None:
    assert RULES.licence_of("some", None if said is None else Package(*said)) == licence


def test_what_somebody_has_read_counts_before_what_a_package_says() -> None:
    assert RULES.licence_of("silent", Package(("License", "GPL"))) == "MIT"


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True),
        ("MIT AND Apache-2.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND (GPL-3.0-only OR Apache-2.0)", True),
        ("(MIT AND GPL-3.0-only) OR SSPL-1.0", False),
        ("Apache-2.0 AND Apache-2.0 WITH LLVM-exception", True),
        ("Apache-2.0 WITH Commons-Clause", False),
        ("", False),
        ("MIT AND", False),
        ("(MIT", False),
        ("MIT MIT", False),
        ("Copyright by somebody, all rights reserved.", False),
    ],
)
def test_what_is_not_allowed_or_cannot_be_read_is_refused(expression: str, may: bool) -> None:
    assert RULES.may_be_used(expression) is may


def test_what_a_library_needs_is_found_and_its_options_are_not() -> None:
    installed: dict[str, metadata.Distribution] = {
        "desk": Package(requires=["Some_Web>=2", 'tests; extra == "dev"']),
        "some-web": Package(requires=["base (>=1)", 'colours; sys_platform == "win32"', "desk"]),
        "base": Package(),
        "tests": Package(),
    }
    assert needed_at_work(installed, ["desk"]) == {"desk", "some-web", "base"}
    assert plain("Some_Web.X") == "some-web-x"


def test_vulnerabilities_are_asked_for_all_pages_and_kept(tmp_path: Path) -> None:
    pages = {
        "/v1/querybatch": {"results": [{}, {"vulns": [{"id": "V-1"}], "next_page_token": "more"}]},
        "/v1/query": {"vulns": [{"id": "V-2"}, {"id": "V-3"}]},
        "/v1/vulns/V-1": {"id": "V-1", "summary": "A | flaw", "aliases": ["CVE-1"], "affected": [
            {"package": {"name": "Other"}, "ranges": [{"events": [{"fixed": "9"}]}]},
            {"package": {"name": "Web"}, "ranges": [{"events": [{"introduced": "0"}, {"fixed": "2.1"}]}]},
        ]},
        "/v1/vulns/V-2": {"id": "V-2", "details": "A long story.\nIt goes on."},
        "/v1/vulns/V-3": {"id": "V-3", "withdrawn": "2026-01-01"},
    }  # fmt: skip
    asked: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content) if request.content else None)
        return httpx.Response(200, json=pages[request.url.path])

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        found = advisories.ask([("web", "2.0"), ("base", "1.0")], http, NOW)
    assert asked[0]["queries"][1] == {"package": {"name": "web", "ecosystem": "PyPI"}, "version": "2.0"}
    assert asked[1]["page_token"] == "more"
    assert found.found == [
        Advisory("web", "2.0", "V-1", ["CVE-1"], "A | flaw", "2.1"),
        Advisory("web", "2.0", "V-2", [], "A long story.", ""),
    ]
    advisories.keep(found, tmp_path / "kept.json")
    assert advisories.kept(tmp_path / "kept.json") == found
    assert advisories.kept(tmp_path / "none.json") is None


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(200, text="no"), httpx.Response(200, json={})])
def test_a_list_that_cannot_be_had_whole_is_none(answer: httpx.Response) -> None:
    with (
        httpx.Client(transport=httpx.MockTransport(lambda _: answer)) as http,
        pytest.raises(Unreachable),
    ):
        advisories.ask([("web", "2.0")], http, NOW)


def test_the_page_says_when_it_was_asked_what_was_found_and_what_nobody_has_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advisories, "judged", lambda: {"V-1": "It is not called."})
    found = [Advisory("web", "2.0", each, [], "A | flaw", "2.1") for each in ("V-1", "V-2")]
    page = tmp_path / "page.md"
    write_page(Asked("2026-10-01T08:00+00:00", ["web-2.0"], found), "ConnectError", NOW.date(), page)
    told = page.read_text(encoding="utf-8")
    assert "could not be asked on 2026-11-26 (ConnectError)" in told
    assert "asked on 2026-10-01 08:00 UTC of 1 packages: 2 found, of which 1 are judged" in told
    assert "| web 2.0 | V-1 | A / flaw | 2.1 | It is not called. |" in told
    assert "| web 2.0 | V-2 | A / flaw | 2.1 | **not judged** |" in told
    assert "of which it was not asked: " in told
    write_page(None, "ConnectError", NOW.date(), page)
    assert "It was never asked from here" in page.read_text(encoding="utf-8")


KNOWN = "a" * 64


def _report(address: str, sha256: str) -> dict[str, Any]:
    return {"install": [{"download_info": {"url": address, "archive_info": {"hashes": {"sha256": sha256}}}}]}


@pytest.mark.parametrize(
    ("address", "sha256", "accepted", "is_installed"),
    [
        ("https://files.example/torch.whl", KNOWN, "", True),
        ("https://files.example/torch.whl", "b" * 64, "", False),
        ("https://files.example/torch.whl", "b" * 64, "b" * 64, True),
        ("https://files.example/torch.whl", "b" * 64, "c" * 64, False),
        ("file:///srv/wheels/torch.whl", "b" * 64, "", True),
        ("file:///srv/wheels/torch.whl", "", "", False),
        ("https://files.example/torch.whl", "not a hash", "not a hash", False),
    ],
)
def test_a_wheel_of_torch_that_nobody_knows_is_not_installed(
    address: str, sha256: str, accepted: str, is_installed: bool
) -> None:
    if is_installed:
        line = requirement(_report(address, sha256), frozenset({KNOWN}), accepted)
        assert line == f"torch @ {address} --hash=sha256:{sha256}"
    else:
        with pytest.raises(Unknown):
            requirement(_report(address, sha256), frozenset({KNOWN}), accepted)


def test_the_known_wheels_are_read() -> None:
    assert len(known_hashes()) > 20
