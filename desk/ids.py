"""Identifiers: unguessable ones that leave the desk, all with 128 random bits."""

import secrets


def new_id() -> str:
    """A random identifier of 22 characters from A-Z a-z 0-9 - _ (128 bits); short enough for a Telegram button."""
    return secrets.token_urlsafe(16)
