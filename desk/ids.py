"""Identifiers that leave the desk: random, so that nobody guesses one."""

import secrets


def new_id() -> str:
    """A random identifier of 22 characters from A-Z a-z 0-9 - _; short enough for a Telegram button.

    None begins with ``-``: whoever gives it to a command would have it taken for an option.
    """
    drawn = secrets.token_urlsafe(16)
    return new_id() if drawn.startswith("-") else drawn
