"""Secrets that are handed out once: the desk keeps their hashes only."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A random token of 43 characters (256 bits)."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret that has too many random bits to be guessed from its hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
