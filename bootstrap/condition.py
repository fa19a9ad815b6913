"""How each part of the desk is: asked of all at once, a second each at most, and never raising."""

from __future__ import annotations

import datetime as dt
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from bootstrap import inside
from bootstrap.settings import PROJECT, Settings
from bootstrap.versions import versions
from desk.ports import ScannerAway
from dialogue.model import model_path
from scanner.address import scanner_at

#: Seconds that a part has to answer; a part that takes longer is not well.
PATIENCE = 1.0
#: Seconds after which nobody is waited for any more, such as a name server that does not answer.
_AT_LAST = 2.0

__all__ = ["HEALTH", "Fact", "Part", "Well", "look", "versions"]

Fact = str | int | float | dt.datetime | None


class Well(StrEnum):
    """How a part is. ``off``: this authority has not set it up."""

    WELL = "well"
    LOADING = "loading"
    TROUBLED = "troubled"
    DOWN = "down"
    OFF = "off"


@dataclass(frozen=True)
class Part:
    """One part: how it is, what it told, and how many milliseconds it took to tell."""

    name: str
    well: Well
    facts: Mapping[str, Fact] = field(default_factory=dict)
    ms: float | None = None

    @property
    def is_well(self) -> bool:
        return self.well in (Well.WELL, Well.OFF)


#: Where each process says that it is well, with 200.
HEALTH: Mapping[str, Callable[[Settings], str]] = {
    "knowledge": lambda settings: f"{settings.knowledge_url}/health",
    "actions": lambda settings: f"{settings.actions_url}/health",
    "console": lambda settings: f"http://{settings.reached_at}:{settings.console_port}/health",
    "bot": lambda settings: f"http://{settings.reached_at}:{settings.bot_watch_port}/health",
    "clock": lambda settings: f"http://{settings.reached_at}:{settings.clock_watch_port}/health",
}


