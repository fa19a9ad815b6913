"""What a door understood of one update, in no channel's terms."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from desk.storable import storable


class Kind(StrEnum):
    TEXT = "text"
    BUTTON = "button"
    COMMAND = "command"
    EDITED = "edited"
    ATTACHMENT = "attachment"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    GROUP = "group"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class OfferedFile:
    """A file that the desk can take: what the channel calls it, its name, and its size in bytes where that is known."""

    reference: str
    name: str
    size: int | None = None


@dataclass(frozen=True)
class Incoming:
    """One update of one chat.

    ``chat`` is the channel's address of the chat and ``user`` the channel's id of who wrote; ``command`` is without
    its slash, ``argument`` what followed it; ``attachment`` names the kind of file (photo, document, voice, sticker,
    location, ...) and ``text`` then holds its caption; ``reply_to`` is the channel's id of the message replied to
    and ``reply_words`` what the channel quotes of it.
    ``files`` are those that came with it and were kept for its update before the desk acts; where one could not be,
    ``refused`` is the sentence's name and ``refused_name`` the file's.
    """

    channel: str
    chat: str
    kind: Kind
    text: str = ""
    button: str = ""
    command: str = ""
    argument: str = ""
    attachment: str = ""
    user: str | None = None
    person_name: str | None = None
    language_hint: str | None = None
    reply_to: str | None = None
    reply_words: str = ""
    files: tuple[OfferedFile, ...] = ()
    refused: str = ""
    refused_name: str = ""

    @property
    def has_files(self) -> bool:
        """Whether files came with it that the desk has."""
        return bool(self.files) and not self.refused

    def __post_init__(self) -> None:
        for part in fields(self):
            value = getattr(self, part.name)
            if type(value) is str:
                object.__setattr__(self, part.name, storable(value))
