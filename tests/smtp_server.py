"""A real mail server for tests, as a process of its own, that keeps each letter as a file.

``python -m tests.smtp_server PORT FOLDER [CERTIFICATE KEY starttls|ssl]`` listens at 127.0.0.1; with a certificate it
is encrypted in that way and demands the user "desk" with the password "secret". What else it does depends on the
recipient: nobody@ is refused for good, later@ for now, and after a letter to cut@ the connection is lost unanswered.
"""

from __future__ import annotations

import email
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.desk_fixtures import PROJECT

USER, PASSWORD = "desk", "secret"


class Keeping:
    """aiosmtpd's handler: refuses some recipients and keeps the letters of all others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        if address.startswith("later@"):
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        number = len(list(self._folder.iterdir()))
        (self._folder / f"{number}.eml").write_bytes(envelope.content)
        if envelope.rcpt_tos[0].startswith("cut@"):
            server.transport.abort()
        return "250 kept"


@dataclass(frozen=True)
class MailServer:
    """The running server: its port, and what it was given."""

    port: int
    folder: Path

    def letters(self) -> list[EmailMessage]:
        paths = sorted(self.folder.iterdir(), key=lambda path: int(path.stem))
        return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]  # type: ignore[misc]


@contextmanager
def running_mail_server(
    port: int, folder: Path, certificate: tuple[Path, Path] | None = None, security: str = "starttls"
) -> Iterator[MailServer]:
    """Start the server and wait until it answers; stop it in the end."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.smtp_server", str(port), str(folder)]
    if certificate is not None:
        command += [*map(str, certificate), security]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield MailServer(port, folder)
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stdout is not None:
            process.stdout.close()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that signs itself, and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


def _serve(port: int, folder: Path, certificate: tuple[str, str] | None, security: str) -> None:
    more: dict[str, Any] = {}
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        more = {"auth_required": True, "authenticator": _authenticate}
        if security == "ssl":
            more |= {"ssl_context": context, "auth_require_tls": False}  # it knows of STARTTLS only
        else:
            more |= {"tls_context": context, "require_starttls": True}
    controller = Controller(Keeping(folder), hostname="127.0.0.1", port=port, **more)
    controller.start()
    print("ready", flush=True)  # noqa: T201 - the parent reads it
    while True:
        time.sleep(60)


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
    right = (login.login, login.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=True)


if __name__ == "__main__":
    encrypted = len(sys.argv) > 3
    _serve(
        int(sys.argv[1]),
        Path(sys.argv[2]),
        (sys.argv[3], sys.argv[4]) if encrypted else None,
        sys.argv[5] if encrypted else "",
    )
