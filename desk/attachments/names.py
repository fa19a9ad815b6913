"""Names of files, made safe to show, to send on and to save."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
#: What a name on some system cannot have, or would be read as a folder or a pattern.
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
#: The point of what would be read as another extension before the last one.
_INNER_POINT = re.compile(r"\.(?=[A-Za-z][A-Za-z0-9]{0,9}(?![\w]))")
#: Names that are devices on Windows, whatever stands behind their point.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def cleaned(name: str, extension: str) -> str:
    """The name without folders, control and direction characters, of at most LONGEST characters.

    The extension is that of what the file is, whatever the name said, and the only one.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    readable = "".join(" " if letter.isspace() else letter for letter in last)
    readable = "".join(letter for letter in readable if unicodedata.category(letter)[0] != "C")
    stem = _EXTENSION.sub("", _FORBIDDEN.sub("", " ".join(readable.split())))
    stem = _INNER_POINT.sub("_", stem.strip(" .-"))
    stem = f"_{stem}" if _DEVICE.match(stem) else stem
    stem = stem[: LONGEST - len(extension) - 1].strip(" .-")
    return f"{stem or 'file'}.{extension}"
