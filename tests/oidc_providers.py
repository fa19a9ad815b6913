"""Providers of OpenID Connect for tests: a real one as a process of its own, and one that does what a test tells it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.desk_fixtures import PROJECT
from tests.e2e.running_desk import free_port

CLIENT, SECRET = "desk", "a secret of tests"


@contextmanager
def real_provider(folder: Path, *users: dict[str, Any]) -> Iterator[str]:
    """The issuer of a provider whose accounts are ``users``: claims with a ``sub``."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    for claims in users:
        command += ["--user-claims", json.dumps(claims)]
    # Warnings of its own libraries are no matter of our tests.
    surroundings = {**os.environ, "PYTHONWARNINGS": "ignore"}
    with (folder / "provider.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT, env=surroundings, stdout=log, stderr=log)
        try:
            issuer = f"http://127.0.0.1:{port}"
            _wait_for(f"{issuer}/.well-known/openid-configuration", process)
            yield issuer
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        assert process.poll() is None, "the provider ended"
        assert time.monotonic() < deadline, "the provider did not start"
        try:
            if httpx.get(address, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.1)


@dataclass
class ToldProvider:
    """A provider whose every answer a test can change: ``claims`` replace those of the token, None takes one out."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    published: RSAKey | None = None
    issuer: str = ""
    issued_at: float = 0.0
    claims: dict[str, Any] = field(default_factory=dict)
    told_apart: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    algorithm: str = "RS256"
    fails: bool = False
    nonce: str = ""
    challenge: str = ""
    _used: set[str] = field(default_factory=set)

    def sees(self, address: str) -> dict[str, str]:
        """Take up what a browser brings along on its way out; returns the query of the address."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonce, self.challenge = query["nonce"], query["code_challenge"]
        return query

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        if self.fails:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            return 200, self._description()
        if path == "/jwks":
            return 200, {"keys": [(self.published or self.key).as_dict(private=False)]}
        if path == "/userinfo":
            return 200, self.told_apart
        return self._token(form, authorization)

    def _description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            **self.described,
        }

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        proved = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_verified = base64.urlsafe_b64encode(digest).decode().rstrip("=") == self.challenge
        code = form.get("code", "")
        if authorization != f"Basic {proved}":
            return 401, {"error": "invalid_client"}
        if code in self._used or not is_verified:
            return 400, {"error": "invalid_grant"}
        self._used.add(code)
        return 200, {"token_type": "Bearer", "access_token": "opens nothing", "id_token": self.token or self._signed()}

    def _signed(self) -> str:
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "s-minh",
            "preferred_username": "minh",
            "nonce": self.nonce,
            "iat": int(self.issued_at),
            "exp": int(self.issued_at) + 300,
            **self.claims,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, told, self.key, algorithms=[self.algorithm])


@contextmanager
def told_provider(at: float) -> Iterator[ToldProvider]:
    """A provider that signs its tokens at this moment."""
    provider = ToldProvider(issued_at=at)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            status, said = provider.answer(urlsplit(self.path).path, form, self.headers.get("authorization", ""))
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
