"""Requests to the console as a stranger, a visitor and each role: addresses, forms, headers and bodies of any kind.

The routes are the application's own; what they name comes from tests/walks/table.py, half of the time as it is there
and half of the time as somebody hostile would have it. An answer of 500 and above is a finding: nothing here is away.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from desk.people.model import Role
from evaluation.fuzz import strict_store
from evaluation.fuzz.hostile import Hostile
from evaluation.fuzz.tally import Tally, what_failed
from tests.believable import authority
from tests.desk_fixtures import PROJECT
from tests.walks.routes import Route, all_routes
from tests.walks.table import ACTS, KINDS, PUBLIC
from tests.walks.things import Act, Public
from tests.walks.walker import Walker

#: After so many requests the store is put back, so that nobody has signed everybody out.
_PUT_BACK = 200
#: Of what a browser sends and a program makes up.
_HEADERS = (
    *("accept", "accept-language", "content-type", "cookie", "host", "if-none-match", "origin", "range", "referer"),
    *("user-agent", "x-forwarded-for", "x-forwarded-proto", "x-csrftoken", "content-length", "transfer-encoding"),
    *("sec-fetch-site", "accept-encoding", "expect", "x-requested-with", "authorization", "if-modified-since"),
)
_FILE_NAMES = ("to-khai.pdf", "../../x.pdf", "a\r\nX: y.pdf", "ảnh.png", "x" * 5_000, "", "\x00.pdf", "x.svg", "x.zip")
_CONTENTS = (
    b"%PDF-1.4\n",
    b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
    b"PK\x03\x04",
    b"<svg onload=alert(1)>",
    b"",
    b"\xff" * 5_000,
)
_FIELD = re.compile(r'name="([a-z][a-z0-9_-]*)"')


@dataclass(frozen=True)
class Asked:
    """A request: who makes it, and what it is."""

    who: str
    method: str
    address: str
    headers: Mapping[str, str]
    content: bytes | None

    def __repr__(self) -> str:
        told = {name: value for name, value in self.headers.items() if name != "cookie"}
        return f"{self.method} {self.address[:200]!r} as {self.who}: {told} {(self.content or b'')[:200]!r}"


class Asking:
    """Requests by one seed, over a walker that knows what is there."""

    def __init__(self, walker: Walker, seed: int) -> None:
        self._walker = walker
        self._hostile = Hostile(seed)
        self._chance = self._hostile.chance
        self._officers = _one_of_each_role()

    def next(self) -> Asked:
        route = self._chance.choice(all_routes())
        who, cookies = self._somebody(route)
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        method = (
            route.method
            if not self._hostile.one_in(40)
            else self._chance.choice(("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"))
        )
        address = self._path(route) + self._query(route)
        content, kind = self._body(route) if method not in ("GET", "HEAD") else (None, "")
        if kind:
            headers["content-type"] = kind
        if self._hostile.one_in(4):
            headers |= {
                self._chance.choice(_HEADERS): self._for_a_header() for _ in range(self._chance.randrange(1, 4))
            }
        return Asked(who, method, address, headers, content)

    def _somebody(self, route: Route) -> tuple[str, dict[str, str]]:
        form = dict(self._walker._form_cookies)
        if not route.is_staff or self._hostile.one_in(10):
            who = self._chance.choice(("stranger", PUBLIC.get(route.name, Public()).visitor))
            return who, form | (self._walker.visitor(who) if who != "stranger" else {})
        allowed = [role for role in Role if isinstance(route.allowed, str) or role in route.allowed] or list(Role)
        by = ACTS.get(route.name, Act()).by
        who = by if by and self._hostile.one_in(2) else self._officers[self._chance.choice(allowed)]
        return who, form | self._walker.sessions[who]

    def _path(self, route: Route) -> str:
        kind, act, public = KINDS.get(route.of), ACTS.get(route.name, Act()), PUBLIC.get(route.name, Public())
        known = {**(kind.values if kind is not None else {}), **act.values, **public.values}

        def value(name: str) -> str:
            if name in known and self._chance.random() < 0.65:
                return self._walker.value(known[name])
            return self._chance.choice(
                (self._hostile.text(200), str(self._hostile.number()), "0", "-1", "1", "..", "%", "A" * 22)
            )

        return route.address(
            {name: quote(value(name), safe="", errors="surrogatepass") or "x" for name in route.parameters}
        )

    def _query(self, route: Route) -> str:
        names = [
            *route.asks,
            *route.asks,
            *PUBLIC.get(route.name, Public()).query,
            "q",
            "page",
            "after",
            "before",
            "lang",
        ]
        if self._hostile.one_in(3):
            return ""
        chosen = [(self._chance.choice(names), self._value()) for _ in range(self._chance.randrange(1, 4))]
        if self._hostile.one_in(20):
            return "?" + self._chance.choice(
                ("%", "%ff%fe", "a=%00", "=&=&", "a[]=1&a[]=2", "a" * 5_000, "q=%C0%80", ";")
            )
        return "?" + urlencode(chosen, errors="surrogatepass")

    def _body(self, route: Route) -> tuple[bytes, str]:
        fields = self._fields(route)
        drawn = self._chance.random()
        if drawn < 0.75 and not PUBLIC.get(route.name, Public()).json:
            return urlencode(fields, errors="surrogatepass").encode(), "application/x-www-form-urlencoded"
        if drawn < 0.85:
            return self._in_parts(fields)
        if drawn < 0.93:
            content: Any = dict(fields) if self._hostile.one_in(2) else self._hostile.value()
            return httpx.Request("POST", "http://x", json=_encodable(content)).content, "application/json"
        kinds = (
            "text/plain",
            "application/json",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        )
        return self._hostile.text(50_000).encode("utf-8", "surrogatepass"), self._chance.choice(kinds)

    def _fields(self, route: Route) -> list[tuple[str, str]]:
        kind, act, public = KINDS.get(route.of), ACTS.get(route.name, Act()), PUBLIC.get(route.name, Public())
        known = {**(kind.fields if kind is not None else {}), **act.fields, **public.fields, **public.json}
        fields: dict[str, str] = {}
        for name, value in known.items():
            if not self._hostile.one_in(8):
                fields[name] = self._value() if self._hostile.one_in(3) else self._walker.value(value)
        for _ in range(self._chance.randrange(4)):
            fields[self._chance.choice(_field_names())] = self._value()
        if not self._hostile.one_in(15):
            fields["_csrf_token"] = self._walker._token
        return list(fields.items())

    def _in_parts(self, fields: list[tuple[str, str]]) -> tuple[bytes, str]:
        files = [
            ("files", (self._chance.choice(_FILE_NAMES), self._chance.choice(_CONTENTS), "application/pdf"))
            for _ in range(self._chance.randrange(3))
        ]
        plain = {name: value.encode("utf-8", "replace").decode() for name, value in fields}
        request = httpx.Request("POST", "http://x", data=plain, files=files or [("files", ("", b""))])
        content, kind = request.read(), request.headers["content-type"]
        return (
            (content[: self._chance.randrange(len(content) + 1)], kind) if self._hostile.one_in(8) else (content, kind)
        )

    def _value(self) -> str:
        plain = (
            "",
            "1",
            "0",
            "vi",
            "en",
            "all",
            "2026-11",
            "2026-11-17",
            "KV02-SG1",
            "thu",
            "open",
            "9999-12-31",
            "0001-01-01",
        )
        drawn = self._chance.random()
        if drawn < 0.3:
            return self._chance.choice(plain)
        return (
            str(self._hostile.number())
            if drawn < 0.45
            else self._hostile.text(20_000 if self._hostile.one_in(10) else 200)
        )

    def _for_a_header(self) -> str:
        text = self._hostile.text(300).encode("latin-1", "replace").decode("latin-1")
        return re.sub(r"[\x00-\x1f\x7f]", "", text).strip() or "x"


def asked_of_the_console(walker: Walker, count: int, seed: int) -> Tally:
    """So many requests, one after the other."""
    tally, asking = Tally("console"), Asking(walker, seed)
    strict_store.make_strict(walker.world.store.engine)
    strict_store.watch_writes()
    walker._transport.raise_app_exceptions = False
    try:
        with what_failed() as failed:
            for number in range(count):
                if number % _PUT_BACK == 0:
                    walker._is_changed = True
                    walker._put_back()
                walker._from_another_machine()
                _ask(tally, walker, asking.next(), failed)
    finally:
        strict_store.stop_watching()
    return tally


def _ask(tally: Tally, walker: Walker, asked: Asked, failed: list[str]) -> None:
    failed.clear()
    tally.tried += 1

    def send() -> httpx.Response:
        walker.client.cookies.clear()
        return walker._asks(asked.method, asked.address, headers=dict(asked.headers), content=asked.content)

    try:
        answer = tally.timed(send, asked, again=send if asked.method == "GET" else None)
    except (httpx.InvalidURL, UnicodeEncodeError):
        tally.outcomes["could not be sent"] += 1
        return
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        tally.crashed(error, asked)
        return
    tally.outcomes[str(answer.status_code)] += 1
    if answer.status_code >= 500:
        tally.found("server_error", f"{answer.status_code} {' / '.join(failed)[-1_500:]}", asked)


@contextmanager
def walking(folder: Path) -> Iterator[Walker]:
    """Somebody who may be anybody in the made-up authority."""
    with Walker.begin(authority.built_once(folder), folder) as walker:
        yield walker


def _one_of_each_role() -> dict[Role, str]:
    """An officer of each role in a branch; the store of the walk knows them as signed in."""
    unit = authority.plan("authority")["places"]["here"]
    return {role: authority.officer_with(role, unit) for role in Role}


@cache
def _field_names() -> tuple[str, ...]:
    """The names of all fields in our templates."""
    folder = PROJECT / "console" / "templates"
    found = {name for path in folder.rglob("*.html") for name in _FIELD.findall(path.read_text(encoding="utf-8"))}
    return tuple(sorted(found - {"_csrf_token"}))


def _encodable(value: Any) -> Any:
    """Without what JSON of the web cannot hold."""
    if isinstance(value, dict):
        return {_encodable(str(name)): _encodable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_encodable(each) for each in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def sending(walker: Walker, routes: Sequence[Route]) -> Callable[[str, str, Mapping[str, str], bytes | None], int]:
    """Sends a request as the first role that the route allows; the store is put back now and then."""
    patterns = [(route, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route.path)))) for route in routes]
    officers, count = _one_of_each_role(), itertools.count(1)

    def send(method: str, address: str, headers: Mapping[str, str], body: bytes | None) -> int:
        path = address.split("?")[0]
        route = next((each for each, of in patterns if each.method == method and of.fullmatch(path)), None)
        cookies = dict(walker._form_cookies)
        if route is not None and route.is_staff:
            allowed = [role for role in Role if isinstance(route.allowed, str) or role in route.allowed]
            cookies |= walker.sessions[officers[allowed[0]]]
        if next(count) % _PUT_BACK == 0:
            walker._is_changed = True
            walker._put_back()
        walker._from_another_machine()
        walker.client.cookies.clear()
        sent = {**headers, "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        return walker._asks(method, address, headers=sent, content=body).status_code

    return send
