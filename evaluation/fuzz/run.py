"""`make fuzz`: everything that reads what strangers send is given what they may send; writes var/reports/fuzz.json.

0 crashes, 0 server errors and nothing slower than a second are asked for, nobody who reaches what is another's, and a
flood that the others hardly notice; it ends with 1 where it is otherwise.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bootstrap.settings import read_settings
from desk.desk import Desk
from desk.migrations.run import migrate
from desk.store import Store, make_engine
from evaluation.fuzz import described, documents, patterns, services, slow_patterns, strict_store, telegram_door, web
from evaluation.fuzz.elsewhere import ELSEWHERE, is_as_it_should_be
from evaluation.fuzz.tally import Tally
from tests.believable import authority
from tests.desk_fixtures import NOON, FrozenClock, World
from tests.walks.routes import Route, all_routes
from tests.walks.table import ACTS, KINDS, PUBLIC
from tests.walks.things import Act, Public
from tests.walks.walker import Walker

#: What is counted of every part in the report, by the name that it has there.
COUNTED = {"crash": "crashes", "server_error": "server_errors", "slow": "slow", "unanswered": "unanswered"}


@dataclass(frozen=True)
class Sizes:
    """How much is tried. ``exchanges``: updates that the worker ends; ``described``: requests to each address."""

    updates: int = 100_000
    exchanges: int = 6_000
    console: int = 20_000
    services: int = 2_000
    described: int = 15
    imports: int = 6_000
    lengths: Sequence[int] = slow_patterns.LENGTHS


#: So many that every part is seen to work, in a minute.
SHORT = Sizes(
    updates=2_000, exchanges=150, console=400, services=100, described=1, imports=150, lengths=(2_500, 10_000)
)


def fuzz(sizes: Sizes, seed: int, folder: Path, only: Sequence[str] = ()) -> list[Tally]:
    """Every part, or those named; ``folder`` gets the stores that they work on."""
    parts: dict[str, Callable[[], Iterable[Tally]]] = {
        "updates": lambda: [_door(sizes, seed, folder)],
        "exchanges": lambda: [_exchanges(sizes, seed, folder)],
        "services": lambda: _services(sizes, seed, folder),
        "console": lambda: _console(sizes, seed, folder),
        "imports": lambda: [documents.brought_in(sizes.imports, seed)],
        "regular_expressions": lambda: [slow_patterns.tried(patterns.all_patterns(), sizes.lengths)],
    }
    found: list[Tally] = []
    for name, part in parts.items():
        if only and name not in only:
            continue
        began = time.monotonic()
        tallies = list(part())
        found += tallies
        counts = ", ".join(f"{tally.tried:,} {tally.name}" for tally in tallies)
        print(
            f"{name}: {counts}, {sum(sum(t.counts.values()) for t in tallies)} found, {time.monotonic() - began:.0f} s"
        )
    return found


def measured_elsewhere(folder: Path, only: Sequence[str] = ()) -> dict[str, Any]:
    """The figures of the other measurements, all or those named; null for what was not measured."""
    told: dict[str, Any] = {"leaks": None, "flood_p95_ratio": None}
    for name, measure in ELSEWHERE.items():
        if not only or name in only:
            told |= measure(folder)
    return told


def report(tallies: Sequence[Tally], elsewhere: Mapping[str, Any], seed: int, seconds: float) -> dict[str, Any]:
    """What the file says."""
    by_name = {tally.name: tally for tally in tallies}
    told: dict[str, Any] = {"updates": by_name["updates"].tried if "updates" in by_name else 0}
    told |= {name: sum(tally.counts[kind] for tally in tallies) for kind, name in COUNTED.items()}
    told |= elsewhere
    web_parts = [
        tally for tally in tallies if tally.name not in ("updates", "exchanges", "imports", "regular_expressions")
    ]
    told["http_requests"] = sum(tally.tried for tally in web_parts)
    for name in ("exchanges", "imports", "regular_expressions"):
        told[name] = by_name[name].tried if name in by_name else 0
    told["slowest_ms"] = round(max((tally.slowest for tally in tallies), default=0.0) * 1000, 1)
    told |= {"seed": seed, "seconds": round(seconds), "parts": {tally.name: tally.as_json() for tally in tallies}}
    return told


def _door(sizes: Sizes, seed: int, folder: Path) -> Tally:
    """On a store with nothing in it."""
    engine = make_engine(f"sqlite:///{folder / 'door.sqlite'}")
    migrate(engine)
    strict_store.make_strict(engine)
    strict_store.watch_writes()
    world = authority.opened(authority.built_once(folder), folder / "unused.sqlite")
    desk = Desk(Store(engine), FrozenClock(NOON), world.search, world.dialogue, authority.rules(), web_address="")
    try:
        return telegram_door.at_the_door(desk, sizes.updates, seed)
    finally:
        strict_store.stop_watching()
        engine.dispose()


def _exchanges(sizes: Sizes, seed: int, folder: Path) -> Tally:
    world = _authority(folder, "exchanges.sqlite")
    try:
        return telegram_door.worked_on(world, sizes.exchanges, seed)
    finally:
        strict_store.stop_watching()


def _services(sizes: Sizes, seed: int, folder: Path) -> list[Tally]:
    world, found = _authority(folder, "services.sqlite"), []
    try:
        with services.all_services(world, folder) as all_of_them:
            for service in all_of_them:
                found.append(services.asked_of(service, sizes.services, seed))
                send = _sending(service)
                told = described.of_service(service)
                found.append(
                    described.asked_as_described(told, sizes.described, seed, send, f"{service.name} as described")
                )
    finally:
        strict_store.stop_watching()
    return found


def _sending(service: services.Service) -> described.Send:
    own = {endpoint.path: dict(endpoint.headers or {}) for endpoint in reversed(service.endpoints)}

    def send(method: str, path: str, headers: Any, body: bytes | None) -> int:
        more = own.get(path.split("?")[0], {})
        return service.send(method, path, headers={**headers, **more}, content=body).status_code

    return send


def _console(sizes: Sizes, seed: int, folder: Path) -> list[Tally]:
    with web.walking(folder) as walker:
        found = [web.asked_of_the_console(walker, sizes.console, seed)]
        routes = [route for route in all_routes() if not route.path.startswith("/desk/sign-out")]
        told = described.of_routes(routes, partial(_named, walker), partial(_fields, walker))
        strict_store.watch_writes()
        try:
            send = web.sending(walker, routes)
            found.append(described.asked_as_described(told, sizes.described, seed, send, "console as described"))
        finally:
            strict_store.stop_watching()
    return found


def _named(walker: Walker, route: Route) -> dict[str, str]:
    kind, act, public = KINDS.get(route.of), ACTS.get(route.name, Act()), PUBLIC.get(route.name, Public())
    known = {**(kind.values if kind is not None else {}), **act.values, **public.values}
    return walker.values({name: known[name] for name in route.parameters if name in known})


def _fields(walker: Walker, route: Route) -> dict[str, str]:
    kind, act, public = KINDS.get(route.of), ACTS.get(route.name, Act()), PUBLIC.get(route.name, Public())
    known = {**(kind.fields if kind is not None else {}), **act.fields, **public.fields}
    return {described.TOKEN: walker._token, **walker.values(known)}


def _authority(folder: Path, name: str) -> World:
    world = authority.opened(authority.built_once(folder), folder / name)
    strict_store.make_strict(world.store.engine)
    strict_store.watch_writes()
    return world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=2026, help="another seed tries other things")
    parser.add_argument("--short", action="store_true", help="a little of everything, in a minute or two")
    parser.add_argument("--only", nargs="+", default=(), help="only these parts; the report is then of them alone")
    chosen = parser.parse_args()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    path = read_settings().var_dir / "reports" / "fuzz.json"
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tallies = fuzz(SHORT if chosen.short else Sizes(), chosen.seed, Path(folder), chosen.only)
        elsewhere = measured_elsewhere(Path(folder), chosen.only)
    told = report(tallies, elsewhere, chosen.seed, time.monotonic() - began)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for tally in tallies:
        for finding in tally.findings:
            print(f"{tally.name}, {finding.kind}: {finding.what}\n    {finding.given}", file=sys.stderr)
    print(json.dumps({name: value for name, value in told.items() if name not in ("parts", "leaked")}))
    sys.stdout.flush()
    is_clean = all(tally.is_clean for tally in tallies) and is_as_it_should_be(told)
    os._exit(0 if is_clean else 1)  # threads of services may still wait for something


if __name__ == "__main__":
    main()