def look(settings: Settings, names: tuple[str, ...] = ()) -> dict[str, Part]:
    """How the parts are now, all or those named; takes two seconds at the very most."""
    probes = {name: probe for name, probe in _PROBES.items() if not names or name in names}
    pool = ThreadPoolExecutor(max_workers=len(probes), thread_name_prefix="condition")
    asked: dict[str, Future[Part]] = {
        name: pool.submit(_safely, name, probe, settings) for name, probe in probes.items()
    }
    wait(asked.values(), timeout=_AT_LAST)
    pool.shutdown(wait=False, cancel_futures=True)
    return {name: each.result() if each.done() else Part(name, Well.DOWN) for name, each in asked.items()}


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: that takes longer than all questions together."""
    return httpx.create_ssl_context()


def _safely(name: str, probe: Callable[[httpx.Client, Settings], Part], settings: Settings) -> Part:
    """What the probe tells; a part that does not answer, or with something else, is down."""
    began = time.perf_counter()
    try:
        is_ours = name != "telegram"
        proof = inside.headers(settings) if is_ours else None  # never to anybody outside
        with httpx.Client(timeout=PATIENCE, trust_env=not is_ours, verify=_certificates(), headers=proof) as http:
            part = probe(http, settings)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        # The kind only: an address of Telegram has the bot's token in it.
        return Part(name, Well.DOWN, {"error": type(error).__name__})
    took = (time.perf_counter() - began) * 1000
    return Part(part.name, part.well, part.facts, round(took, 1) if part.ms is None else part.ms)


def _knowledge(http: httpx.Client, settings: Settings) -> Part:
    answer = http.get(HEALTH["knowledge"](settings))
    told = answer.json()
    facts: dict[str, Fact] = {name: told.get(name) for name in ("publication_no", "entries", "passages")}
    facts |= {name: told.get(name) for name in ("articles", "law_passages")}
    facts["model"] = Path(str(told["model"])).name
    facts["model_identity"] = told.get("model_identity")
    indexed_at = told.get("indexed_at")
    facts["indexed_at"] = dt.datetime.fromisoformat(indexed_at) if indexed_at else None
    loading = told.get("status") == "loading"
    well = Well.LOADING if loading else Well.WELL if answer.status_code == httpx.codes.OK else Well.TROUBLED
    return Part("knowledge", well, facts)


def _actions(http: httpx.Client, settings: Settings) -> Part:
    answer = http.get(HEALTH["actions"](settings))
    return Part("actions", _of(answer), {"actions": len(answer.json()["actions"])})


def _console(http: httpx.Client, settings: Settings) -> Part:
    return Part("console", _of(http.get(HEALTH["console"](settings))))


def _rasa(http: httpx.Client, settings: Settings) -> Part:
    token = {"token": settings.rasa_token.get_secret_value()} if settings.rasa_token else {}
    told = http.get(f"{settings.rasa_url}/version").raise_for_status().json()
    began = time.perf_counter()
    status = http.get(f"{settings.rasa_url}/status", params=token).raise_for_status().json()
    took = round((time.perf_counter() - began) * 1000, 1)
    model = Path(str(status.get("model_file") or "")).name
    facts: dict[str, Fact] = {
        "version": told["version"],
        "model": model or None,
        "trained_at": _trained(settings, model),
    }
    return Part("rasa", Well.WELL if model else Well.TROUBLED, facts, took)


def _trained(settings: Settings, model: str) -> dt.datetime | None:
    """When the model was made that Rasa serves, where it is the one on this machine."""
    path = model_path(PROJECT, settings.var_dir)
    if path.name != model or not path.exists():
        return None
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)


def _telegram(http: httpx.Client, settings: Settings) -> Part:
    if settings.telegram_bot_token is None:
        return Part("telegram", Well.OFF)
    address = f"{settings.telegram_api_url}/bot{settings.telegram_bot_token.get_secret_value()}"
    bot = _result(http.get(f"{address}/getMe"))
    hook = _result(http.get(f"{address}/getWebhookInfo"))
    facts: dict[str, Fact] = {
        "username": f"@{bot['username']}",
        "mode": settings.telegram_mode,
        "pending": int(hook.get("pending_update_count", 0)),
        "last_error": hook.get("last_error_message"),
    }
    # Polling and a webhook exclude each other: whichever Telegram has is the one that works.
    as_set = bool(hook.get("url")) == (settings.telegram_mode == "webhook")
    return Part("telegram", Well.WELL if as_set else Well.TROUBLED, facts)


def _result(answer: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.raise_for_status().json()["result"]
    return found


def _bot(http: httpx.Client, settings: Settings) -> Part:
    return _beating("bot", http, settings)


def _clock(http: httpx.Client, settings: Settings) -> Part:
    return _beating("clock", http, settings)


def _beating(name: str, http: httpx.Client, settings: Settings) -> Part:
    """A process that nobody asks for work: when its main loop last turned, and how many seconds ago that was."""
    answer = http.get(HEALTH[name](settings))
    lag = answer.json()["lag"]
    last = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=lag) if lag is not None else None
    well = Well.WELL if answer.status_code == httpx.codes.OK else Well.DOWN
    return Part(name, well, {"last_sign": last, "lag": lag})


def _scanner(http: httpx.Client, settings: Settings) -> Part:
    if not settings.scanner_url:
        return Part("scanner", Well.OFF)
    try:
        scanner_at(settings.scanner_url).check()
    except ScannerAway as away:
        return Part("scanner", Well.DOWN, {"error": str(away)})
    return Part("scanner", Well.WELL)


def _of(answer: httpx.Response) -> Well:
    return Well.WELL if answer.status_code == httpx.codes.OK else Well.TROUBLED


_PROBES: Mapping[str, Callable[[httpx.Client, Settings], Part]] = {
    "telegram": _telegram,
    "bot": _bot,
    "rasa": _rasa,
    "actions": _actions,
    "knowledge": _knowledge,
    "console": _console,
    "clock": _clock,
    "scanner": _scanner,
}
