"""How files are spoken of: as blocks of a message, by size, and why one is not taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desk.attachments.limits import MEGABYTE, FileLimits
from desk.attachments.model import Attachment
from desk.attachments.service import FileRefused
from desk.guidance.record import Language
from desk.speech import Block, Utterance
from desk.texts import Texts


def blocks_of(attachments: Sequence[Attachment], language: Language) -> tuple[Block, ...]:
    """A block for each file: its name and size, and for doors that can open it its id and type."""
    return tuple(
        Block("file", file.name, label=size(file.size, language), items=(file.id, file.media_type))
        for file in attachments
    )


def size(number: int, language: Language) -> str:
    """A number of bytes as people read it: 640 KB, 1.2 MB (in Vietnamese 1,2 MB)."""
    if number < MEGABYTE:
        return f"{max(1, round(number / 1024))} KB"
    megabytes = f"{number / MEGABYTE:.1f} MB"
    return megabytes.replace(".", ",") if language == "vi" else megabytes


def only_files(texts: Texts, attachments: Sequence[Attachment], language: Language) -> str:
    """What stands for the words of a message that has only files."""
    return texts.say("files.only", language, names=", ".join(file.name for file in attachments))


def content_of(text: str, attachments: Sequence[Attachment], language: Language) -> dict[str, Any]:
    """The content of a message that somebody wrote with files; ``text`` may be empty."""
    words = (Block("paragraph", text),) if text else ()
    return {"blocks": Utterance((*words, *blocks_of(attachments, language))).as_json()["blocks"]}


def refusal(texts: Texts, limits: FileLimits, refused: FileRefused, language: Language) -> str:
    """The sentence that tells why a file is not taken, and what is."""
    sentence = texts.say(refused.reason, language, **limits.megabytes)
    return f"{refused.name[:60]}: {sentence}" if refused.name else sentence
