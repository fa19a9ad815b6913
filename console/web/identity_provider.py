"""The authority's own sign-in, reached by OpenID Connect: the address to go to, and who came back from it.

Nothing here is called inside a transaction: the provider may be slow, or away.
"""

from __future__ import annotations

import datetime as dt
import ssl
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bootstrap.settings import Settings
from desk.people.sessions import LASTS
from desk.people.single_sign_on import Identity

TIMEOUT = httpx2.Timeout(5.0)
#: Seconds for which what the provider says of itself is believed, and between two looks for a key that is not known.
_BELIEVED_FOR, _KEYS_AGAIN_AFTER = 3600.0, 10.0
#: Signatures that only the provider can make. One with the client's secret, or none at all, is not among them.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
#: Further addresses that a provider may name.
_MAY_BE_NAMED = ("userinfo_endpoint", "end_session_endpoint")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Seconds by which the clocks of the two may differ.
_LEEWAY = 60


class ProviderAway(Exception):
    """The provider cannot be reached, or does not speak as it should."""


class ProviderRefused(Exception):
    """The provider let nobody in, or what it sent is not to be believed."""


class IdentityProvider:
    """One provider, of which this desk is a client; usable from several threads."""

    def __init__(self, settings: Settings, redirect_uri: str) -> None:
        secret = settings.oidc_client_secret
        self.issuer, self._client_id = settings.oidc_issuer, settings.oidc_client_id
        self._secret = secret.get_secret_value() if secret is not None else None
        self._claim = settings.oidc_claim
        self._redirect_uri = redirect_uri
        # Made once: reading all certificates takes longer than a request.
        self._certificates = ssl.create_default_context()
        self._lock = threading.Lock()
        self._said: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def address(self, *, state: str, nonce: str, verifier: str, again: bool = False) -> str:
        """Where the browser goes to sign in; ``again``: also who is signed in there already. Raises ProviderAway."""
        endpoint = self._metadata()["authorization_endpoint"]
        # A proof there is as old at most as a session here may be; with this the provider must tell when it was.
        asked = {"max_age": str(int(LASTS.total_seconds())), **({"prompt": "login"} if again else {})}
        with self._client() as client:
            address, _ = client.create_authorization_url(
                endpoint, state=state, nonce=nonce, code_verifier=verifier, **asked
            )
            return str(address)

    def leave_address(self, back: str) -> str | None:
        """Where the browser signs out of the provider, too; None where it has no such page. Raises ProviderAway."""
        endpoint = self._metadata().get("end_session_endpoint")
        if not endpoint:
            return None
        mark = "&" if "?" in endpoint else "?"
        query = urlencode({"client_id": self._client_id, "post_logout_redirect_uri": back})
        return f"{endpoint}{mark}{query}"

    def identity(self, *, code: str, verifier: str, nonce: str, now: dt.datetime) -> Identity:
        """Who came back with this code; raises ProviderAway or ProviderRefused."""
        token = self._token(code, verifier)
        claims = self._verified(token, nonce, now)
        told: Mapping[str, Any] = claims
        if claims.get(self._claim) is None and token.get("access_token"):
            told = self._told_apart(token["access_token"], claims["sub"])
        name = told.get(self._claim)
        # An address that nobody checked is one that anybody may have typed.
        if self._claim == "email" and told.get("email_verified") is False:
            name = None
        amr = claims.get("amr") or ()
        return Identity(
            issuer=self.issuer,
            subject=claims["sub"],
            name=name if isinstance(name, str) else "",
            amr=tuple(way for way in amr if isinstance(way, str)),
            proved_at=_proved_at(claims.get("auth_time"), now),
        )

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self._client_id,
            self._secret,
            token_endpoint_auth_method=self._way_to_prove_the_client(),
            scope="openid profile email",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT,
            verify=self._certificates,
        )

    def _way_to_prove_the_client(self) -> str:
        if self._secret is None:
            return "none"
        ways = self._metadata().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"

    def _token(self, code: str, verifier: str) -> dict[str, Any]:
        endpoint = self._metadata()["token_endpoint"]
        try:
            with self._client() as client:
                token = client.fetch_token(endpoint, grant_type="authorization_code", code=code, code_verifier=verifier)
        except OAuthError as error:
            raise ProviderRefused(f"no token: {error.error}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderAway(f"no token: {type(error).__name__}") from error
        if not isinstance(token, dict) or not isinstance(token.get("id_token"), str):
            raise ProviderRefused("the answer says nothing of who it is")
        return token

    def _verified(self, token: dict[str, Any], nonce: str, now: dt.datetime) -> CodeIDToken:
        try:
            opened = self._opened(token["id_token"])
            claims = CodeIDToken(
                opened.claims,
                opened.header,
                options={
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "sub": {"essential": True},
                },
                params={"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
            )
            claims.validate(int(now.timestamp()), _LEEWAY)
        except (JoseError, ValueError) as error:
            raise ProviderRefused(f"the token is not to be believed: {type(error).__name__}") from error
        return claims

    def _opened(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._key_set(), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have changed its keys since they were read.
            if not self._forget_keys():
                raise
            return jwt.decode(id_token, self._key_set(), algorithms=_ALGORITHMS)

    def _told_apart(self, access_token: str, subject: str) -> dict[str, Any]:
        """What the provider tells of the person beside the token; only of the same one."""
        endpoint = self._metadata().get("userinfo_endpoint")
        told = self._fetched(endpoint, {"Authorization": f"Bearer {access_token}"}) if endpoint else {}
        return told if told.get("sub") == subject else {}

    def _metadata(self) -> dict[str, Any]:
        with self._lock:
            if self._said is not None and time.monotonic() - self._said[0] < _BELIEVED_FOR:
                return self._said[1]
        said = self._fetched(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if said.get("issuer") != self.issuer or not all(isinstance(said.get(name), str) for name in needed):
            raise ProviderAway("the provider does not describe itself as OIDC_ISSUER")
        if any(not self._may_be_called(said[name]) for name in (*needed, *_MAY_BE_NAMED) if said.get(name)):
            raise ProviderAway("the provider names an address without TLS")
        with self._lock:
            self._said = time.monotonic(), said
        return said

    def _may_be_called(self, address: object) -> bool:
        """Whether an address that the provider names is one over TLS; on this machine only where it is itself there."""
        if not isinstance(address, str):
            return False
        try:
            named, issuer = urlsplit(address), urlsplit(self.issuer)
        except ValueError:
            return False
        if named.username is not None or not named.hostname:
            return False
        if named.scheme == "https":
            return issuer.hostname in _LOOPBACK or named.hostname not in _LOOPBACK
        return named.scheme == "http" and issuer.scheme == "http" and named.hostname in _LOOPBACK

    def _key_set(self) -> KeySet:
        with self._lock:
            if self._keys is not None and time.monotonic() - self._keys[0] < _BELIEVED_FOR:
                return self._keys[1]
        fetched = self._fetched(self._metadata()["jwks_uri"])
        try:
            keys = KeySet.import_key_set(fetched)  # type: ignore[arg-type]
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise ProviderAway("the provider's keys cannot be read") from error
        with self._lock:
            self._keys = time.monotonic(), keys
        return keys

    def _forget_keys(self) -> bool:
        """Whether the keys are to be read again; not where they were read just now."""
        with self._lock:
            if self._keys is None or time.monotonic() - self._keys[0] < _KEYS_AGAIN_AFTER:
                return False
            self._keys = None
            return True

    def _fetched(self, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        try:
            answer = httpx2.get(address, headers=headers, timeout=TIMEOUT, verify=self._certificates)
            answer.raise_for_status()
            said = answer.json()
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise ProviderAway(f"the provider does not answer: {type(error).__name__}") from error
        if not isinstance(said, dict):
            raise ProviderAway("the provider's answer has another shape")
        return said


def _proved_at(auth_time: object, now: dt.datetime) -> dt.datetime | None:
    """When somebody proved to the provider who they are; raises ProviderRefused where a session here would be over."""
    if isinstance(auth_time, bool) or not isinstance(auth_time, int | float):
        return None
    try:
        at = dt.datetime.fromtimestamp(auth_time, dt.UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise ProviderRefused("the token tells no moment") from error
    if at + LASTS + dt.timedelta(seconds=_LEEWAY) < now:
        raise ProviderRefused("the proof is older than a session may be")
    return min(at, now)
