"""Secrets that have to be read again are sealed in the store, with a key that is never in it."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken


class CannotBeOpened(Exception):
    """What is in the store was sealed with another key."""


class Seal:
    """Seals and opens short texts with one key: 32 random bytes in URL-safe base64."""

    def __init__(self, key: str) -> None:
        """Raises ValueError for what is no such key."""
        self._fernet = Fernet(key)

    @staticmethod
    def new_key() -> str:
        return Fernet.generate_key().decode()

    def close(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises CannotBeOpened where the key is not the one with which it was sealed."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise CannotBeOpened("the key is not the one with which this was sealed") from error
