"""How large files may be, how many come with a message, and how much a case and a chat may hold (content/files.yml)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desk.yaml_file import read_yaml

MEGABYTE = 1024 * 1024
MILLION = 1_000_000


@dataclass(frozen=True)
class FileLimits:
    """All in bytes but ``message_files``, which is a number of files, and ``picture_pixels``."""

    file_bytes: int
    picture_pixels: int
    message_files: int
    message_bytes: int
    case_bytes: int
    chat_bytes_a_day: int

    @classmethod
    def read(cls, path: Path) -> FileLimits:
        data = read_yaml(path)
        return cls(
            file_bytes=int(data["file_megabytes"]) * MEGABYTE,
            picture_pixels=int(data["picture_megapixels"] * MILLION),
            message_files=int(data["message_files"]),
            message_bytes=int(data["message_megabytes"]) * MEGABYTE,
            case_bytes=int(data["case_megabytes"]) * MEGABYTE,
            chat_bytes_a_day=int(data["chat_megabytes_a_day"]) * MEGABYTE,
        )

    @property
    def megabytes(self) -> dict[str, int]:
        """The limits as the sentences about them name them."""
        return {
            "file": self.file_bytes // MEGABYTE,
            "pixels": self.picture_pixels // MILLION,
            "count": self.message_files,
            "message": self.message_bytes // MEGABYTE,
            "case": self.case_bytes // MEGABYTE,
            "chat": self.chat_bytes_a_day // MEGABYTE,
        }
