"""Known vulnerabilities of the libraries, by osv.dev where it can be asked; what was found is kept with its date."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

OSV = "https://api.osv.dev"
KEPT = Path(__file__).with_name("advisories.json")
JUDGED = Path(__file__).with_name("judged.yml")
#: As many as one question may name.
_AT_ONCE = 1000


class Unreachable(Exception):
    """The list of vulnerabilities could not be asked; the message says why."""


@dataclass(frozen=True)
class Advisory:
    """A vulnerability of a version that is used; ``fixed``: the first version without it, empty where there is none."""

    package: str
    version: str
    id: str
    aliases: Sequence[str]
    summary: str
    fixed: str


@dataclass(frozen=True)
class Asked:
    """What was found, when, and of which packages it was asked, each as name-version."""

    asked_at: str
    asked_of: Sequence[str]
    found: Sequence[Advisory]


def ask(packages: Iterable[tuple[str, str]], http: httpx.Client, at: dt.datetime) -> Asked:
    """The vulnerabilities of names and versions; raises Unreachable, and never says less than the whole."""
    wanted = sorted(set(packages))
    try:
        ids = {(name, version): _ids(http, name, version, told) for name, version, told in _batches(http, wanted)}
        told = {each: _get(http, f"/v1/vulns/{each}") for each in sorted({id for each in ids.values() for id in each})}
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise Unreachable(type(error).__name__) from error
    found = [_advisory(name, version, told[each]) for (name, version), each_id in ids.items() for each in each_id]
    asked_of = [f"{name}-{version}" for name, version in wanted]
    return Asked(at.isoformat(timespec="minutes"), asked_of, [one for one in found if one is not None])


def keep(asked: Asked, file: Path = KEPT) -> None:
    file.write_text(json.dumps(asdict(asked), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def kept(file: Path = KEPT) -> Asked | None:
    """What was found the last time; None where it was never asked."""
    if not file.exists():
        return None
    told = json.loads(file.read_text(encoding="utf-8"))
    return Asked(told["asked_at"], told["asked_of"], [Advisory(**each) for each in told["found"]])


def judged(file: Path = JUDGED) -> Mapping[str, str]:
    """What somebody has said of a vulnerability, by its id: why it does no harm here, or what is done about it."""
    return yaml.safe_load(file.read_text(encoding="utf-8")) or {} if file.exists() else {}


def _batches(http: httpx.Client, wanted: Sequence[tuple[str, str]]) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        body = {"queries": [_query(name, version) for name, version in some]}
        results = _read(http.post(f"{OSV}/v1/querybatch", json=body))["results"]
        for (name, version), told in zip(some, results, strict=True):
            yield name, version, told


def _ids(http: httpx.Client, name: str, version: str, told: Mapping[str, Any]) -> list[str]:
    """The ids in an answer and in those pages of it that follow."""
    ids = [str(each["id"]) for each in told.get("vulns", [])]
    while page := told.get("next_page_token"):
        told = _read(http.post(f"{OSV}/v1/query", json={**_query(name, version), "page_token": page}))
        ids += [str(each["id"]) for each in told.get("vulns", [])]
    return list(dict.fromkeys(ids))


def _query(name: str, version: str) -> dict[str, Any]:
    return {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}


def _get(http: httpx.Client, path: str) -> Mapping[str, Any]:
    return _read(http.get(f"{OSV}{path}"))


def _read(answer: httpx.Response) -> Mapping[str, Any]:
    told: Mapping[str, Any] = answer.raise_for_status().json()
    return told


def _advisory(name: str, version: str, told: Mapping[str, Any]) -> Advisory | None:
    """None of one that was withdrawn."""
    if told.get("withdrawn"):
        return None
    events = [
        event
        for affected in told.get("affected", [])
        if affected.get("package", {}).get("name", "").lower() == name
        for each in affected.get("ranges", [])
        for event in each.get("events", [])
    ]
    fixed = next((str(event["fixed"]) for event in events if "fixed" in event), "")
    summary = str(told.get("summary") or str(told.get("details", "")).split("\n")[0])[:200]
    return Advisory(name, version, str(told["id"]), list(told.get("aliases", [])), summary, fixed)
