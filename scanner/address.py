"""Which scanner an address names: tcp://HOST:PORT and unix:/PATH of a clamd, or command:PROGRAM ARGUMENTS."""

from __future__ import annotations

import shlex
from urllib.parse import urlsplit

from desk.ports import Scanner
from scanner.clamd import ClamdScanner
from scanner.command import CommandScanner

_CLAMD = 3310


def scanner_at(address: str) -> Scanner:
    """The scanner; nothing is connected or started yet. Raises ValueError with a sentence."""
    kind, _, rest = address.partition(":")
    match kind:
        case "tcp":
            named = urlsplit(address)
            if named.hostname and not named.path.strip("/"):
                return ClamdScanner(host=named.hostname, port=named.port or _CLAMD)
        case "unix":
            path = rest.removeprefix("//") if rest.startswith("///") else rest
            if path.startswith("/"):
                return ClamdScanner(path=path)
        case "command":
            if command := tuple(shlex.split(rest)):
                return CommandScanner(command)
    raise ValueError("is none of tcp://127.0.0.1:3310, unix:/run/clamav/clamd.ctl and command:clamdscan --no-summary -")
