"""Secrets that have to be read again are sealed in the store, with a key that is never in it.

The library is loaded by whoever seals: every process has these settings, and few seal.
"""

from __future__ import annotations


class CannotBeOpened(Exception):
    """What is in the store was sealed with another key."""


class Seal:
    """Seals and opens short texts with one key: 32 random bytes in URL-safe base64."""

    def __init__(self, key: str) -> None:
        """Raises ValueError for what is no such key."""
        from cryptography.fernet import Fernet

        self._fernet = Fernet(key)

    @staticmethod
    def new_key() -> str:
        from cryptography.fernet import Fernet

        return Fernet.generate_key().decode()

    def close(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises CannotBeOpened where the key is not the one with which it was sealed."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise CannotBeOpened("the key is not the one with which this was sealed") from error
