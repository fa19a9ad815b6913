"""What is given once and kept as a hash only: codes that people type, and tokens that a browser or a link carries."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def fresh_code(digits: int) -> str:
    """A code of so many decimal digits."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def hashed(code: str) -> str:
    """The code as it is kept: salt and hash in hexadecimal digits; slow, since there are only so many codes."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_slow(code, salt)}"


def fits(typed: str, kept: str) -> bool:
    """Whether the digits of what was typed are the code, compared in constant time."""
    salt, _, digest = kept.partition("$")
    digits = "".join(character for character in typed if character.isdigit())
    return hmac.compare_digest(_slow(digits, bytes.fromhex(salt)), digest)


def fresh_token() -> str:
    """A token of 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """A token as it is kept and found: nobody can guess one, so that the hash need not be slow."""
    return hashlib.sha256(token.encode()).hexdigest()


def _slow(code: str, salt: bytes) -> str:
    return hashlib.scrypt(code.encode(), salt=salt, n=2**13, r=8, p=1).hex()
