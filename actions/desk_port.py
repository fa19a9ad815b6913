"""What the actions ask of the desk, as a Protocol; actions/main.py gives them the real one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class DeskActs(Protocol):
    """The desk's acts. Each may block, stores what it says under its name, and does nothing the second time.

    ``conversation`` is the dialogue's sender id, ``enquiry_id`` names the message that the person wrote.
    """

    def open_case(self, conversation: str, enquiry_id: str, fields: Mapping[str, str]) -> None:
        """Open a case with the fields that were filled in; kept as act "open_case"."""
        ...

    def cancel_case(self, conversation: str, enquiry_id: str) -> None:
        """The person left the case form; kept as act "cancel_case"."""
        ...

    def is_confident_question(self, conversation: str, text: str) -> bool:
        """Whether the desk would answer this text with confidence."""
        ...

    def may_skip(self, conversation: str, field: str) -> bool:
        """Whether the case form may leave this field unfilled."""
        ...
