"""Requests that schemathesis makes from a description: right ones, and ones that are wrong in one place.

The desk publishes no OpenAPI. Descriptions are made here, from what the application says of its routes and from a whole
body of each address, so that a new route is described without a word.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis.errors import HypothesisWarning, Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Err

from evaluation.fuzz.hostile import Hostile
from evaluation.fuzz.services import Service
from evaluation.fuzz.tally import Tally
from tests.walks.routes import Route

#: The field without which every form is refused unread.
TOKEN = "_csrf_token"
_BASE = "http://described.example"
#: Sends what was made of a case, for the route of that name: method, address, headers, body; returns the status.
Send = Callable[[str, str, Mapping[str, str], bytes | None], int]
#: What is right for a route, by name.
Known = Callable[[Route], Mapping[str, str]]


def of_service(service: Service) -> dict[str, Any]:
    """The description of a service, each address with the body that it is given as an example of."""
    paths: dict[str, Any] = {}
    for endpoint in service.endpoints:
        path = endpoint.path.split("?")[0]
        told: dict[str, Any] = {"responses": {"default": {"description": "any"}}}
        if endpoint.body is not None:
            example = endpoint.body(Hostile(1))
            content = {"application/json": {"schema": _schema_like(example)}}
            told["requestBody"] = {"required": True, "content": content}
        paths.setdefault(path, {}).setdefault(endpoint.method.lower(), told)
    return _document(service.name, paths)


def of_routes(routes: Sequence[Route], named: Known, fields: Known) -> dict[str, Any]:
    """The description of a console's routes; of what an address names, and of a form's fields, with what is right."""
    paths: dict[str, Any] = {}
    for route in routes:
        there = named(route)
        asked = [_parameter(name, "query", {"type": "string"}) for name in route.asks]
        asked += [_parameter(name, "path", _right_or_any(there.get(name))) for name in route.parameters]
        told: dict[str, Any] = {"responses": {"default": {"description": "any"}}, "parameters": asked}
        if route.method != "GET":
            known = fields(route)
            form = {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "required": list(known),
                "properties": {
                    name: {"enum": [value]} if name == TOKEN else _right_or_any(value) for name, value in known.items()
                },
            }
            told["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": form}}}
        paths.setdefault(route.path, {})[route.method.lower()] = told
    return _document("console", paths)


def _parameter(name: str, where: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": schema}


def _right_or_any(value: str | None) -> dict[str, Any]:
    anything = {"type": "string", "minLength": 1}
    return anything if value is None else {"anyOf": [{"enum": [value]}, anything]}


def asked_as_described(description: Mapping[str, Any], each: int, seed: int, send: Send, name: str) -> Tally:
    """So many requests of both sorts for each address; answers of 500 and above are findings."""
    tally = Tally(name)
    if not each:
        return tally
    schema = schemathesis.openapi.from_dict(dict(description))
    for number, found in enumerate(schema.get_all_operations()):
        if isinstance(found, Err):
            raise found.err()
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _try(tally, operation.as_strategy(generation_mode=mode), each, seed + number, send)
    return tally


def _try(tally: Tally, cases: Any, count: int, seed: int, send: Send) -> None:
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=cases)
    def ask(case: Case[Any]) -> None:
        _ask(tally, case, send)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)
        try:
            ask()
        except Unsatisfiable:
            tally.outcomes["nothing wrong can be asked"] += 1


def _ask(tally: Tally, case: Case[Any], send: Send) -> None:
    prepared = requests.Request(**_of_requests(case.as_transport_kwargs(base_url=_BASE))).prepare()
    address = urlsplit(str(prepared.url))
    path = address.path + (f"?{address.query}" if address.query else "")
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    assert body is None or isinstance(body, bytes), "no case has a file"
    headers = {name: str(value) for name, value in prepared.headers.items()}
    given = f"{prepared.method} {path[:300]} {(body or b'')[:300]!r}"
    tally.tried += 1

    def act() -> int:
        return send(str(prepared.method), path, headers, body)

    try:
        status = tally.timed(act, given, again=act if prepared.method == "GET" else None)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        tally.crashed(error, given)
        return
    tally.outcomes[str(status)] += 1
    if status >= 500 and not (status == 503 and case.path in ("/health", "/ready")):
        tally.found("server_error", str(status), given)


def _of_requests(given: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a case says, what makes a request of `requests`."""
    names = ("method", "url", "params", "data", "json", "files", "headers", "cookies")
    return {name: given[name] for name in names if name in given}


def _document(title: str, paths: Mapping[str, Any]) -> dict[str, Any]:
    return {"openapi": "3.0.3", "info": {"title": title, "version": "1"}, "paths": dict(paths)}


def _schema_like(value: Any) -> dict[str, Any]:
    """A description that the value fits, and others of its shape."""
    match value:
        case dict():
            return {
                "type": "object",
                "properties": {name: _schema_like(each) for name, each in value.items()},
                "required": list(value),
            }
        case list():
            return {"type": "array", "items": _schema_like(value[0]) if value else {}}
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case str():
            return {"type": "string"}
        case _:
            return {"nullable": True}
