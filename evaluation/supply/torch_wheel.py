"""Which wheel of torch pip would install, held against the known ones: a requirement with its hash, or a refusal.

torch is in no lock, for which build fits differs from machine to machine. Set-up has pip say what it would take, gives
that to this script, and installs the line that it prints. It runs before anything is installed, with Python alone.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

KNOWN = Path(__file__).resolve().parents[2] / "requirements-torch.sha256"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Unknown(Exception):
    """Nobody has said that this wheel is the right one; the message says what to do."""


def known_hashes(file: Path = KNOWN) -> frozenset[str]:
    """The SHA-256 of every wheel that may be installed."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(found[0] for line in lines if (found := _SHA256.match(line)))


def requirement(report: dict[str, Any], known: frozenset[str], accepted: str = "") -> str:
    """The line to install from pip's report of what it would do; raises Unknown.

    A file in a folder of this machine was put there by its administrator, and is taken as it is. What comes over the
    network must be known, or be the hash that the administrator ``accepted``.
    """
    [wheel] = report["install"]
    about = wheel["download_info"]
    address, sha256 = str(about["url"]), str(about.get("archive_info", {}).get("hashes", {}).get("sha256", ""))
    if not _SHA256.fullmatch(sha256):
        raise Unknown(f"pip does not say which wheel of torch it would install: {sha256!r} is no SHA-256.")
    if sha256 not in known and sha256 != accepted and not address.startswith("file:"):
        raise Unknown(
            f"The wheel of torch at {address} is none of those in {KNOWN.name}. Where its publisher names this "
            f"SHA-256 for it, run set-up again with TORCH_SHA256={sha256}"
        )
    return f"torch @ {address} --hash=sha256:{sha256}"


def main() -> None:
    told = sys.stdin.read()
    if not told.strip():
        sys.exit("pip found no wheel of torch (see above).")
    try:
        print(requirement(json.loads(told), known_hashes(), os.environ.get("TORCH_SHA256", "").strip().lower()))
    except Unknown as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    main()
