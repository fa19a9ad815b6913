"""What ends a command with one sentence: known here by its base, so that nobody need import all that may refuse."""

from __future__ import annotations


class Refused(Exception):
    """The message is a sentence for whoever gave the command, or set up what it works with."""
