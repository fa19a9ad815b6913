"""What the desk says, before any channel shows it: blocks of text and buttons, in no channel's markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

BlockKind = Literal["title", "paragraph", "field", "list", "note", "file"]


@dataclass(frozen=True)
class Block:
    """One piece of a message.

    ``title`` and ``paragraph`` have a text; ``field`` a label and a text; ``list`` a label and items; ``note`` is a
    paragraph in a low voice; ``file`` has a file's name as its text, its size as label, and its id and media type as
    items.
    """

    kind: BlockKind
    text: str = ""
    label: str = ""
    items: tuple[str, ...] = ()

    def as_text(self) -> str:
        if self.kind == "list":
            return "\n".join([f"{self.label}:", *(f"- {item}" for item in self.items)])
        if self.kind == "file":
            return f"{self.text} ({self.label})"
        if self.kind == "field":
            return f"{self.label}: {self.text}"
        return self.text


@dataclass(frozen=True)
class Choice:
    """A button: the act of the desk behind it, the act's argument, and what the person reads on it.

    ``days`` is for how long it works; None for as long as any button does.
    """

    act: str
    title: str
    argument: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Utterance:
    """One message of the desk, ready for every channel."""

    blocks: tuple[Block, ...]
    choices: tuple[Choice, ...] = ()
    entry: str | None = None
    version: int | None = None
    case: str | None = None
    awaits: str | None = field(default=None)

    @classmethod
    def plain(cls, *paragraphs: str, choices: Iterable[Choice] = (), **more: Any) -> Utterance:
        return cls(tuple(Block("paragraph", text) for text in paragraphs), tuple(choices), **more)

    def as_text(self) -> str:
        """The whole message as plain text, blocks apart by an empty line."""
        return "\n\n".join(block.as_text() for block in self.blocks)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Utterance:
        blocks = tuple(Block(**{**block, "items": tuple(block["items"])}) for block in data["blocks"])
        choices = tuple(Choice(**choice) for choice in data["choices"])
        return cls(**{**data, "blocks": blocks, "choices": choices})
